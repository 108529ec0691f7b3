#ifndef REMOTE_HTTP_H
#define REMOTE_HTTP_H

/*
 * http: asking another server something, one request at a time or many at once.
 *
 * Only http and https, no proxy from the environment, no redirect unless asked for, no signal, an
 * answer of at most `max` bytes. Whoever lets a person choose the URL checks it first.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

struct remote_ask {
	const char *method; /* "GET", "POST", ...; sent as it is */
	const char *url;
	const char *const *headers; /* "Name: value" lines, ended by NULL; may be NULL */
	const char *body;           /* NULL: none */
	size_t body_len;
	const char *login;      /* "user:password" for basic authentication, "" or NULL: none */
	int connect_timeout_ms; /* 0: 3 seconds */
	int timeout_ms; /* of the whole; 0: none (a dead peer is noticed after about a minute) */
	size_t max;     /* bytes of the answer; 0: 1 MiB */
	int redirects;  /* how many are followed; 0: none */
	bool once; /* never sent twice: curl by itself repeats a request whose kept connection turns
		      out dead */
	/* Somebody else chose the URL: only public addresses, and those of this list (core/net.h),
	 * are connected to, each time on a fresh connection. NULL: wherever it leads. */
	const char *only_public_and;
	bool https_only;                            /* of the URL and of every redirect */
	bool insecure;                              /* the certificate is not looked at */
	const char *ca_file, *cert_file, *key_file; /* PEM files; NULL: the system's, none, none */
};

enum remote_end {
	REMOTE_ANSWERED = 1, /* status and body are there */
	REMOTE_NOT_SENT,     /* nobody was reached: the other side cannot have acted on it */
	REMOTE_BROKEN,       /* sent, but no whole answer came: nobody knows what it did */
	REMOTE_TOO_LARGE,    /* the answer was longer than `max`; body holds its beginning */
};

struct remote_answer {
	enum remote_end end;
	int status;       /* 0 unless an answer began */
	const char *body; /* NUL-terminated behind the end; never NULL */
	size_t len;
	const char *why; /* one clause for a person when end is not REMOTE_ANSWERED, such as
			    "connection refused" */
	int64_t took_us;
	int64_t retry_after_s; /* what the answer asks for; 0: nothing */
	int64_t date_us;       /* its clock, to the second (the header Date); 0: not told */
};

/* Waits for the answer. What `out` points to is owned by `a`. */
void remote_fetch(struct arena *a, const struct remote_ask *ask, struct remote_answer *out);

/*
 * remote_set: requests in flight together. remote_set_fd() becomes readable when remote_set_turn()
 * has something to do, timeouts included, so a worker can poll it beside its database connection.
 */
struct remote_set;

struct remote_set *remote_set_create(
    void); /* ends the process when the system has no descriptor left */
void remote_set_destroy(struct remote_set *s); /* drops what is in flight; NULL is allowed */

void remote_set_add(
    struct remote_set *s, const struct remote_ask *ask, void *tag); /* copies `ask` */
size_t remote_set_size(const struct remote_set *s); /* added and not yet taken or dropped */
int remote_set_fd(const struct remote_set *s);
void remote_set_turn(struct remote_set *s); /* moves what can move; never waits */

/* Takes one finished request; false when there is none. *out is owned by `a`. */
bool remote_set_take(struct remote_set *s, struct arena *a, struct remote_answer *out, void **tag);

/* Forgets a request: its connection is closed. False when no request carries the tag. */
bool remote_set_drop(struct remote_set *s, const void *tag);

/* remote_set_turn() until something can be taken or `timeout_ms` is over. */
void remote_set_wait(struct remote_set *s, int timeout_ms);

#endif
