#include "model/job_lint.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "model/job_inside.h"
#include "model/setting_rules.h"
#include "model/spec_inside.h"
#include "model/spec_secret.h"
#include "schedule/lint.h"

enum { WARNINGS_MAX = 40, RUNS_ENOUGH = 5 };

/* What is known beside the definition. */
struct facts {
	const char *engine;
	int64_t nodes, children, parent_retries, runs;
	struct db_maybe longer, shorter, their_longer, their_shorter;
	struct db_maybe_int64 usual_us; /* 95 of 100 runs take no longer */
};

static const struct db_field facts_fields[] = {
	DB_FIELD(struct facts, engine),
	DB_FIELD(struct facts, nodes),
	DB_FIELD(struct facts, children),
	DB_FIELD(struct facts, parent_retries),
	DB_FIELD(struct facts, runs),
	DB_FIELD(struct facts, longer),
	DB_FIELD(struct facts, shorter),
	DB_FIELD(struct facts, their_longer),
	DB_FIELD(struct facts, their_shorter),
	DB_FIELD(struct facts, usual_us),
	DB_END,
};

struct linting {
	struct ctx *c;
	const char *name;
	const struct json *spec;
	struct schedule *schedule; /* NULL: none, or none that can be read */
	struct facts facts;
	struct job_warning *items;
	size_t n;
};

static void say(
    struct linting *l, const char *code, const char *field, bool note, const char *message)
{
	if (l->n < WARNINGS_MAX)
		l->items[l->n++] = (struct job_warning){ code, message, field, note };
}

static void warn(struct linting *l, const char *code, const char *field, const char *message)
{
	say(l, code, field, false, message);
}

static bool is_child(const struct linting *l)
{
	return spec_text(l->spec, "parent_job")[0] != '\0';
}

static bool is_dkron(const struct linting *l)
{
	return strcmp(l->facts.engine, "dkron") == 0;
}

/* ---- when */

static void lint_schedule(struct linting *l)
{
	struct schedule_warning *warnings;
	size_t n;

	if (is_child(l) && spec_text(l->spec, "schedule")[0] != '\0')
		say(l, "schedule_unused", "schedule", true,
		    "A job with a parent runs after it only: the schedule is kept, and not used.");
	if (l->schedule == NULL || is_child(l))
		return;
	n = schedule_lint(l->c, l->schedule, l->c->now_us, &warnings);
	for (size_t i = 0; i < n; i++)
		say(l, warnings[i].code, "schedule", warnings[i].note, warnings[i].message);
}

static void lint_time(struct linting *l)
{
	struct fires fires = { .added_us = l->c->now_us, .schedule = l->schedule };
	int64_t next_us;

	if (json_bool(json_get(l->spec, "disabled")))
		say(l, "disabled", "disabled", true,
		    "The job is disabled: none of these fires happens until it is enabled.");
	if (!time_parse_rfc3339(spec_text(l->spec, "expires_at"), &fires.expires_us))
		return;
	if (fires.expires_us <= l->c->now_us)
		warn(l, "expired", "expires_at",
		    "This time has gone by: the job does not run by itself any more.");
	else if (l->schedule != NULL && !is_child(l) &&
		 schedule_next(l->schedule, l->c->now_us, &next_us) && next_us >= fires.expires_us)
		warn(l, "expired", "expires_at",
		    "The next fire comes later than this: the job will not run by itself.");
}

/* The least time between two of the next fires; 0: not known. */
static int64_t interval_us(const struct linting *l)
{
	enum { LOOKED_AT = 20 };
	int64_t least = 0, before, next = l->c->now_us;

	for (int i = 0; i < LOOKED_AT; i++) {
		before = next;
		if (!schedule_next_from(l->schedule, l->c->now_us, before, &next))
			break;
		if (i > 0 && (least == 0 || next - before < least))
			least = next - before;
	}
	return least;
}

static const char *span(struct ctx *c, int64_t us)
{
	int64_t s = us / US_PER_S;

	if (s < 120)
		return arena_printf(c->arena, "%" PRId64 " s", s);
	if (s < 7200)
		return arena_printf(c->arena, "%" PRId64 " min", s / 60);
	return arena_printf(c->arena, "%" PRId64 " h", s / 3600);
}

static void lint_overlap(struct linting *l)
{
	const struct facts *f = &l->facts;

	if (l->schedule == NULL || is_child(l) || f->runs < RUNS_ENOUGH || !f->usual_us.set ||
	    strcmp(spec_text(l->spec, "concurrency"), "forbid") != 0)
		return;
	int64_t every_us = interval_us(l);
	if (every_us == 0 || f->usual_us.value <= every_us)
		return;
	warn(l, "forbid_skips", "concurrency",
	    arena_printf(l->c->arena,
		"Of its last runs 5 in 100 took longer than %s, and it fires every %s: what comes "
		"due while one goes on is left out.",
		span(l->c, f->usual_us.value), span(l->c, every_us)));
}

/* ---- where */

static void lint_tags(struct linting *l)
{
	const struct json *tags = json_get(l->spec, "tags");
	struct json *value = NULL;
	const char *key = NULL;
	bool counted = false;

	for (size_t i = 0; json_member(tags, i, &key, &value); i++) {
		const char *text = json_text(value);
		size_t len = strcspn(text, ":");
		counted = counted || text[len] == ':';
		if (strcmp(key, "role") == 0 && !(len == 5 && strncmp(text, "dkron", 5) == 0))
			warn(l, "role_tag", "tags",
			    "Dkron sets the tag role of every node to \"dkron\": this tag matches "
			    "no "
			    "node, so the job never runs. Use a tag of another name.");
	}
	if (counted || !is_dkron(l) || l->facts.nodes == 1)
		return;
	warn(l, "every_node", "tags",
	    json_length(tags) == 0
		? "Without a tag the job runs on every node at once. A tag with a count, such as "
		  "dc=one:1, takes one node of those that carry it."
		: "Without a count the job runs on every node with these tags at once. A count, "
		  "such "
		  "as :1 behind the value, takes so many of them.");
}

