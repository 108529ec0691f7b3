#include "lib/site.h"

#include <assert.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/crypt.h"
#include "core/log.h"
#include "core/text.h"
#include "core/time.h"
#include "db/db.h"
#include "http/doc.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, BODY_MAX = 4 * 1024 * 1024 };

static const char right_csrf[] = "the-csrf-token-of-this-test";

/* Ids that no row will have: a real session with the id of the caller's would be his own. */
enum { NO_SESSION = 900000001, NO_TOKEN = 900000001 };

const struct caller as_nobody = { .actor = { .account = "" } };
const struct caller as_somebody = { .actor = { .account_id = 1000001,
					.account = "somebody",
					.scope = SCOPE_ADMIN,
					.session_id = NO_SESSION } };
const struct caller as_admin = { .actor = { .account_id = 1000002,
				     .account = "admin",
				     .admin = true,
				     .dashboard = true,
				     .scope = SCOPE_ADMIN,
				     .session_id = NO_SESSION + 1 } };

const struct site *ask_site;

struct caller as_account(int64_t account_id, const char *name)
{
	return (struct caller){ .actor = { .account_id = account_id,
				    .account = name,
				    .scope = SCOPE_ADMIN,
				    .session_id = NO_SESSION + 2 } };
}

struct caller as_token(int64_t account_id, const char *name, enum scope scope)
{
	return (struct caller){ .actor = { .account_id = account_id,
				    .account = name,
				    .scope = scope,
				    .token_id = NO_TOKEN } };
}

/* The linker puts this in the place of libsodium's (Makefile: WRAP). In make quick the tests of a
 * site hash passwords at the least cost there is. */
int __real_crypto_pwhash_str_alg(char *out, const char *password, unsigned long long len,
    unsigned long long ops, size_t memory, int algorithm);
int __wrap_crypto_pwhash_str_alg(char *out, const char *password, unsigned long long len,
    unsigned long long ops, size_t memory, int algorithm);
static bool hash_cheaply;

int __wrap_crypto_pwhash_str_alg(char *out, const char *password, unsigned long long len,
    unsigned long long ops, size_t memory, int algorithm)
{
	return __real_crypto_pwhash_str_alg(out, password, len,
	    hash_cheaply ? crypto_pwhash_OPSLIMIT_MIN : ops,
	    hash_cheaply ? crypto_pwhash_MEMLIMIT_MIN : memory, algorithm);
}

void site_hash_in_earnest(void)
{
	hash_cheaply = false;
}

struct body {
	void (*run)(struct ctx *c);
};

/* An error that nothing else gives here, so that the transaction is rolled back. */
static enum err run_and_undo(struct ctx *c, void *arg)
{
	((struct body *)arg)->run(c);
	return ERR_STALE;
}

static struct db *database(void)
{
	static struct db *db;
	const char *address = getenv("TEST_DATABASE");

	if (address == NULL || !crypt_init())
		return NULL;
	if (db == NULL) {
		log_setup(getenv("TEST_LOG") ? LOG_DEBUG : LOG_ERROR, LOG_LOGFMT, "check");
		db = db_open(address, NULL, DB_PANEL);
	}
	return db;
}

void site_run(void (*run)(struct ctx *c))
{
	struct db *db = database();
	struct arena *a = arena_create(ARENA_BYTES);
	struct ctx c = { .arena = a,
		.db = db,
		.config = &site_config,
		.now_us = time_now_us(),
		.req_id = "test",
		.actor = { .account = "system", .address = "" } };

	ask_site = NULL;
	hash_cheaply = check_is_quick();
	if (db == NULL)
		FAIL("TEST_DATABASE does not say where the database is");
	else if (db_atomically(&c, run_and_undo, &(struct body){ run }) != ERR_STALE)
		FAIL("the database: %s", c.fault.detail);
	hash_cheaply = false;
	arena_destroy(a);
}

struct exchange {
	struct site site;
	struct req req;
	struct resp resp;
	const struct caller *who;
};

static struct exchange *current; /* of the one request that is being answered */

static enum err who_is_given(struct req *r)
{
	const struct caller *who = current->who;

	r->ctx->actor = who->actor;
	if (who->actor.account == NULL)
		r->ctx->actor.account = "";
	r->ctx->actor.address = r->address;
	r->csrf = who->actor.session_id != 0 ? right_csrf : "";
	return OK;
}

