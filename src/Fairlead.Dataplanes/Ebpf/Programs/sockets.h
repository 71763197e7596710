/*
 * Translation at sockets: connect and sendmsg are given the backend in place of the frontend, recvmsg and getpeername the
 * frontend in place of the backend. A connection costs nothing more once it is made.
 */
#pragma once

#include "choose.h"

enum { ALLOW = 1 };

/* Who asks at a socket. */
struct sender { __u64 socket, namespace; bool of_node; };

/*
 * The class that the sender's address will have. At this point the kernel has chosen none, unless the socket is bound; to
 * one of its own addresses a node sends from that address, which may be in a Pod range.
 */
INLINE __u32 class_of(struct bpf_sock_addr *ctx, const struct sender *sender, const struct address *to)
{
    if (!sender->of_node) return FROM_POD;
    struct bpf_sock *sk = ctx->sk;
    if (!sk) return FROM_NODE;
    if (sk->src_ip4) return is_pod(&(struct address){ { 0, 0, BIG32(0xffff), sk->src_ip4 } }) ? FROM_POD : FROM_NODE;
    struct address bound = { { sk->src_ip6[0], sk->src_ip6[1], sk->src_ip6[2], sk->src_ip6[3] } };
    if (bound.part[0] | bound.part[1] | bound.part[2] | bound.part[3]) return is_pod(&bound) ? FROM_POD : FROM_NODE;
    return is_nodes_own(to) && is_pod(to) ? FROM_POD : FROM_NODE;
}

/* The backend of a socket that sends to many: the one that it has, as long as that serves. */
INLINE bool choose_kept(const struct question *asked, const struct frontend *frontend, const struct path *path, const struct socket_key *flow, struct given *given)
{
    struct given *known = bpf_map_lookup_elem(&udp_flows, flow);
    if (known) {
        *given = *known;
        if (still_serves(frontend, path, given)) return true;
    }
    if (!choose(asked, frontend, path, given)) return false;
    bpf_map_update_elem(&udp_flows, flow, given, BPF_ANY);
    count(frontend->id);
    return true;
}

INLINE enum verdict choose_for(struct bpf_sock_addr *ctx, const struct sender *sender, const struct endpoint *to, bool connects, struct given *given)
{
    struct settings *known = read_settings();
    if (!known) return NO_SERVICE;
    struct question asked = {
        .to = { to->address, to->port, ctx->protocol },
        .client = of_namespace(sender->namespace),
        .loopback = sender->of_node && known->flags & LOCALHOST_NODE_PORTS && is_ipv4(&to->address) && (to->address.part[3] & BIG32(0xff000000)) == BIG32(0x7f000000),
    };
    struct socket_key flow = { sender->socket, *to };
    for (int tries = 0; tries < TRIES; tries++) {
        struct frontend *frontend = find_frontend(&asked);
        if (!frontend) return NO_SERVICE;
        __u32 class = class_of(ctx, sender, &to->address);
        struct path *path = &frontend->paths[class == FROM_POD ? FROM_POD : FROM_NODE];
        if (!path->count) return NO_SERVICE;
        if (!connects && choose_kept(&asked, frontend, path, &flow, given)) return FORWARD;
        if (connects && choose(&asked, frontend, path, given)) {
            count(frontend->id);
            return FORWARD;
        }
    }
    return NO_SERVICE;
}

/* Remembers what recvmsg and getpeername are to say. */
INLINE void remember(struct bpf_sock_addr *ctx, const struct sender *sender, const struct endpoint *frontend, const struct endpoint *backend, bool connects)
{
    if (ctx->protocol == TCP) {
        struct bpf_sock *sk = ctx->sk;
        struct peer *peer = sk ? bpf_sk_storage_get(&tcp_peers, sk, 0, BPF_SK_STORAGE_GET_F_CREATE) : 0;
        if (!peer) return;
        peer->frontend = *frontend;
        peer->backend = *backend;
        return;
    }
    struct socket_key key = { sender->socket, *backend };
    struct reply reply = { *frontend, connects }, *known = bpf_map_lookup_elem(&udp_replies, &key);
    if (!known || known->connected != connects || !same_endpoint(&known->frontend, frontend)) bpf_map_update_elem(&udp_replies, &key, &reply, BPF_ANY);
}

/* Puts the backend in the place of *to. */
INLINE enum verdict translate(struct bpf_sock_addr *ctx, struct endpoint *to, bool connects)
{
    if (ctx->protocol != TCP && ctx->protocol != UDP) return NO_SERVICE;
    struct settings *known = read_settings();
    if (!known) return NO_SERVICE;
    struct sender sender = { bpf_get_socket_cookie(ctx), bpf_get_netns_cookie(ctx) };
    sender.of_node = sender.namespace == known->node_namespace;
    struct given given = {};
    enum verdict verdict = choose_for(ctx, &sender, to, connects, &given);
    if (verdict != FORWARD) return verdict;
    remember(ctx, &sender, to, &given.backend, connects);
    *to = given.backend;
    return FORWARD;
}

INLINE int forth4(struct bpf_sock_addr *ctx, bool connects)
{
    struct endpoint to = { from_ipv4(ctx->user_ip4), ctx->user_port };
    if (translate(ctx, &to, connects) != FORWARD) return ALLOW;
    ctx->user_ip4 = to.address.part[3];
    ctx->user_port = to.port;
    return ALLOW;
}

INLINE int forth6(struct bpf_sock_addr *ctx, bool connects)
{
    struct endpoint to = { { { ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3] } }, ctx->user_port };
    if (translate(ctx, &to, connects) != FORWARD) return ALLOW;
    ctx->user_ip6[0] = to.address.part[0];
    ctx->user_ip6[1] = to.address.part[1];
    ctx->user_ip6[2] = to.address.part[2];
    ctx->user_ip6[3] = to.address.part[3];
    ctx->user_port = to.port;
    return ALLOW;
}

/* Puts the frontend in the place of *from, if this socket knows it by that. */
INLINE bool translate_back(struct bpf_sock_addr *ctx, struct endpoint *from)
{
    if (ctx->protocol == TCP) {
        struct bpf_sock *sk = ctx->sk;
        struct peer *peer = sk ? bpf_sk_storage_get(&tcp_peers, sk, 0, 0) : 0;
        if (!peer || !same_endpoint(&peer->backend, from)) return false;
        *from = peer->frontend;
        return true;
    }
    struct socket_key key = { bpf_get_socket_cookie(ctx), *from };
    struct reply *reply = bpf_map_lookup_elem(&udp_replies, &key);
    if (!reply) return false;
    *from = reply->frontend;
    return true;
}

INLINE int back4(struct bpf_sock_addr *ctx)
{
    struct endpoint from = { from_ipv4(ctx->user_ip4), ctx->user_port };
    if (!translate_back(ctx, &from)) return ALLOW;
    ctx->user_ip4 = from.address.part[3];
    ctx->user_port = from.port;
    return ALLOW;
}

INLINE int back6(struct bpf_sock_addr *ctx)
{
    struct endpoint from = { { { ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3] } }, ctx->user_port };
    if (!translate_back(ctx, &from)) return ALLOW;
    ctx->user_ip6[0] = from.address.part[0];
    ctx->user_ip6[1] = from.address.part[1];
    ctx->user_ip6[2] = from.address.part[2];
    ctx->user_ip6[3] = from.address.part[3];
    ctx->user_port = from.port;
    return ALLOW;
}
