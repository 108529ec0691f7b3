#ifndef CORE_NET_H
#define CORE_NET_H

/*
 * net: where somebody who chooses an address may send us.
 *
 * An address of the web is read strictly: what we judge is what curl will ask. Whether a host may
 * be spoken to is decided by the address really connected to, so a name that resolves differently
 * the second time gains nothing.
 *
 * A list (SIGNALBOX_WEBHOOK_ALLOW) holds names, addresses and networks with commas between:
 * "hooks.intern.example, 10.1.0.0/16, fd00::/8".
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"

struct sockaddr;

enum { NET_URL_MAX = 2000 };

struct net_url {
	bool secure;      /* https */
	const char *host; /* lower case, an IPv6 address without its brackets; arena-owned */
	int64_t port;
};

/* http:// or https://, a host, perhaps a port, a path and a query; no user, no fragment, printable
 * ASCII only, at most NET_URL_MAX bytes. False: it is not that. */
bool net_url_parse(struct arena *a, const char *text, struct net_url *out);

/* What a stranger's machine on the internet can have: not private, loopback, link-local (where
 * clouds keep their metadata), shared, multicast, reserved, nor an IPv6 address that stands for one
 * of these. */
bool net_is_public(const struct sockaddr *address);

bool net_list_is_valid(const char *list); /* an empty one is */
/* The list names this host, or it is an address that the list holds. */
bool net_list_has_host(const char *list, const char *host);
bool net_list_has_address(const char *list, const struct sockaddr *address);

/* The host as an address; false when it is a name. Forms such as 0x7f.1 are names here. */
bool net_host_is_public(const char *host, bool *is_address);

#endif
