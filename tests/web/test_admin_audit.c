/* The page of the audit, its filters, its diff, and the same as JSON lines and through the API. */

#include "web/api/api.h"
#include "web/given_admin.h"

static void given_changes(struct ctx *c)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@daily\",\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"echo <hi>\"}}");
	act_as(c, "edith");
	struct job job;
	struct job_edit edit = { .name = "hello",
		.how = JOB_MERGE,
		.input = json_of(c, "{\"retries\":3,\"executor_config\":{\"command\":\"true\"}}") };
	IS(job_edit(c, &edit, &job), OK);
}

SITE_TEST(audit_page_shows_who_changed_what_from_what_to_what)
{
	given_changes(c);
	const char *page = PAGE(c, by(c, "marta"), 200, "/audit?object=job:hello&actor=edith");
	HAS(page, "<td class=\"name\">edith</td>");
	HAS(page, "job edit");
	HAS(page, "href=\"/jobs/hello\">job:hello</a>");
	HAS(page, "executor_config.command");
	HAS(page, "<del>echo &lt;hi&gt;</del>");
	HAS(page, "<ins>true</ins>");
	HAS(page, "<del>0</del>");
	HAS(page, "<ins>3</ins>");
	HAS(page, "192.0.2.8");
	HAS(page, "1 entry on this page");
	HAS(page, "href=\"/audit.jsonl?actor=edith&amp;object=job%3Ahello\"");
	HAS(PAGE(c, by(c, "marta"), 200, "/jobs/hello"), "/audit?object=job%3Ahello");
	LACKS(PAGE(c, by(c, "edith"), 200, "/jobs/hello"), "/audit");
	HAS(PAGE(c, by(c, "marta"), 200, "/teams/ops"), "/audit?object=team%3Aops");
	page = PAGE(c, by(c, "marta"), 200, "/accounts/edith");
	HAS(page, "/audit?object=account%3Aedith");
	HAS(page, "/audit?actor=edith");
}

SITE_TEST(audit_page_filters)
{
	static const struct {
		const char *query;
		bool found;
	} rows[] = {
		{ "object=job:", true },
		{ "object=job:hell", false },
		{ "verb=job_edit", true },
		{ "verb=job_delete", false },
		{ "address=192.0.2.8", true },
		{ "address=192.0.2.9", false },
		{ "q=Echo+%3Chi", true },
		{ "q=50%25", false },
		{ "since=2000-01-01", true },
		{ "since=2100-01-01", false },
		{ "until=2100-01-01", true },
		{ "until=2000-01-01", false },
		{ "after=1", false },
	};

	given_changes(c);
	const struct caller *marta = by(c, "marta");
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *page = PAGE(
		    c, marta, 200, arena_printf(c->arena, "/audit?actor=edith&%s", rows[i].query));
		if ((strstr(page, "job:hello</a>") != NULL) != rows[i].found)
			FAIL("%s: found or not", rows[i].query);
	}
	HAS(PAGE(c, marta, 200, "/audit?actor=nobody-at-all"), "Nothing like that happened");
	HAS(PAGE(c, marta, 422, "/audit?since=yesterday"), "must be a day");
	HAS(PAGE(c, marta, 422, "/audit?colour=red"), "is not known here");
}

SITE_TEST(audit_page_goes_on_where_it_ended)
{
	given_people(c);
	act_as_cli(c);
	for (int i = 0; i < 120; i++)
		IS(audit_add(c, "thing_change", arena_printf(c->arena, "thing:%d", i), NULL, NULL),
		    OK);
	const struct caller *marta = by(c, "marta");
	const char *page = PAGE(c, marta, 200, "/audit?verb=thing_change");
	HAS(page, ">thing:119<");
	HAS(page, ">thing:70<");
	LACKS(page, ">thing:69<");
	const char *older = strstr(page, "&amp;after=");
	YES(older != NULL);
	int64_t after = strtoll(older + strlen("&amp;after="), NULL, 10);
	page = PAGE(c, marta, 200,
	    arena_printf(c->arena, "/audit?verb=thing_change&after=%" PRId64, after));
	HAS(page, ">thing:69<");
	LACKS(page, ">thing:70<");
	HAS(page, "Newest");
}

SITE_TEST(audit_comes_as_json_lines_oldest_first)
{
	given_changes(c);
	struct resp w = ask(c, by(c, "marta"), GET, "/audit.jsonl?object=job:hello", NULL);
	IS(w.status, 200);
	HAS(w.type, "application/jsonl");
	struct json *first;
	IS(json_parse(c, w.body, strcspn(w.body, "\n"), &first), OK);
	SAME(json_text(json_get(first, "verb")), "job_add");
	HAS(strchr(w.body, '\n'), "\"verb\":\"job_edit\"");
	YES(resp_find(&w, "Link") == NULL);
}

