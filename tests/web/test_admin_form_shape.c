/* The job form: what a browser would not have sent, or is not looked at, must still be well-formed.
 */

#include "model/spec_inside.h"
#include "web/admin/job_fields.h"
#include "web/given_admin.h"

/* Fields that stand behind all the others in the form show whether what was typed is kept. */
static void is_refused_at(struct ctx *c, const struct resp *w, const char *field)
{
	if (w->status != 422 ||
	    strstr(w->body, arena_printf(c->arena, "<a href=\"#f-%s\">", field)) == NULL) {
		FAIL("%s gave %d: %s", field, w->status, ctx_fault(c));
		return;
	}
	HAS(w->body, arena_printf(c->arena, "id=\"e-%s\"", field));
	HAS(w->body, "\necho kept-command</textarea>");
	HAS(w->body, "value=\"kept-owner\"");
	HAS(w->body, "value=\"kept-reason\"");
	YES(view_missing() == NULL);
}

static struct resp make(struct ctx *c, const char *executor, const char *field, const char *value)
{
	return ask(c, by(c, "edith"), POST, "/jobs/new", "name", "fresh", "team", "ops", "schedule",
	    "@daily", field, value, "executor", executor, "command", "echo kept-command", "owner",
	    "kept-owner", "reason", "kept-reason", NULL);
}

static struct resp change(struct ctx *c, const char *executor, const char *field, const char *value)
{
	return ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "version", "1", field, value,
	    "executor", executor, "command", "echo kept-command", "owner", "kept-owner", "reason",
	    "kept-reason", NULL);
}

static void given_form(struct ctx *c)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
}

static void nothing_was_changed(struct ctx *c)
{
	YES(holds(c, "(SELECT count(*) FROM job) = 1"));
	YES(holds(c, "(SELECT version FROM job WHERE name = 'hello') = 1"));
}

SITE_TEST(what_an_executor_can_do_without_is_marked_as_optional)
{
	given_form(c);
	const char *page = ask(c, by(c, "edith"), GET, "/jobs/new", NULL).body;
	HAS(page,
	    "<label for=\"f-shell-mem_limit\">Memory limit <span class=\"opt\">optional</span>");
	HAS(page, "<label for=\"f-kafka-topic\">Topic</label>");
}

SITE_TEST(a_box_of_the_form_takes_the_value_of_its_template_and_no_other)
{
	static const char *const boxes[] = { "shell", "disabled", "ephemeral" };
	static const char *const values[] = { "", "false", "0", "1", "on", "TRUE", "true ",
		"true\n", "nonsense" };

	given_form(c);
	for (size_t i = 0; i < LENGTH(boxes); i++)
		for (size_t j = 0; j < LENGTH(values); j++) {
			struct resp w = make(c, "shell", boxes[i], values[j]);
			is_refused_at(c, &w, boxes[i]);
			w = change(c, "shell", boxes[i], values[j]);
			is_refused_at(c, &w, boxes[i]);
		}
	nothing_was_changed(c);
	for (size_t i = 0; i < LENGTH(boxes); i++)
		HAS(PAGE(c, by(c, "edith"), 200, "/jobs/new"),
		    arena_printf(c->arena, "name=\"%s\" value=\"true\"", boxes[i]));
	IS(change(c, "shell", "disabled", "true").status, 303);
	YES(holds(c, "(SELECT disabled FROM job WHERE name = 'hello')"));
}

SITE_TEST(a_field_of_the_form_that_comes_twice_keeps_what_was_typed_behind_it)
{
	given_form(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/new", "name", "fresh", "schedule",
	    "@daily", "schedule", "@hourly", "executor", "shell", "command", "echo kept-command",
	    "owner", "kept-owner", "reason", "kept-reason", NULL);
	is_refused_at(c, &w, "schedule");
	nothing_was_changed(c);
}

SITE_TEST(the_form_takes_the_executors_that_it_offers_and_no_other)
{
	static const char *const executors[] = { "", "nonsense", "ftp", "Shell", "shell ",
		"shell\n", "a\001b" };

	given_form(c);
	for (size_t i = 0; i < LENGTH(executors); i++) {
		struct resp w = make(c, executors[i], "executor_name", "own-plugin");
		is_refused_at(c, &w, "executor");
		w = change(c, executors[i], "executor_name", "own-plugin");
		is_refused_at(c, &w, "executor");
	}
	nothing_was_changed(c);
	IS(make(c, "other", "executor_name", "own-plugin").status, 303);
}

