#ifndef CORE_CTX_H
#define CORE_CTX_H

/*
 * ctx: what any use case may touch, and the one way it reports failure.
 *
 * A request handler, a background job and a command-line verb each make one,
 * so the model never knows which of them is calling.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

#define MUST_USE      __attribute__((warn_unused_result))

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The whole set. Each maps to one HTTP status (http/status.c) and one exit code (cli/verbs.c). */
enum err {
	OK = 0,
	ERR_INVALID,   /* the caller can fix it: fault.field says where */
	ERR_MALFORMED, /* not even readable as what it should be: 400 */
	ERR_UNAUTHENTICATED,
	ERR_FORBIDDEN,
	ERR_NOT_FOUND,
	ERR_METHOD,   /* the address exists, but not with this method */
	ERR_CONFLICT, /* true when asked, no longer true now */
	ERR_STALE,    /* If-Match named a version that is no longer the current one */
	ERR_TOO_LARGE,
	ERR_UNSUPPORTED, /* a media type that is not read here */
	ERR_TOO_MANY,    /* a rate limit; fault.retry_s says when to come back */
	ERR_UNAVAILABLE, /* worth trying again later */
	ERR_INTERNAL,    /* a bug or a broken machine; details go to the log only */
};

struct wanted;

struct fault {
	const char *field;  /* the input at fault, or NULL */
	const char *detail; /* one sentence fit for the user; arena-owned */
	int retry_s;        /* when to come back, seconds; 0 = no advice */
	const char *cause;  /* what a dependency said, for who runs this and never for users; NULL:
			       nothing. arena-owned, may have several lines */
	/* What others would have to approve first (model/approval.h); NULL: nothing. */
	const struct wanted *wanted;
};

/* What a person or a token may do; zero is nothing. */
enum scope { SCOPE_NONE = 0, SCOPE_READ, SCOPE_RUN, SCOPE_WRITE, SCOPE_ADMIN };
enum { TOKEN_OF_ISSUER = -1 };
enum role { ROLE_NONE = 0, ROLE_VIEWER, ROLE_OPERATOR, ROLE_EDITOR, ROLE_MANAGER };

/* On whose behalf the work is done. All zero: nobody is signed in. */
struct actor {
	int64_t account_id;  /* 0 = nobody, or the system itself */
	const char *account; /* the name; "signalbox" in workers, "cli" on the command line */
	bool admin;
	bool dashboard;     /* may open Dkron's own dashboard */
	enum scope scope;   /* of the token; SCOPE_ADMIN for a browser session */
	int64_t session_id; /* 0 unless a browser session */
	int64_t
	    token_id; /* 0 unless an API token, or TOKEN_OF_ISSUER: a JWT, which has no row here */
	const char *address;       /* where the request came from; "" when not a request */
	const char *approved_task; /* NULL, or the approved task that acts for the account */
};

struct db;
struct config;

struct ctx {
	struct arena *arena;
	struct db *db;
	const struct config *config;
	int64_t now_us;     /* microseconds since 1970-01-01 UTC, frozen when the work began */
	const char *req_id; /* nginx's $request_id, or one made by the worker; never NULL */
	struct actor actor;
	struct fault fault; /* set by fail(); meaningful only after an error */
};

/* Records why, and is `e`: return fail(c, ERR_INVALID, "name", "must not be empty"); */
#define fail(c, e, field, ...) (fault_set((c), (field), __VA_ARGS__), (e))

void fault_set(struct ctx *c, const char *field, const char *fmt, ...) LIKE_PRINTF(3, 4);

/* Returns from the calling function on error. The arena cleans up behind it. */
#define TRY(expr)                     \
	do {                          \
		enum err e_ = (expr); \
		if (e_ != OK)         \
			return e_;    \
	} while (0)

#endif