SITE_TEST(audit_lines_come_in_parts_that_join)
{
	given_people(c);
	act_as_cli(c);
	char *large = arena_alloc(c->arena, 50001, 1);
	memset(large, 'x', 50000);
	struct json *after = json_object(c->arena);
	json_set(after, "text", json_string(c->arena, large));
	for (int i = 0; i < 90; i++)
		IS(audit_add(c, "thing_line", arena_printf(c->arena, "thing:%d", i), NULL, after),
		    OK);
	const char *target = "/audit.jsonl?verb=thing_line";
	int lines = 0, parts = 0;
	for (; target != NULL && parts < 20; parts++) {
		struct resp w = ask(c, by(c, "marta"), GET, target, NULL);
		IS(w.status, 200);
		YES(w.len < 4 * MIB);
		for (const char *s = w.body; (s = strstr(s, "\"object\":\"thing:")) != NULL; s++)
			lines++;
		const char *link = resp_find(&w, "Link");
		target = link == NULL ? NULL
				      : arena_strndup(c->arena, link + 1, strcspn(link, ">") - 1);
	}
	IS(lines, 90);
	YES(parts > 1);
}

SITE_TEST(audit_is_for_administrators)
{
	given_changes(c);
	PAGE(c, by(c, "edith"), 403, "/audit");
	IS(ask(c, by(c, "edith"), GET, "/audit.jsonl", NULL).status, 403);
	IS(ask(c, AS_NOBODY, GET, "/audit", NULL).status, 302);
	LACKS(PAGE(c, by(c, "edith"), 200, "/jobs"), ">Audit<");
	HAS(PAGE(c, by(c, "marta"), 200, "/jobs"), ">Audit<");
	ask_site = &api_site;
	IS(ask_json(c, by(c, "edith"), GET, "/api/v1/audit", NULL).status, 403);
	struct caller token = as_token(by(c, "marta")->actor.account_id, "marta", SCOPE_WRITE);
	token.actor.admin = true;
	IS(ask_json(c, &token, GET, "/api/v1/audit", NULL).status, 403);
}

SITE_TEST(audit_through_the_api_is_a_list_like_all)
{
	given_changes(c);
	ask_site = &api_site;
	struct resp w = ask_json(
	    c, by(c, "marta"), GET, "/api/v1/audit?object=job:hello&limit=1", NULL);
	IS(w.status, 200);
	HAS(w.body, "\"verb\":\"job_edit\"");
	LACKS(w.body, "\"verb\":\"job_add\"");
	struct json *page;
	IS(json_parse(c, w.body, strlen(w.body), &page), OK);
	w = ask_json(c, by(c, "marta"), GET,
	    arena_printf(c->arena, "/api/v1/audit?object=job:hello&after=%s",
		json_text(json_get(page, "next"))),
	    NULL);
	HAS(w.body, "\"verb\":\"job_add\"");
	HAS(w.body, "\"next\":null");
}

SITE_TEST(audit_through_the_api_and_as_lines_filters_as_the_page_does)
{
	static const struct {
		const char *query, *rest; /* the API wants a moment, the page a day */
		bool found;
	} rows[] = {
		{ "actor=edith", NULL, true },
		{ "actor=marta", NULL, false },
		{ "verb=job_edit", NULL, true },
		{ "verb=job_delete", NULL, false },
		{ "object=job:", NULL, true },
		{ "object=job:hell", NULL, false },
		{ "address=192.0.2.8", NULL, true },
		{ "address=192.0.2.9", NULL, false },
		{ "q=Echo+%3Chi", NULL, true },
		{ "q=50%25", NULL, false },
		{ "since=2100-01-01", "T00:00:00Z", false },
		{ "since=2000-01-01", "T00:00:00Z", true },
		{ "until=2000-01-01", "T00:00:00Z", false },
		{ "until=2100-01-01", "T00:00:00Z", true },
	};

	given_changes(c);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		ask_site = &admin_site;
		struct resp lines = ask(c, by(c, "marta"), GET,
		    arena_printf(c->arena, "/audit.jsonl?%s", rows[i].query), NULL);
		ask_site = &api_site;
		struct resp list = ask_json(c, by(c, "marta"), GET,
		    arena_printf(c->arena, "/api/v1/audit?%s%s", rows[i].query,
			rows[i].rest != NULL ? rows[i].rest : ""),
		    NULL);
		IS(lines.status, 200);
		IS(list.status, 200);
		const char *edited = "\"verb\":\"job_edit\",\"object\":\"job:hello\"";
		bool in_lines = lines.len > 0 && strstr(lines.body, edited) != NULL;
		if (in_lines != rows[i].found)
			FAIL("%s: found in the lines or not: %s", rows[i].query, lines.body);
		if ((strstr(list.body, edited) != NULL) != rows[i].found)
			FAIL("%s: found in the list or not: %s", rows[i].query, list.body);
	}
}
