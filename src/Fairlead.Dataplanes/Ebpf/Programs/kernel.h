/*
 * What the programs need of the kernel beyond <linux/bpf.h>: helper functions by their number, kernel functions by their
 * name, and a few constants. Nothing else is included, so that clang and the kernel's own headers build it all.
 */
#pragma once

#include <linux/bpf.h>

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

/* How libbpf reads the definition of a map: a number is the size of an array, a type the target of a pointer. */
#define NUMBER(name, number) int (*name)[number]
#define TYPE(name, type) __typeof__(type) *name

typedef _Bool bool;
#define true 1
#define false 0

#define BIG16(number) __builtin_bswap16(number)
#define BIG32(number) __builtin_bswap32(number)

enum { IPv4 = 2, IPv6 = 10, ETHERTYPE_IPv4 = 0x0800, ETHERTYPE_IPv6 = 0x86dd, TCP = 6, UDP = 17, FRAGMENT = 44 };
/* What a program at an uplink answers: NEXT is whoever stands behind it, in tcx and in tc. */
enum { NEXT = -1, DROP = 2 };

/* bpf_fib_lookup: newer than the headers of some distributions. */
enum { FIB_SKIP_NEIGHBOUR = 1 << 2, FIB_SOURCE = 1 << 4 };

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static long (*bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)BPF_FUNC_map_update_elem;
static __u64 (*bpf_ktime_get_ns)(void) = (void *)BPF_FUNC_ktime_get_ns;
static __u32 (*bpf_get_prandom_u32)(void) = (void *)BPF_FUNC_get_prandom_u32;
static __u64 (*bpf_get_socket_cookie)(void *ctx) = (void *)BPF_FUNC_get_socket_cookie;
static __u64 (*bpf_get_netns_cookie)(void *ctx) = (void *)BPF_FUNC_get_netns_cookie;
static void *(*bpf_sk_storage_get)(void *map, void *sk, void *value, __u64 flags) = (void *)BPF_FUNC_sk_storage_get;
static long (*bpf_loop)(__u32 times, void *body, void *ctx, __u64 flags) = (void *)BPF_FUNC_loop;
static long (*bpf_skb_load_bytes_relative)(const void *skb, __u32 offset, void *to, __u32 length, __u32 start) = (void *)BPF_FUNC_skb_load_bytes_relative;
static long (*bpf_fib_lookup)(void *ctx, struct bpf_fib_lookup *question, int length, __u32 flags) = (void *)BPF_FUNC_fib_lookup;

/* Connection tracking, since Linux 6.1: an entry is allocated, told of its translation, and put into the table. */
struct nf_conn {};
struct nf_conn___init {};
union nf_inet_addr { __u32 all[4]; };
struct bpf_ct_opts { __s32 netns_id; __s32 error; __u8 protocol; __u8 direction; __u8 reserved[2]; };
enum nf_nat_manip_type { NF_NAT_MANIP_SRC, NF_NAT_MANIP_DST };
enum { THIS_NAMESPACE = -1 };

#define KERNEL extern __attribute__((section(".ksyms")))
KERNEL struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb, struct bpf_sock_tuple *tuple, __u32 tuple_size, struct bpf_ct_opts *opts, __u32 opts_size);
KERNEL struct nf_conn___init *bpf_skb_ct_alloc(struct __sk_buff *skb, struct bpf_sock_tuple *tuple, __u32 tuple_size, struct bpf_ct_opts *opts, __u32 opts_size);
KERNEL struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *entry);
KERNEL void bpf_ct_release(struct nf_conn *entry);
KERNEL void bpf_ct_set_timeout(struct nf_conn___init *entry, __u32 milliseconds);
KERNEL int bpf_ct_set_nat_info(struct nf_conn___init *entry, union nf_inet_addr *address, int port, enum nf_nat_manip_type which);
