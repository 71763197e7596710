/*
 * Traffic that comes to the node from elsewhere, which no socket hook saw. The first packet of a connection to a frontend
 * makes an entry in the kernel's connection table that says where it goes; from then on the kernel translates it, its
 * answers, its fragments and the ICMP errors about it, with or without this program.
 */
#pragma once

#include "choose.h"

/* How long an entry lives whose packet never gets as far as the connection tracking behind this program. */
enum { UNUSED_MS = 30000 };

struct ipv4_header { __u8 version_length, tos; __u16 length, id, fragment; __u8 ttl, protocol; __u16 checksum; __u32 source, destination; };
struct ipv6_header { __u32 version_class_label; __u16 length; __u8 next, hops; struct address source, destination; };
struct fragment_header { __u8 next, reserved; __u16 offset; __u32 id; };
struct ports { __u16 source, destination; };

/* What is read of a packet. */
struct packet {
    struct address source, destination;
    struct ports ports;
    __u8 protocol;
    bool ipv4;
};

INLINE bool load(struct __sk_buff *skb, __u32 offset, void *to, __u32 length)
{
    return !bpf_skb_load_bytes_relative(skb, offset, to, length, BPF_HDR_START_NET);
}

/* False for what has no ports: other protocols, and fragments but the first. */
INLINE bool read_packet(struct __sk_buff *skb, struct packet *packet)
{
    __u32 offset;
    if (skb->protocol == BIG16(ETHERTYPE_IPv4)) {
        struct ipv4_header ip;
        if (!load(skb, 0, &ip, sizeof ip) || ip.fragment & BIG16(0x1fff)) return false;
        packet->source = from_ipv4(ip.source);
        packet->destination = from_ipv4(ip.destination);
        packet->protocol = ip.protocol;
        packet->ipv4 = true;
        offset = (ip.version_length & 15) * 4;
    } else if (skb->protocol == BIG16(ETHERTYPE_IPv6)) {
        struct ipv6_header ip;
        if (!load(skb, 0, &ip, sizeof ip)) return false;
        packet->source = ip.source;
        packet->destination = ip.destination;
        packet->protocol = ip.next;
        packet->ipv4 = false;
        offset = sizeof ip;
        if (ip.next == FRAGMENT) {
            struct fragment_header fragment;
            if (!load(skb, offset, &fragment, sizeof fragment) || fragment.offset & BIG16(0xfff8)) return false;
            packet->protocol = fragment.next;
            offset += sizeof fragment;
        }
    } else {
        return false;
    }
    return (packet->protocol == TCP || packet->protocol == UDP) && load(skb, offset, &packet->ports, sizeof packet->ports);
}

INLINE __u32 mix(__u32 hash, __u32 with)
{
    hash = (hash ^ with) * 0x9e3779b1;
    return hash ^ hash >> 15;
}

/* The same on every node. Where sessions are kept all of a client's connections have the same. */
INLINE __u32 hash_of(const struct packet *packet, bool by_client)
{
    __u32 hash = packet->protocol;
    for (int i = 0; i < 4; i++) hash = mix(mix(hash, packet->source.part[i]), packet->destination.part[i]);
    return mix(hash, by_client ? packet->ports.destination : packet->ports.source | (__u32)packet->ports.destination << 16);
}

INLINE struct bpf_sock_tuple tuple_of(const struct packet *packet)
{
    struct bpf_sock_tuple tuple = {};
    if (packet->ipv4) {
        tuple.ipv4.saddr = packet->source.part[3];
        tuple.ipv4.daddr = packet->destination.part[3];
        tuple.ipv4.sport = packet->ports.source;
        tuple.ipv4.dport = packet->ports.destination;
        return tuple;
    }
    __builtin_memcpy(tuple.ipv6.saddr, &packet->source, sizeof packet->source);
    __builtin_memcpy(tuple.ipv6.daddr, &packet->destination, sizeof packet->destination);
    tuple.ipv6.sport = packet->ports.source;
    tuple.ipv6.dport = packet->ports.destination;
    return tuple;
}

INLINE struct bpf_ct_opts options_of(const struct packet *packet)
{
    return (struct bpf_ct_opts){ .netns_id = THIS_NAMESPACE, .protocol = packet->protocol };
}

