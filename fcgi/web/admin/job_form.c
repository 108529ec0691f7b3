/* The page with the job form. */

#include "web/admin/job_form.h"

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "model/job.h"
#include "model/job_lint.h"
#include "model/team.h"
#include "schedule/lint.h"
#include "schedule/words.h"
#include "web/admin/job_asks.h"
#include "web/admin/link.h"

enum { FIRES = 3, REASON_MAX = 500 };

enum err job_form_reason(struct ctx *c, const char *reason)
{
	if (text_is_line(reason, 0, REASON_MAX))
		return OK;
	return fail(
	    c, ERR_INVALID, "reason", "must be one line of at most %d characters", REASON_MAX);
}

static void show_fields(const struct edit *ed)
{
	struct view *v = ed->p.v;

	for (size_t i = 0; i < JOB_FIELD_COUNT; i++) {
		enum field_kind kind = form_fields[i].kind;
		const char *text = ed->typed.text[i];
		if (i == JOB_TEAM || i == JOB_EXECUTOR || i == JOB_CONCURRENCY || i == JOB_METHOD ||
		    i == JOB_DRIFT)
			continue;
		if (kind != FIELD_FLAG && kind != FIELD_CONFIG_FLAG)
			view_text(v, form_fields[i].marker, text);
		else if (*text != '\0')
			view_show(v, form_fields[i].marker);
	}
}

static void show_executors(const struct edit *ed)
{
	static const char *const executors[][2] = { { "shell", "Shell" }, { "http", "HTTP" },
		{ "grpc", "gRPC" }, { "kafka", "Kafka" }, { "nats", "NATS" },
		{ "rabbitmq", "RabbitMQ" }, { "gcppubsub", "Google Pub/Sub" },
		{ "other", "Other" } };

	for (size_t i = 0; i < LENGTH(executors); i++) {
		struct view *pick = view_section(ed->p.v, "EXECUTOR");
		view_text(pick, "VALUE", executors[i][0]);
		view_text(pick, "LABEL", executors[i][1]);
		if (strcmp(ed->typed.text[JOB_EXECUTOR], executors[i][0]) == 0)
			view_show(pick, "CHOSEN");
	}
}

/* Of the few choices, the one that stands in the form; another value is an error that is told
 * beside it. */
static void show_choices(const struct edit *ed)
{
	static const struct {
		enum job_field_id field;
		const char *value, *section;
	} choices[] = {
		{ JOB_CONCURRENCY, "forbid", "IS_FORBID" },
		{ JOB_DRIFT, "show", "IS_SHOW" },
		{ JOB_DRIFT, "revert", "IS_REVERT" },
		{ JOB_DRIFT, "adopt", "IS_ADOPT" },
	};
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
		"OPTIONS" };

	for (size_t i = 0; i < LENGTH(choices); i++)
		if (strcmp(ed->typed.text[choices[i].field], choices[i].value) == 0)
			view_show(ed->p.v, choices[i].section);
	for (size_t i = 0; i < LENGTH(methods); i++) {
		struct view *method = view_section(ed->p.v, "METHOD");
		view_text(method, "NAME", methods[i]);
		if (strcmp(ed->typed.text[JOB_METHOD], methods[i]) == 0)
			view_show(method, "CHOSEN");
	}
}

/* Teams where one may make jobs, and the one in which this job is. */
static enum err show_teams(const struct edit *ed)
{
	struct team *teams;
	size_t n, usable = 0;

	TRY(team_list(ed->p.c, &teams, &n));
	for (size_t i = 0; i < n; i++) {
		if (teams[i].role < ROLE_EDITOR && strcmp(teams[i].name, ed->team) != 0)
			continue;
		struct view *option = view_section(ed->p.v, "TEAM");
		view_text(option, "NAME", teams[i].name);
		if (strcmp(teams[i].name, ed->typed.text[JOB_TEAM]) == 0)
			view_show(option, "CHOSEN");
		usable++;
	}
	if (usable > 0)
		return OK;
	return fail(ed->p.c, ERR_FORBIDDEN, NULL, "Making jobs needs the role editor in a team.");
}

