/*
 * The programs of data plane ebpf, each at its hook: sockets.h and uplink.h say what they do.
 */
#include "sockets.h"
#include "uplink.h"

SECTION("cgroup/connect4") int fairlead_con4(struct bpf_sock_addr *ctx) { return forth4(ctx, true); }
SECTION("cgroup/connect6") int fairlead_con6(struct bpf_sock_addr *ctx) { return forth6(ctx, true); }
SECTION("cgroup/sendmsg4") int fairlead_snd4(struct bpf_sock_addr *ctx) { return forth4(ctx, false); }
SECTION("cgroup/sendmsg6") int fairlead_snd6(struct bpf_sock_addr *ctx) { return forth6(ctx, false); }
SECTION("cgroup/recvmsg4") int fairlead_rcv4(struct bpf_sock_addr *ctx) { return back4(ctx); }
SECTION("cgroup/recvmsg6") int fairlead_rcv6(struct bpf_sock_addr *ctx) { return back6(ctx); }
SECTION("cgroup/getpeername4") int fairlead_peer4(struct bpf_sock_addr *ctx) { return back4(ctx); }
SECTION("cgroup/getpeername6") int fairlead_peer6(struct bpf_sock_addr *ctx) { return back6(ctx); }

SECTION("tc") int fairlead_uplink(struct __sk_buff *skb)
{
    struct packet packet;
    return read_packet(skb, &packet) ? take(skb, &packet) : NEXT;
}

/* The kernel lends the functions used here to programs under this licence alone. */
char licence[] SECTION("license") = "GPL";