/* ---- what */

static void lint_secrets(struct linting *l)
{
	struct secret_found *found;
	size_t n = secrets_in_job(l->c, l->spec, &found);

	for (size_t i = 0; i < n; i++)
		warn(l, "credential", found[i].field,
		    arena_printf(l->c->arena,
			"This looks like a credential: %s. Whoever may see the "
			"job%s, and its history, can read it. %s",
			found[i].what,
			found[i].on_engine ? ", and everybody who reaches the engine" : "",
			found[i].on_engine ? "Keep it in a file or variable of the node."
					   : "Say where it is kept instead."));
}

/* It is refused when it is saved; while it is typed it is told. */
static void lint_env(struct linting *l)
{
	const char *env = json_text(json_get(json_get(l->spec, "executor_config"), "env"));
	struct fault before = l->c->fault;

	if (strcmp(spec_text(l->spec, "executor"), "shell") == 0 && strchr(env, ',') != NULL &&
	    setting_env(l->c, "env", env) != OK)
		warn(l, "env_comma", "executor_config.env",
		    arena_printf(l->c->arena, "It %s.", l->c->fault.detail));
	l->c->fault = before;
}

static void lint_streams(struct linting *l)
{
	const struct json *config = json_get(l->spec, "executor_config");
	const char *command = json_text(json_get(config, "command"));

	if (!is_dkron(l) || strcmp(spec_text(l->spec, "executor"), "shell") != 0 ||
	    command[0] == '\0' || strstr(command, "2>") != NULL || strstr(command, "&>") != NULL)
		return;
	say(l, "streams_mixed", "executor_config.command", true,
	    "What it writes to standard output and standard error at once can come out of Dkron "
	    "mixed up, with bytes missing or doubled. With 2>&1 at the end it comes out exact.");
}

/* ---- beside other jobs */

static void lint_name(struct linting *l)
{
	const struct facts *f = &l->facts;

	if (!is_dkron(l))
		return;
	if (f->longer.text != NULL)
		warn(l, "name_prefix", "name",
		    arena_printf(l->c->arena,
			"%s begins with this name: deleting this job in Dkron wipes the history of "
			"that one there as well. Signalbox keeps its own.",
			f->longer.text));
	if (f->shorter.text != NULL)
		warn(l, "name_prefix", "name",
		    arena_printf(l->c->arena,
			"This name begins with that of the job %s: deleting that one in Dkron "
			"wipes "
			"the history of this one there as well. Signalbox keeps its own.",
			f->shorter.text));
	if (f->their_longer.text != NULL)
		warn(l, "name_prefix", "name",
		    arena_printf(l->c->arena,
			"%s, a job in Dkron that is not kept here, begins with this name: deleting "
			"this job wipes the history of that one.",
			f->their_longer.text));
	if (f->their_shorter.text != NULL)
		warn(l, "name_prefix", "name",
		    arena_printf(l->c->arena,
			"This name begins with that of %s, a job in Dkron that is not kept here: "
			"deleting that one wipes the history of this one in Dkron. Signalbox keeps "
			"its own.",
			f->their_shorter.text));
}

static void lint_family(struct linting *l)
{
	if (json_int(json_get(l->spec, "retries")) > 0 && l->facts.children > 0)
		warn(l, "retries_children", "retries",
		    "A run that fails first and succeeds at another attempt counts as partly "
		    "failed "
		    "in Dkron: the jobs that run after this one are then left out.");
	if (is_child(l) && l->facts.parent_retries > 0)
		warn(l, "retries_children", "parent_job",
		    "The parent has retries: when it succeeds only at a later attempt, Dkron "
		    "counts "
		    "it as partly failed, and this job does not run.");
}

static void parse(struct linting *l)
{
	const char *expression = spec_text(l->spec, "schedule");
	struct fault before = l->c->fault;

	if (expression[0] == '\0' ||
	    schedule_parse(l->c, expression, spec_text(l->spec, "timezone"),
		spec_engine_name(l->c, l->name), &l->schedule) != OK)
		l->schedule = NULL;
	l->c->fault = before;
}

enum err job_lint(
    struct ctx *c, const char *name, const struct json *spec, struct job_warning **out, size_t *n)
{
	static void (*const rules[])(struct linting *) = { lint_schedule, lint_time, lint_overlap,
		lint_tags, lint_secrets, lint_env, lint_streams, lint_name, lint_family };
	struct linting l = { .c = c, .name = name, .spec = spec };

	TRY(db_one(c, SQL_JOB_LINT_FACTS,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(name),
		db_text(spec_text(spec, "parent_job")),
		db_text(name[0] != '\0' ? spec_engine_name(c, name) : "")),
	    facts_fields, &l.facts));
	l.items = arena_alloc(c->arena, WARNINGS_MAX, sizeof(*l.items));
	parse(&l);
	for (size_t i = 0; i < LENGTH(rules); i++)
		rules[i](&l);
	*out = l.items;
	*n = l.n;
	return OK;
}

struct json *job_warning_json(struct ctx *c, const struct job_warning *w)
{
	struct json *o = json_object(c->arena);

	json_set(o, "code", json_string(c->arena, w->code));
	json_set(o, "field", json_string(c->arena, w->field));
	json_set(o, "message", json_string(c->arena, w->message));
	json_set(o, "note", json_boolean(c->arena, w->note));
	return o;
}
