/*
 * From a destination and a sender to a decision: what Fairlead.Network decided in the agent is looked up here.
 */
#pragma once

#include "maps.h"

/* One new connection. */
struct question {
    struct frontend_key to;
    /* The sender, as session affinity knows it. */
    struct address client;
    /* Whether the destination is a loopback address of the node itself. */
    bool loopback;
    /* Whether it is to get the backend of this hash. */
    bool hashed;
    __u32 hash;
};

/* What is no Service here goes on as it is, to the rules of nftables: they refuse and drop. */
enum verdict { NO_SERVICE, FORWARD };

INLINE bool same_address(const struct address *a, const struct address *b)
{
    return a->part[0] == b->part[0] && a->part[1] == b->part[1] && a->part[2] == b->part[2] && a->part[3] == b->part[3];
}

INLINE bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && same_address(&a->address, &b->address);
}

INLINE struct address from_ipv4(__u32 address)
{
    return (struct address){ { 0, 0, BIG32(0xffff), address } };
}

INLINE bool is_ipv4(const struct address *a)
{
    return !a->part[0] && !a->part[1] && a->part[2] == BIG32(0xffff);
}

/* A client that is known by its namespace's cookie: no address, for a multicast address is no sender's. */
INLINE struct address of_namespace(__u64 cookie)
{
    return (struct address){ { 0xffffffff, 0, (__u32)(cookie >> 32), (__u32)cookie } };
}

INLINE bool is_pod(const struct address *a)
{
    struct range all = { 128, *a };
    return bpf_map_lookup_elem(&pod_ranges, &all) != 0;
}

INLINE bool is_nodes_own(const struct address *a)
{
    __u32 *use = bpf_map_lookup_elem(&node_addresses, a);
    return use && *use & IS_NODES_OWN;
}

INLINE struct settings *read_settings(void)
{
    __u32 only = 0;
    return bpf_map_lookup_elem(&settings, &only);
}

/* The frontend of the very address, else the node port. */
INLINE struct frontend *find_frontend(const struct question *asked)
{
    struct frontend_key key = asked->to;
    struct frontend *found = bpf_map_lookup_elem(&frontends, &key);
    if (found) return found;
    if (!asked->loopback) {
        __u32 *use = bpf_map_lookup_elem(&node_addresses, &key.address);
        if (!use || !(*use & ANSWERS_NODE_PORTS)) return 0;
    }
    key.address = is_ipv4(&key.address) ? from_ipv4(0) : (struct address){};
    key.node_port = 1;
    return bpf_map_lookup_elem(&frontends, &key);
}

/* Looking for a backend in a list that has changed. */
struct search { __u32 list, first; struct endpoint wanted; __u32 index; bool found; };

static long compare(__u32 step, struct search *search)
{
    struct backend_key key = { search->list, search->first + step };
    struct endpoint *backend = bpf_map_lookup_elem(&backends, &key);
    if (!backend || !same_endpoint(backend, &search->wanted)) return 0;
    search->index = key.index;
    search->found = true;
    return 1;
}

/* Whether a sender may keep the backend that it was given. Where it stood then is most often where it stands. */
INLINE bool still_serves(const struct frontend *frontend, const struct path *path, struct given *given)
{
    struct backend_key key = { frontend->list, given->index };
    if (given->index - path->first < path->count) {
        struct endpoint *backend = bpf_map_lookup_elem(&backends, &key);
        if (backend && same_endpoint(backend, &given->backend)) return true;
    }
    struct search search = { frontend->list, path->first, given->backend };
    bpf_loop(path->count, compare, &search, 0);
    given->index = search.index;
    return search.found;
}

/* The index that the list's Maglev table has for a hash; false if it has no table. */
INLINE bool by_hash(__u32 list, __u32 hash, __u32 *index)
{
    __u32 first = 0;
    void *table = bpf_map_lookup_elem(&maglev, &list);
    if (!table) return false;
    /* The number of slots stands in the first element. */
    struct slots *slots = bpf_map_lookup_elem(table, &first);
    if (!slots || !slots->index[0]) return false;
    __u32 slot = hash % slots->index[0], element = 1 + slot / SLOTS;
    slots = bpf_map_lookup_elem(table, &element);
    if (!slots) return false;
    *index = slots->index[slot % SLOTS];
    return true;
}

/* Draws a backend. False if the list was exchanged meanwhile. */
INLINE bool draw(const struct question *asked, const struct frontend *frontend, const struct path *path, struct given *given)
{
    struct backend_key key = { frontend->list };
    if (!asked->hashed || !by_hash(frontend->list, asked->hash, &key.index))
        key.index = path->first + (__u32)(((__u64)bpf_get_prandom_u32() * path->count) >> 32);
    struct endpoint *backend = bpf_map_lookup_elem(&backends, &key);
    if (!backend) return false;
    given->backend = *backend;
    given->index = key.index;
    return true;
}

/* The backend for a new connection: the client's, where sessions are kept, else one that is drawn. */
INLINE bool choose(const struct question *asked, const struct frontend *frontend, const struct path *path, struct given *given)
{
    if (!frontend->affinity_seconds) return draw(asked, frontend, path, given);
    struct client_key key = { frontend->id, asked->client };
    struct client now = { bpf_ktime_get_ns() }, *known = bpf_map_lookup_elem(&affinity, &key);
    bool keeps = false;
    if (known && now.seen_ns - known->seen_ns < frontend->affinity_seconds * 1000000000ull) {
        now.given = known->given;
        keeps = still_serves(frontend, path, &now.given);
    }
    if (!keeps && !draw(asked, frontend, path, &now.given)) return false;
    bpf_map_update_elem(&affinity, &key, &now, BPF_ANY);
    *given = now.given;
    return true;
}

/* A list may be exchanged between two lookups; the frontend then leads to the new one. */
enum { TRIES = 3 };

INLINE void count(__u32 frontend)
{
    __u64 one = 1, *number = bpf_map_lookup_elem(&connections, &frontend);
    if (number) __sync_fetch_and_add(number, 1);
    else bpf_map_update_elem(&connections, &frontend, &one, BPF_NOEXIST);
}
