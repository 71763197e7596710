/*
 * The table of Services as the kernel holds it. The agent writes the first half, the programs the second. EbpfLayout.cs
 * has the same layouts: whoever changes one changes the other, and the number LAYOUT.
 *
 * Sizes that depend on the table are set when the programs are loaded.
 */
#pragma once

#include "kernel.h"

/* IPv4 addresses as ::ffff:a.b.c.d; network order. */
struct address { __u32 part[4]; };

struct endpoint { struct address address; __u16 port; __u16 zero; };

/* A node port has the unspecified address of its family. */
struct frontend_key { struct address address; __u16 port; __u8 protocol; __u8 node_port; };

/* Which of the list's backends senders of one class may take. */
enum { MASQUERADE = 1 };
struct path { __u32 first, count, flags; };

/* The class of a sender, which is the number of its path. */
enum { FROM_POD, FROM_NODE, FROM_OUTSIDE };

/* The id stays; a list of backends is never changed: a frontend is given another one at a stroke. */
struct frontend { __u32 id, list, affinity_seconds, zero; struct path paths[3]; };
struct backend_key { __u32 list, index; };

enum { ANSWERS_NODE_PORTS = 1, IS_NODES_OWN = 2 };
struct range { __u32 bits; struct address address; };

/* LOCALHOST_NODE_PORTS: node ports answer the node on 127.0.0.0/8. */
enum { LOCALHOST_NODE_PORTS = 1 };
struct settings { __u64 node_namespace; __u64 build; __u32 layout, flags; };

/* Some slots at a time, since an element of an array takes eight bytes. */
enum { SLOTS = 4 };
struct slots { __u16 index[SLOTS]; };

struct { NUMBER(type, BPF_MAP_TYPE_ARRAY); NUMBER(max_entries, 1); TYPE(key, __u32); TYPE(value, struct settings); } settings SECTION(".maps");
struct { NUMBER(type, BPF_MAP_TYPE_HASH); NUMBER(map_flags, BPF_F_NO_PREALLOC); NUMBER(max_entries, 1); TYPE(key, struct frontend_key); TYPE(value, struct frontend); } frontends SECTION(".maps");
struct { NUMBER(type, BPF_MAP_TYPE_HASH); NUMBER(map_flags, BPF_F_NO_PREALLOC); NUMBER(max_entries, 1); TYPE(key, struct backend_key); TYPE(value, struct endpoint); } backends SECTION(".maps");
struct { NUMBER(type, BPF_MAP_TYPE_HASH); NUMBER(map_flags, BPF_F_NO_PREALLOC); NUMBER(max_entries, 1024); TYPE(key, struct address); TYPE(value, __u32); } node_addresses SECTION(".maps");
struct { NUMBER(type, BPF_MAP_TYPE_LPM_TRIE); NUMBER(map_flags, BPF_F_NO_PREALLOC); NUMBER(max_entries, 256); TYPE(key, struct range); TYPE(value, __u32); } pod_ranges SECTION(".maps");

/* By list: slot -> index of the backend. A list without a table is drawn from by chance. */
struct maglev_table { NUMBER(type, BPF_MAP_TYPE_ARRAY); NUMBER(map_flags, BPF_F_INNER_MAP); NUMBER(max_entries, 1); NUMBER(key_size, sizeof(__u32)); NUMBER(value_size, sizeof(struct slots)); };
struct { NUMBER(type, BPF_MAP_TYPE_HASH_OF_MAPS); NUMBER(map_flags, BPF_F_NO_PREALLOC); NUMBER(max_entries, 1); TYPE(key, __u32); __typeof__(struct maglev_table) *values[]; } maglev SECTION(".maps");

/*
 * From here on: what the programs remember.
 */

/* The backend that somebody was given, and where in the list it stood then. */
struct given { struct endpoint backend; __u32 index; };

/* Session affinity. A client is its address or, at a socket, its network namespace (see OF_NAMESPACE). */
struct client_key { __u32 frontend; struct address client; };
struct client { __u64 seen_ns; struct given given; };
struct { NUMBER(type, BPF_MAP_TYPE_LRU_HASH); NUMBER(max_entries, 1); TYPE(key, struct client_key); TYPE(value, struct client); } affinity SECTION(".maps");

/* A UDP socket's traffic to one address, on either side of the translation. */
struct socket_key { __u64 socket; struct endpoint other; __u32 zero; };
struct { NUMBER(type, BPF_MAP_TYPE_LRU_HASH); NUMBER(max_entries, 16384); TYPE(key, struct socket_key); TYPE(value, struct given); } udp_flows SECTION(".maps");
struct reply { struct endpoint frontend; __u32 connected; };
struct { NUMBER(type, BPF_MAP_TYPE_LRU_HASH); NUMBER(max_entries, 16384); TYPE(key, struct socket_key); TYPE(value, struct reply); } udp_replies SECTION(".maps");

/* Whom a TCP socket asked for and whom it got; goes with the socket. */
struct peer { struct endpoint frontend, backend; };
struct { NUMBER(type, BPF_MAP_TYPE_SK_STORAGE); NUMBER(map_flags, BPF_F_NO_PREALLOC); TYPE(key, int); TYPE(value, struct peer); } tcp_peers SECTION(".maps");

/* By the frontend's id. */
struct { NUMBER(type, BPF_MAP_TYPE_HASH); NUMBER(map_flags, BPF_F_NO_PREALLOC); NUMBER(max_entries, 1); TYPE(key, __u32); TYPE(value, __u64); } connections SECTION(".maps");