/* Jobs after which this one may run. */
static enum err show_parents(const struct edit *ed)
{
	struct relative *names;
	size_t n;

	TRY(job_names(ed->p.c, &names, &n));
	for (size_t i = 0; i < n; i++)
		if (ed->name == NULL || strcmp(names[i].name, ed->name) != 0)
			view_text(view_section(ed->p.v, "PARENT_NAME"), "NAME", names[i].name);
	return OK;
}

/* What the schedule means, as far as it is one; the script keeps it up while it is typed. */
static void show_hint(const struct edit *ed)
{
	struct ctx *c = ed->p.c;
	const char *expression = ed->typed.text[JOB_SCHEDULE], *zone = ed->typed.text[JOB_TIMEZONE];
	const char *name = arena_printf(
	    c->arena, "%s%s", c->config->namespace, ed->typed.text[JOB_NAME]);
	struct fault fault = c->fault;
	struct schedule *s;
	int64_t t = c->now_us;

	if (*expression == '\0')
		return;
	if (schedule_parse(c, expression, zone, name, &s) == OK) {
		struct view *hint = view_section(ed->p.v, "MEANS");
		view_text(hint, "WORDS", schedule_words(c, s));
		for (int i = 0; i < FIRES && schedule_next_from(s, c->now_us, t, &t); i++) {
			struct view *fire = view_section(hint, "FIRE");
			view_show(fire, i == 0 ? "FIRST" : "COMMA");
			page_coming(&ed->p, fire, "TIME", t, TIME_SHORT);
		}
		struct schedule_warning *w;
		size_t n = schedule_lint(c, s, c->now_us, &w);
		for (size_t i = 0; i < n; i++)
			view_text(view_section(hint, "CAUTION"), "TEXT", w[i].message);
	} else {
		const char *advice = schedule_hint(c, expression, zone, name);
		if (advice != NULL)
			view_text(view_section(ed->p.v, "ADVICE"), "TEXT", advice);
	}
	c->fault = fault;
}

/* "must be ..." and "expected ..." are halves of a sentence that begins with the field. */
static void show_wrong(const struct edit *ed, const struct fault *fault)
{
	struct ctx *c = ed->p.c;
	enum job_field_id id = job_form_fault(c, &ed->typed, fault->field);
	const char *name, *label;

	if (!job_form_at(c, &ed->typed, fault->field, &name, &label)) {
		const char *of = fault->field == NULL ? "" : fault->field;
		page_wrong(ed->p.v, "Not saved", NULL, NULL,
		    arena_printf(c->arena, "%s%s%s", of, *of ? ": " : "", fault->detail));
		return;
	}
	page_wrong(ed->p.v, "Not saved", name, label, fault->detail);
	if (id == JOB_FIELD_COUNT)
		return; /* a setting: settings_show() has it */
	struct view *bad = view_section(
	    ed->p.v, arena_printf(c->arena, "%s_BAD", form_fields[id].marker));
	view_text(bad, "DETAIL", text_capital(c->arena, fault->detail));
}

/* The fields of executors and processors, with the fault at its own. */
static void show_settings(const struct edit *ed, const struct fault *fault)
{
	const char *name = NULL, *label;
	bool wrong = fault != NULL && job_form_at(ed->p.c, &ed->typed, fault->field, &name, &label);

	settings_show(ed->p.c, ed->p.v, &ed->typed.settings, name, wrong ? fault->detail : NULL);
}

/* What is not about the schedule, which is explained at its field. Of a stored definition only:
 * what is being typed the script asks about. */
static enum err show_warnings(const struct edit *ed)
{
	struct job_warning *w;
	size_t n;

	if (ed->name == NULL)
		return OK;
	TRY(job_lint(ed->p.c, ed->name, ed->base, &w, &n));
	for (size_t i = 0; i < n; i++) {
		const char *name, *label;
		if (w[i].note || !job_form_at(ed->p.c, &ed->typed, w[i].field, &name, &label) ||
		    strcmp(name, "schedule") == 0)
			continue;
		struct view *v = view_section(ed->p.v, "WARNING");
		view_text(v, "AT", arena_printf(ed->p.c->arena, "#f-%s", name));
		view_text(v, "LABEL", label);
		view_text(v, "TEXT", w[i].message);
	}
	return OK;
}

