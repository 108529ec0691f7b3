#ifndef TESTS_SITE_H
#define TESTS_SITE_H

/*
 * site: a whole pool in memory: no socket, no nginx, a real Postgres (TEST_DATABASE), and a
 * transaction that is rolled back after each test. What a documented route answers is held against
 * its documentation.
 *
 *     SITE_TEST(rename_goes_back_to_the_job)
 *     {
 *             ask_site = &admin_site;
 *             struct resp w = ask(c, AS_ADMIN, POST, "/jobs/x/edit", "name", "y", NULL);
 *             IS(w.status, 303);
 *             SAME(resp_find(&w, "Location"), "/jobs/y");
 *     }
 */

#include "http/http.h"
#include "lib/ctx.h"

/* Who asks. With a cookie or an authorization the site's own who() finds out; otherwise the actor
 * is taken as it stands here, and who() is not asked. */
struct caller {
	struct actor actor;
	const char *csrf; /* sent with forms; NULL: the right one for an actor given here */
	const char *cookie, *authorization; /* header values */
	const char *origin, *fetch_site;    /* as a browser would send them; NULL: not sent */
	const char *if_match, *if_none_match;
};

extern const struct caller as_nobody, as_somebody, as_admin;
#define AS_NOBODY   (&as_nobody)
#define AS_SOMEBODY (&as_somebody) /* an account in no team, by browser */
#define AS_ADMIN    (&as_admin)    /* an administrator, by browser */

/* A browser session of an account that the test has made. */
struct caller as_account(int64_t account_id, const char *name);
/* An API token of it. */
struct caller as_token(int64_t account_id, const char *name, enum scope scope);

/* Which pool answers; each test names it before it asks. */
extern const struct site *ask_site;

/* A form for POST (the CSRF token is added unless "csrf" is among the pairs), nothing for GET;
 * name, value,
 * ..., NULL. Runs in a savepoint that is kept when the status is below 400. */
struct resp ask(struct ctx *c, const struct caller *who, enum method m, const char *target, ...)
    __attribute__((sentinel));
/* A JSON body, NULL: none. A caller by browser is taken as one by token of the widest scope,
 * because a browser session cannot send JSON. */
struct resp ask_json(
    struct ctx *c, const struct caller *who, enum method m, const char *target, const char *json);
/* Any body with any Content-Type. */
struct resp ask_raw(struct ctx *c, const struct caller *who, enum method m, const char *target,
    const struct pair *type_and_body);

/* Runs the body with a fresh ctx, then undoes everything it did to the database. */
void site_run(void (*body)(struct ctx *c));
/* This test hashes passwords at their full cost in make quick, too. */
void site_hash_in_earnest(void);
/* Fails for each row of the pool's table that http/http.h's route_wrong() complains of. */
void site_routes_are_sound(const struct site *site);

#define SITE_TEST(id)                         \
	static void id##_body(struct ctx *c); \
	TEST(id)                              \
	{                                     \
		site_run(id##_body);          \
	}                                     \
	static void id##_body(struct ctx *c)

#endif