static enum err answer(struct ctx *c, void *arg)
{
	struct exchange *x = arg;

	(void)c;
	dispatch(&x->site, &x->req, &x->resp);
	return x->resp.status < 400 ? OK : ERR_STALE;
}

static void headers(struct req *r, const struct caller *who)
{
	r->cookie = who->cookie;
	r->authorization = who->authorization;
	r->origin = who->origin;
	r->fetch_site = who->fetch_site;
	r->if_match = who->if_match;
	r->if_none_match = who->if_none_match;
	r->address = "192.0.2.1";
	r->host = "localhost:8443";
	r->user_agent = "check";
}

/* Every answer of a documented route that a test sees must be one that its documentation knows. */
static void held_against_documentation(struct exchange *x)
{
	const char *wrong = doc_answer_wrong(&x->req, &x->resp);

	if (wrong != NULL)
		FAIL("%s: the answer %d %s, says its documentation: %s", x->req.target,
		    x->resp.status, wrong, x->resp.body != NULL ? x->resp.body : "");
}

/* The request gets a ctx of its own, as in a worker; its fault is left to the caller for reading.
 */
static struct resp send(struct ctx *c, const struct caller *who, enum method m, const char *target,
    const struct pair *type_and_body)
{
	struct exchange *x = arena_new(c->arena, struct exchange), *before = current;
	struct ctx own = *c;

	assert(ask_site != NULL);
	own.fault = (struct fault){ .field = NULL };
	own.actor = (struct actor){ .account = "", .address = "192.0.2.1" };
	x->site = *ask_site;
	x->who = who;
	if (who->cookie == NULL && who->authorization == NULL)
		x->site.who = who_is_given;
	headers(&x->req, who);
	x->req.ctx = &own;
	x->req.method = m;
	x->req.content_type = type_and_body->name;
	x->req.body = type_and_body->value;
	x->req.body_len = type_and_body->value ? strlen(type_and_body->value) : 0;
	enum err e = req_target(&x->req, arena_strdup(c->arena, target));
	current = x;
	if (e != OK)
		dispatch_error(&x->site, &x->req, e, &x->resp);
	else if (db_atomically(&own, answer, x) != OK && x->resp.status < 400)
		FAIL("%s: %s", target, own.fault.detail);
	current = before;
	held_against_documentation(x);
	c->fault = own.fault;
	return x->resp;
}

static void add_pair(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "%s%s=%s", b->len > 0 ? "&" : "", text_urlencode(b->arena, name),
	    text_urlencode(b->arena, value));
}

struct resp ask(struct ctx *c, const struct caller *who, enum method m, const char *target, ...)
{
	bool by_browser = who->actor.session_id != 0 || who->cookie != NULL;
	const char *csrf = who->csrf != NULL ? who->csrf : right_csrf, *name;
	struct buf b;
	va_list ap;

	buf_init(&b, c->arena, BODY_MAX);
	va_start(ap, target);
	while ((name = va_arg(ap, const char *)) != NULL) {
		add_pair(&b, name, va_arg(ap, const char *));
		by_browser = by_browser && strcmp(name, "csrf") != 0;
	}
	va_end(ap);
	if (m != GET && by_browser)
		add_pair(&b, "csrf", csrf);
	bool form = m != GET && (b.len > 0 || m == POST);
	return send(c, who, m, target,
	    &(struct pair){ form ? "application/x-www-form-urlencoded" : "", b.data });
}

struct resp ask_json(
    struct ctx *c, const struct caller *who, enum method m, const char *target, const char *json)
{
	struct caller by_token = *who;

	if (by_token.actor.session_id != 0) {
		by_token.actor.session_id = 0;
		by_token.actor.token_id = NO_TOKEN;
	}
	return send(
	    c, &by_token, m, target, &(struct pair){ json ? "application/json" : "", json });
}

struct resp ask_raw(struct ctx *c, const struct caller *who, enum method m, const char *target,
    const struct pair *type_and_body)
{
	return send(c, who, m, target, type_and_body);
}

void site_routes_are_sound(const struct site *site)
{
	for (size_t i = 0; i < site->nroutes; i++) {
		const char *wrong = route_wrong(&site->routes[i]);
		if (wrong != NULL)
			FAIL("%s %s: %s", site->name, site->routes[i].pattern, wrong);
	}
}
