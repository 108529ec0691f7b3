#ifndef REMOTE_DKRON_H
#define REMOTE_DKRON_H

/*
 * dkron: the calls of Dkron's API that the worker makes, to a real Dkron or to the embedded engine.
 *
 * Several base addresses may be given; one that cannot be reached, breaks off or answers 5xx is
 * passed over and the next one stays chosen. Reads of followers lag, so dkron_prefer_leader()
 * chooses the leader's address when it is among them. ERR_UNAVAILABLE with a sentence when nobody
 * answers, or when the answer makes no sense. A 404 proves nothing (a server without leader answers
 * so too): see dkron_is_gone().
 */

#include "core/config.h"
#include "core/ctx.h"
#include "core/json.h"
#include "remote/http.h"

enum { DKRON_BASES = 8 };

struct dkron {
	const char *bases[DKRON_BASES]; /* without a slash at the end */
	size_t n, chosen;
	const char *login;   /* "user:password" or "" */
	const char *ca_file; /* NULL: the system's authorities */
	int64_t until_us;    /* monotonic; behind it nothing is asked any more; 0: no bound */
	int64_t ahead_us;  /* its clock before ours, as the last answer had it; about half a second
			      is not told from none */
	char silence[160]; /* why a request got no answer from anybody; whoever heeds it empties it
			    */
};

/* The addresses of the configuration; what is not memory of `a` belongs to `config`. */
void dkron_init(struct dkron *d, const struct config *config, struct arena *a);
/* For pools, where a person waits: all that is asked through `d` is over within `ms`. */
void dkron_within(struct dkron *d, int64_t ms);
/* With several addresses: takes the one that leads, if any of them says so now. */
void dkron_prefer_leader(struct ctx *c, struct dkron *d);

/* A request to the chosen server, for a remote_set. `path` begins with "/v1"; `body` may be NULL.
 */
struct remote_ask dkron_ask(
    struct arena *a, const struct dkron *d, const char *method, const char *path, const char *body);
/* The chosen server was not reached: takes the next one. */
void dkron_next(struct dkron *d);

const char *dkron_job_path(struct arena *a, const char *name, const char *behind);

/* What a status and body that are not what was hoped for say to a person. */
const char *dkron_words(struct arena *a, const struct remote_answer *answer);

MUST_USE enum err dkron_version(struct ctx *c, struct dkron *d, const char **version);
MUST_USE enum err dkron_leader(
    struct ctx *c, struct dkron *d, const char **name); /* ERR_UNAVAILABLE: none */
MUST_USE enum err dkron_members(struct ctx *c, struct dkron *d, struct json **array);

/*
 * All jobs by name. Dkron reads and sorts all of them for each page of its list, so pages are
 * large; the values of one would take ten times the memory of its text, so they are handed out in
 * slices.
 */
struct dkron_list;
struct dkron_list *dkron_list_create(struct arena *a, struct dkron *d); /* owned by `a` */
/* The next jobs; *last: there are no more. *read_us: what they say was so then, or later. */
MUST_USE enum err dkron_list_next(
    struct ctx *c, struct dkron_list *l, struct json **array, int64_t *read_us, bool *last);

MUST_USE enum err dkron_job(
    struct ctx *c, struct dkron *d, const char *name, struct json **out); /* ERR_NOT_FOUND */
/* Executions of a job, without their output. ERR_NOT_FOUND. */
MUST_USE enum err dkron_executions(
    struct ctx *c, struct dkron *d, const char *name, struct json **array);
/* One execution with all that the engine kept of its output. ERR_NOT_FOUND. */
MUST_USE enum err dkron_execution(
    struct ctx *c, struct dkron *d, const char *name, const char *id, struct json **out);
/* Executions that run now on any server; entries whose retries and children are pending too. */
MUST_USE enum err dkron_busy(struct ctx *c, struct dkron *d, struct json **array);

/* After a 404: OK only when there is a leader and its list does not know the job either;
 * ERR_CONFLICT: it is there after all; ERR_UNAVAILABLE: nobody can tell. */
MUST_USE enum err dkron_is_gone(struct ctx *c, struct dkron *d, const char *name);

#endif
