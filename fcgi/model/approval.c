#include "model/approval.h"

#include <inttypes.h>
#include <string.h>

#include "model/job_spec.h"
#include "model/spec_inside.h"

static const struct {
	enum approval_of of;
	const char *name;
} kinds[] = {
	{ APPROVE_CREATE, "create" },
	{ APPROVE_EDIT, "edit" },
	{ APPROVE_ENABLE, "enable" },
	{ APPROVE_DELETE, "delete" },
	{ APPROVE_RUN, "run" },
};

static bool names(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = list; *s != '\0'; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		if (n == len && strncmp(s, word, n) == 0)
			return true;
		s += n;
	}
	return false;
}

static unsigned covered(const char *list)
{
	unsigned all = 0;

	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (names(list, kinds[i].name))
			all |= kinds[i].of;
	return all;
}

struct said {
	int64_t required, role, group_id;
	const char *kinds;
};

static enum err demand_of(struct ctx *c, int64_t team_id, struct approval_demand *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct said, required),
		DB_FIELD(struct said, role),
		DB_FIELD(struct said, group_id),
		DB_FIELD(struct said, kinds),
		DB_END,
	};
	struct said said;

	if (out->team_id == team_id)
		return OK;
	TRY(db_one(c, SQL_APPROVAL_TEAM, DB_ARGS(db_int(team_id)), fields, &said));
	*out = (struct approval_demand){ team_id, said.required, said.role, said.group_id,
		covered(said.kinds) };
	return OK;
}
/* A job's own number is about changes of it, whatever the team wants to be asked about; about runs
 * only where the team wants that. */
static int64_t needed(const struct approval_demand *d, unsigned what, int64_t own)
{
	int64_t n = (what & d->kinds) != 0 ? d->required : 0;

	return (what & (d->kinds | APPROVE_EDIT | APPROVE_ENABLE | APPROVE_DELETE)) != 0 && own > n
		   ? own
		   : n;
}

static struct approval_rule rule_of(const struct approval_demand *d, unsigned what, int64_t own)
{
	return (struct approval_rule){ .required = needed(d, what, own),
		.role = d->group_id != 0 ? ROLE_NONE : d->role,
		.group_id = d->group_id,
		.team_id = d->team_id };
}

static void join(struct approval_rule *all, struct approval_rule one)
{
	int64_t most = all->required > one.required ? all->required : one.required;

	if (one.required == 0)
		return;
	if (all->required > 0 && one.team_id != all->team_id)
		one = (struct approval_rule){ .team_id = one.team_id };
	*all = one;
	all->required = most;
}

struct child {
	int64_t team_id, own;
};

static enum err join_children(struct ctx *c, const char *name, struct approval_rule *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct child, team_id),
		DB_FIELD(struct child, own),
		DB_END,
	};
	struct child *rows;
	size_t n;

	TRY(db_many(
	    c, SQL_APPROVAL_STARTED, DB_ARGS(db_text(name)), fields, sizeof(*rows), &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct approval_demand d = { 0 };
		TRY(demand_of(c, rows[i].team_id, &d));
		join(out, rule_of(&d, APPROVE_RUN, rows[i].own));
	}
	return OK;
}

enum err approval_rule(struct ctx *c, const struct approval_case *of, struct approval_rule *out)
{
	struct approval_demand here = { 0 }, to = { 0 };
	struct approval_demand *from = of->memo != NULL ? of->memo : &here;
	bool leaves = of->to_team_id != of->team_id;

	TRY(demand_of(c, of->team_id, from));
	*out = rule_of(from, leaves ? APPROVE_ALL : of->what, of->own);
	if (leaves) {
		TRY(demand_of(c, of->to_team_id, &to));
		join(out, rule_of(&to, APPROVE_CREATE | (of->what & APPROVE_RUN), 0));
	}
	return of->starts != NULL && (of->what & APPROVE_RUN) != 0
		   ? join_children(c, of->starts, out)
		   : OK;
}

/* Whoever can write to the database by hand anyway. */
static bool is_the_machine(const struct ctx *c)
{
	const struct actor *a = &c->actor;

	return a->account_id == 0 && a->account != NULL && strcmp(a->account, "cli") == 0;
}

/* At the moment of writing: the demand, the job's team and the approvers may be others by now. */
static enum err check_backed(
    struct ctx *c, const struct approval_rule *rule, const struct wanted *wanted)
{
	struct count {
		int64_t n;
	} given;
	static const struct db_field fields[] = { DB_FIELD(struct count, n), DB_END };