/* What the form is for, where it goes, and where one goes instead. Returns its title. */
static const char *show_purpose(const struct edit *ed)
{
	struct ctx *c = ed->p.c;
	struct view *v = ed->p.v;

	if (ed->name == NULL) {
		view_show(v, "NEW");
	} else {
		struct view *old = view_section(v, "OLD");
		view_text(old, "HREF", link_job(c, ed->name, NULL));
		view_int(old, "VERSION", ed->version);
	}
	if (ed->request != NULL) {
		struct view *request = view_section(v, "REQUEST");
		view_text(request, "TITLE", ed->request_title);
		view_text(request, "HREF", ed->request);
		view_int(view_section(v, "SEEN"), "VERSION", ed->request_version);
		view_text(v, "BACK", ed->request);
		view_text(v, "ACTION", arena_printf(c->arena, "%s/edit", ed->request));
		return arena_printf(c->arena, "Change the request: %s", ed->request_title);
	}
	struct view *job = view_section(v, "JOB");
	if (ed->name == NULL) {
		view_show(job, "MADE");
		view_text(v, "BACK", "/jobs");
		view_text(v, "ACTION", "/jobs/new");
		return "New job";
	}
	view_text(view_section(job, "EDITED"), "HREF", link_job(c, ed->name, NULL));
	view_text(v, "BACK", link_job(c, ed->name, NULL));
	view_text(v, "ACTION", link_job(c, ed->name, "edit"));
	return arena_printf(c->arena, "Edit %s", ed->name);
}

/* What is not typed yet may be more than a change. */
static enum err show_unless(const struct edit *ed, struct view *v, struct approval_case of)
{
	struct approval_rule at_once, fires;

	TRY(approval_rule(ed->p.c, &of, &at_once));
	of.what |= APPROVE_RUN;
	TRY(approval_rule(ed->p.c, &of, &fires));
	if (at_once.required == 0 && fires.required > 0)
		view_show(v, "UNLESS");
	return OK;
}

/* Whether saving is asking. By the team that is chosen: another one may demand more, and is asked
 * when it is sent. */
static enum err show_asks(const struct edit *ed)
{
	struct view *v = view_section(ed->p.v, "SAVING");
	struct team team;
	enum err e = team_named(ed->p.c, ed->typed.text[JOB_TEAM], &team);

	if (ed->request != NULL) {
		view_show(v, "AGAIN");
		return OK;
	}
	if (e == ERR_NOT_FOUND) {
		view_show(v, "AT_ONCE");
		return OK;
	}
	TRY(e);
	const struct approval_case of = { .what = ed->name == NULL ? APPROVE_CREATE : APPROVE_EDIT,
		.own = ed->name == NULL ? 0 : json_int(json_get(ed->base, "approvals")),
		.team_id = team.id,
		.to_team_id = team.id,
		.starts = ed->name };
	TRY(asks_of(&ed->p, v, &of));
	return show_unless(ed, v, of);
}

enum err job_form_show(struct edit *ed, int status)
{
	struct ctx *c = ed->p.c;
	struct fault fault = c->fault;
	struct view *v = ed->p.v;

	const char *title = show_purpose(ed);
	show_fields(ed);
	show_executors(ed);
	show_choices(ed);
	show_settings(ed, status != 200 && ed->merged == NULL ? &fault : NULL);
	TRY(show_teams(ed));
	TRY(show_parents(ed));
	show_hint(ed);
	TRY(show_warnings(ed));
	TRY(show_asks(ed));
	if (ed->merged != NULL)
		view_text(view_section(v, "STALE"), "FIELDS", ed->merged);
	else if (status != 200)
		show_wrong(ed, &fault);
	if (job_form_fault(c, &ed->typed, status == 200 ? NULL : fault.field) != JOB_SCHEDULE)
		view_show(v, "SCHEDULE_FINE");
	return page_show(&ed->p, status, title);
}