INLINE bool is_tracked(struct __sk_buff *skb, const struct packet *packet, struct bpf_sock_tuple *tuple)
{
    struct bpf_ct_opts options = options_of(packet);
    struct nf_conn *entry = packet->ipv4
        ? bpf_skb_ct_lookup(skb, tuple, sizeof tuple->ipv4, &options, sizeof options)
        : bpf_skb_ct_lookup(skb, tuple, sizeof tuple->ipv6, &options, sizeof options);
    if (!entry) return false;
    bpf_ct_release(entry);
    return true;
}

/* The address under which this node would send to the backend; false if it would not leave the node. */
INLINE bool source_towards(struct __sk_buff *skb, const struct packet *packet, const struct address *backend, union nf_inet_addr *source)
{
    struct bpf_fib_lookup route = { .family = packet->ipv4 ? IPv4 : IPv6, .l4_protocol = packet->protocol, .ifindex = skb->ingress_ifindex };
    if (packet->ipv4) {
        route.ipv4_src = packet->source.part[3];
        route.ipv4_dst = backend->part[3];
    } else {
        __builtin_memcpy(route.ipv6_src, &packet->source, sizeof packet->source);
        __builtin_memcpy(route.ipv6_dst, backend, sizeof *backend);
    }
    if (bpf_fib_lookup(skb, &route, sizeof route, FIB_SKIP_NEIGHBOUR | FIB_SOURCE)) return false;
    if (packet->ipv4) source->all[0] = route.ipv4_src;
    else __builtin_memcpy(source, route.ipv6_src, sizeof *source);
    return true;
}

INLINE union nf_inet_addr translation_to(const struct packet *packet, const struct address *address)
{
    union nf_inet_addr to = {};
    if (packet->ipv4) to.all[0] = address->part[3];
    else __builtin_memcpy(&to, address, sizeof *address);
    return to;
}

/*
 * Makes the connection's entry. The source is always told of, if only with the address it has: so that the kernel chooses
 * another port where two connections of a client would become one.
 */
INLINE bool track(struct __sk_buff *skb, const struct packet *packet, struct bpf_sock_tuple *tuple, const struct endpoint *backend, bool masquerade)
{
    struct bpf_ct_opts options = options_of(packet);
    struct nf_conn___init *entry = packet->ipv4
        ? bpf_skb_ct_alloc(skb, tuple, sizeof tuple->ipv4, &options, sizeof options)
        : bpf_skb_ct_alloc(skb, tuple, sizeof tuple->ipv6, &options, sizeof options);
    if (!entry) return false;
    union nf_inet_addr destination = translation_to(packet, &backend->address), source = translation_to(packet, &packet->source);
    if (masquerade) source_towards(skb, packet, &backend->address, &source);
    bpf_ct_set_timeout(entry, UNUSED_MS);
    bpf_ct_set_nat_info(entry, &destination, BIG16(backend->port), NF_NAT_MANIP_DST);
    bpf_ct_set_nat_info(entry, &source, 0, NF_NAT_MANIP_SRC);
    struct nf_conn *made = bpf_ct_insert_entry(entry);
    if (!made) return false;
    bpf_ct_release(made);
    return true;
}

INLINE __u32 class_of_source(const struct address *source)
{
    return is_pod(source) ? FROM_POD : is_nodes_own(source) ? FROM_NODE : FROM_OUTSIDE;
}

INLINE int take(struct __sk_buff *skb, const struct packet *packet)
{
    struct question asked = { .to = { packet->destination, packet->ports.destination, packet->protocol }, .client = packet->source };
    struct bpf_sock_tuple tuple = tuple_of(packet);
    struct given given = {};
    for (int tries = 0; tries < TRIES; tries++) {
        struct frontend *frontend = find_frontend(&asked);
        if (!frontend || (!tries && is_tracked(skb, packet, &tuple))) return NEXT;
        __u32 class = class_of_source(&packet->source);
        struct path *path = &frontend->paths[class];
        if (!path->count) return NEXT;
        asked.hashed = class == FROM_OUTSIDE;
        asked.hash = hash_of(packet, frontend->affinity_seconds);
        if (!choose(&asked, frontend, path, &given)) continue;
        bool masquerade = path->flags & MASQUERADE || same_address(&given.backend.address, &packet->source);
        /* Lost to the next packet of the same connection, on another processor: then its entry holds for both. */
        if (!track(skb, packet, &tuple, &given.backend, masquerade)) return is_tracked(skb, packet, &tuple) ? NEXT : DROP;
        count(frontend->id);
        return NEXT;
    }
    return DROP;
}