	TRY(db_one(c, SQL_APPROVAL_BACKED,
	    DB_ARGS(db_text(c->actor.approved_task), db_int(rule->role), db_int(rule->group_id),
		db_int(rule->team_id)),
	    fields, &given));
	if (given.n >= rule->required)
		return OK;
	return fail(c, ERR_CONFLICT, NULL,
	    "%s needs %" PRId64 " approval%s of people who may approve it now, and has %" PRId64
	    ". Others can approve it still, or it must be asked for anew.",
	    wanted->name, rule->required, rule->required == 1 ? "" : "s", given.n);
}

/* Others have to be asked. */
static enum err demand(
    struct ctx *c, unsigned what, const struct approval_rule *rule, const struct wanted *wanted)
{
	struct wanted *copy = arena_new(c->arena, struct wanted);

	*copy = *wanted; /* its texts and definition are the arena's already */
	copy->what = what;
	copy->rule = *rule;
	fault_set(c, NULL,
	    "%s %s%s needs the approval of %" PRId64 " other%s: ask for it on the job's own page, "
	    "or "
	    "through the job's own address in the API.",
	    what == APPROVE_RUN ? "A run of" : "This change of", wanted->name,
	    wanted->along != NULL ? ", and of what comes along with it," : "", rule->required,
	    rule->required == 1 ? "" : "s");
	c->fault.wanted = copy;
	return ERR_FORBIDDEN;
}

enum err approval_check(struct ctx *c, const struct approval_case *of, const struct wanted *wanted)
{
	struct approval_rule rule;

	if (is_the_machine(c))
		return OK;
	TRY(approval_rule(c, of, &rule));
	if (rule.required == 0)
		return OK;
	if (c->actor.approved_task != NULL)
		return check_backed(c, &rule, wanted);
	return demand(c, of->what, &rule, wanted);
}

enum err approval_gather(
    struct ctx *c, struct wanted_family *f, const struct wanted *wanted, enum err checked)
{
	const struct wanted *asked = c->fault.wanted;
	bool lacks = checked == ERR_FORBIDDEN && asked != NULL;

	if (checked != OK && !lacks)
		return checked;
	if (lacks && asked->rule.required > f->rule.required) {
		f->rule = asked->rule;
		f->what = asked->what;
	}
	c->fault = (struct fault){ 0 };
	if (f->first.name == NULL) {
		f->first = *wanted;
		return OK;
	}
	struct json *o = json_object(c->arena);
	json_set(o, "job", json_string(c->arena, wanted->name));
	json_set(o, "definition", (struct json *)wanted->spec);
	json_set(f->along, f->there, o);
	return OK;
}

enum err approval_family(struct ctx *c, const struct wanted_family *f)
{
	struct wanted first = f->first;

	if (f->rule.required == 0)
		return OK;
	first.along = json_length(f->along) > 0 ? f->along : NULL;
	return demand(c, f->what, &f->rule, &first);
}

static bool is_on(const struct json *spec)
{
	return !json_bool(json_get(spec, "disabled"));
}

/* Nobody has to do anything for it to run, once it is on. */
static bool runs_by_itself(const struct json *spec)
{
	const char *schedule = json_text(json_get(spec, "schedule"));

	return *json_text(json_get(spec, "parent_job")) != '\0' ||
	       (*schedule != '\0' && strcmp(schedule, "@manually") != 0);
}

static bool fires(const struct json *spec)
{
	return is_on(spec) && runs_by_itself(spec);
}

/* When it is started, and whether it is while it runs; not what it does then. */
static bool fires_otherwise(const struct json *before, const struct json *after)
{
	static const char *const timing[] = { "schedule", "timezone", "parent_job", "starts_at",
		"expires_at", "concurrency" };

	if (!fires(after))
		return false;
	for (size_t i = 0; i < LENGTH(timing); i++)
		if (!json_equal(json_get(before, timing[i]), json_get(after, timing[i])))
			return true;
	return !fires(before);
}

unsigned approval_of_new(const struct json *spec)
{
	return APPROVE_CREATE | (fires(spec) ? APPROVE_RUN : 0);
}

unsigned approval_of_switch(const struct json *spec)
{
	return APPROVE_ENABLE | (!is_on(spec) && runs_by_itself(spec) ? APPROVE_RUN : 0);
}

unsigned approval_of_edit(const struct json *before, const struct json *after)
{
	unsigned what = 0;

	for (size_t i = 0; i < nspec_fields; i++) {
		const char *name = spec_fields[i].name;
		if (!json_equal(json_get(before, name), json_get(after, name)))
			what |= strcmp(name, "disabled") == 0 ? APPROVE_ENABLE : APPROVE_EDIT;
	}
	if (what == 0)
		return APPROVE_EDIT; /* only moved to another team */
	return what | (fires_otherwise(before, after) ? APPROVE_RUN : 0);
}
