/*
 * Whatever changes something writes into the audit: every changing route of the pages and of the
 * API is asked once, with success. A route that is new fails this test until it stands here.
 */

#include "web/given_routes.h"

static int64_t newest(struct ctx *c)
{
	struct audit_row *rows;
	const char *next;
	size_t n = 0;

	act_as_cli(c);
	IS(audit_list(c, &(struct audit_query){ .limit = 1 }, &rows, &n, &next), OK);
	return n == 1 ? rows[0].id : 0;
}

/* The newest row says what it was before, or is now; where both are a secret, or nothing, the verb
 * says it all. */
#define TELLS                                                                                     \
	"(SELECT before IS NOT NULL OR after IS NOT NULL OR verb IN ('password_change', "         \
	"'account_password', 'task_type_secret', 'engine_resync', 'bulk_stop') FROM audit ORDER " \
	"BY id "                                                                                  \
	"DESC LIMIT 1)"

/* In no row of any table. */
static void stands_nowhere(struct ctx *c, const char *target, const char *secret)
{
	if (!holds(c, "pg_temp.stands_in('%s') IS NULL", secret))
		FAIL("%s: %s stands in a table", target, secret);
}

static void given_search(struct ctx *c)
{
	IS(db_script(c,
	       "CREATE FUNCTION pg_temp.stands_in(secret text) RETURNS text AS $$ "
	       "DECLARE t text; found boolean; BEGIN "
	       "FOR t IN SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND "
	       "relnamespace = 'public'::regnamespace LOOP "
	       "EXECUTE 'SELECT EXISTS (SELECT FROM ' || t || ' x WHERE strpos(x::text, $1) > 0)' "
	       "INTO found USING secret; IF found THEN RETURN t; END IF; END LOOP; "
	       "RETURN NULL; END $$ LANGUAGE plpgsql"),
	    OK);
	IS(db_script(
	       c, "INSERT INTO approver_group (name, description) VALUES ('search', 'zq-canary')"),
	    OK);
	YES(holds(c, "pg_temp.stands_in('zq-canary') IS NOT NULL")); /* it finds what is there */
}

/* What an answer shows once, and what was sent as a password, must stand in no row. */
static void keeps_secrets(struct ctx *c, const struct resp *w, const char *target)
{
	static const char *const keys[] = { "secret", "token", "password" };
	struct json *v = NULL;

	stands_nowhere(c, target, PASSWORD);
	if (w->body == NULL || json_parse(c, w->body, strlen(w->body), &v) != OK)
		return;
	for (size_t i = 0; i < LENGTH(keys); i++) {
		const char *secret = json_text(json_get(v, keys[i]));
		if (*secret != '\0')
			stands_nowhere(c, target, secret);
	}
}

static enum err visit(struct ctx *c, void *arg)
{
	const struct visit *v = arg;
	int64_t before = newest(c);
	struct resp w = send_step(c, v, &marta);

	if (w.status >= 400)
		FAIL("%s: %d %s: %s", v->step->route, w.status,
		    c->fault.field ? c->fault.field : "", c->fault.detail ? c->fault.detail : "");
	else if (newest(c) == before)
		FAIL("%s changed something and wrote nothing into the audit", v->step->route);
	else if (!holds(c, TELLS))
		FAIL("%s is in the audit, but not from what to what", v->step->route);
	keeps_secrets(c, &w, v->step->route);
	return ERR_STALE;
}

SITE_TEST(every_changing_route_of_the_pages_is_audited)
{
	given_all_kinds(c);
	given_search(c);
	walk_routes(c, &admin_site, pages, LENGTH(pages), visit);
}

SITE_TEST(every_changing_route_of_the_api_is_audited)
{
	given_all_kinds(c);
	given_search(c);
	walk_routes(c, &api_site, calls, LENGTH(calls), visit);
}
