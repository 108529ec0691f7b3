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

enum err approval_rule(struct ctx *c, const struct approval_case *of, struct approval_rule *out)
{
	struct approval_demand from = { 0 }, to = { 0 };

	TRY(demand_of(c, of->team_id, of->memo != NULL ? of->memo : &from));
	if (of->memo != NULL)
		from = *of->memo;
	*out = (struct approval_rule){ .required = needed(&from, of->what, of->own),
		.role = from.group_id != 0 ? ROLE_NONE : from.role,
		.group_id = from.group_id,
		.team_id = of->team_id };
	if (of->to_team_id == of->team_id)
		return OK;
	TRY(demand_of(c, of->to_team_id, &to));
	int64_t there = needed(&to, APPROVE_CREATE, 0);
	if (there == 0)
		return OK;
	/* Two teams with a say each: neither can speak for the other, so admins do. */
	bool both = out->required > 0;
	*out = (struct approval_rule){ .required = there > out->required ? there : out->required,
		.role = both || to.group_id != 0 ? ROLE_NONE : to.role,
		.group_id = both ? 0 : to.group_id,
		.team_id = of->to_team_id };
	return OK;
}

static bool is_exempt(const struct ctx *c)
{
	const struct actor *a = &c->actor;

	return a->approved_task != NULL ||
	       (a->account_id == 0 && a->account != NULL && strcmp(a->account, "cli") == 0);
}

enum err approval_check(struct ctx *c, const struct approval_case *of, const struct wanted *wanted)
{
	struct approval_rule rule;

	if (is_exempt(c))
		return OK;
	TRY(approval_rule(c, of, &rule));
	if (rule.required == 0)
		return OK;
	struct wanted *copy = arena_new(c->arena, struct wanted);
	*copy = *wanted; /* its texts and definition are the arena's already */
	copy->what = of->what;
	copy->rule = rule;
	fault_set(c, NULL,
	    "%s %s needs the approval of %" PRId64 " other%s: ask for it on the job's own page, or "
	    "through the job's own address in the API.",
	    of->what == APPROVE_RUN ? "A run of" : "This change of", wanted->name, rule.required,
	    rule.required == 1 ? "" : "s");
	c->fault.wanted = copy;
	return ERR_FORBIDDEN;
}

unsigned approval_of_edit(const struct json *before, const struct json *after)
{
	unsigned what = 0;

	for (size_t i = 0; i < nspec_fields; i++) {
		const char *name = spec_fields[i].name;
		if (!json_equal(json_get(before, name), json_get(after, name)))
			what |= strcmp(name, "disabled") == 0 ? APPROVE_ENABLE : APPROVE_EDIT;
	}
	return what != 0 ? what : APPROVE_EDIT; /* only moved to another team */
}