static const struct idle {
	const char *field, *chosen;
	int most;
	bool lines;
} idle[] = {
	{ "cwd", "http", 4096, false },
	{ "timeout", "http", 40, false },
	{ "env", "http", 32768, true },
	{ "method", "shell", 40, false },
	{ "url", "shell", 4000, false },
	{ "headers", "shell", 32768, true },
	{ "body", "shell", 65536, true },
	{ "http_timeout", "shell", 40, false },
	{ "expect_code", "shell", 400, false },
	{ "expect_body", "shell", 2000, false },
	{ "executor_name", "shell", 63, false },
	{ "executor_name", "http", 63, false },
	{ "cwd", "other", 4096, false },
	{ "url", "other", 4000, false },
};

static const char *long_text(struct ctx *c, int n)
{
	char *text = arena_alloc(c->arena, (size_t)n + 1, 1);

	memset(text, 'x', (size_t)n);
	text[n] = '\0';
	return text;
}

static void is_malformed(struct ctx *c, const struct idle *f, const char *value)
{
	struct resp w = make(c, f->chosen, f->field, value);

	is_refused_at(c, &w, f->field);
	w = change(c, f->chosen, f->field, value);
	is_refused_at(c, &w, f->field);
}

SITE_TEST(fields_of_an_executor_that_was_not_chosen_must_still_be_well_formed_in_the_form)
{
	given_form(c);
	for (size_t i = 0; i < LENGTH(idle); i++) {
		is_malformed(c, &idle[i], "a\001b");
		is_malformed(c, &idle[i], "a\xc2\x85z");
		is_malformed(c, &idle[i], long_text(c, idle[i].most + 1));
		if (!idle[i].lines)
			is_malformed(c, &idle[i], "a\nb");
	}
	nothing_was_changed(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/new", "name", "fresh", "schedule",
	    "@daily", "executor", "http", "method", "GET", "url", "https://example.com/", "command",
	    "a\001b", NULL);
	IS(w.status, 422);
	HAS(w.body, "<a href=\"#f-command\">Command: ");
	nothing_was_changed(c);
}

/* People switch executors back and forth: what they typed for the other one does no harm. */
SITE_TEST(what_stands_in_the_form_for_another_executor_is_not_otherwise_looked_at)
{
	given_form(c);
	IS(ask(c, by(c, "edith"), POST, "/jobs/new", "name", "both", "schedule", "@daily",
	       "executor", "shell", "command", "true", "headers", "one\r\ntwo\tthree", "body",
	       "one\r\n\r\ntwo", "method", "no method", "url", "no url", "http_timeout", "soon",
	       "expect_code", "fine", "expect_body", "(", "executor_name", "No Name", NULL)
		.status,
	    303);
	YES(holds(c, "(SELECT spec->'executor_config' FROM job WHERE name = 'both')"
		     " = '{\"command\": \"true\"}'"));
}

TEST(every_field_of_a_job_stands_in_the_form)
{
	for (size_t i = 0; i < nspec_fields; i++) {
		size_t found = 0;
		for (size_t k = 0; k < JOB_FIELD_COUNT; k++)
			found += strcmp(form_fields[k].key, spec_fields[i].name) == 0;
		if (found == 0)
			FAIL("%s can be set by the API alone", spec_fields[i].name);
	}
}

/* What a job says besides its team is set in the form, and stands on its page. */
SITE_TEST(a_job_says_in_the_form_what_its_team_does_not)
{
	given_people(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/new", "name", "own", "team", "ops",
	    "schedule", "@daily", "executor", "shell", "command", "true", "approvals", "2",
	    "keep_days", "30", "drift", "revert", "processors", "log.forward=true\nsyslog", NULL);
	IS(w.status, 303);
	const char *page = PAGE(c, by(c, "vera"), 200, "/jobs/own");
	HAS(page, "2 others must agree");
	HAS(page, "30 days");
	HAS(page, "it is put back");
	HAS(page, "log.forward=true");
	HAS(page, "syslog");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/own/edit"),
	    "name=\"approvals\" type=\"number\" min=\"0\" max=\"9\" value=\"2\"");
	w = make(c, "shell", "approvals", "10");
	is_refused_at(c, &w, "approvals");
}
