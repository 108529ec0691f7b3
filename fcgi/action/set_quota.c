/* set_quota: how much a team may have. A smaller quota needs nobody; one step up from small to
 * medium, or from medium to large, once in 30 days neither; for all else the admins decide. */

#include <string.h>

#include "action/person.h"
#include "model/quota.h"

enum { AUTO_DAYS = 30 };

static const struct input fields[] = {
	{ "team", "Team", "whose", INPUT_TEAM, true, 0, 0, NULL, NULL },
	{ "size", "Size", "custom: the numbers below", INPUT_CHOICE, true, 0, 0,
	    "small|medium|large|custom", NULL },
	{ "max_jobs", "Jobs", "at most; with the size custom", INPUT_NUMBER, false, 1, 1000000,
	    NULL, NULL },
	{ "min_interval_s", "Seconds between two fires of a job", "at least; with the size custom",
	    INPUT_NUMBER, false, 1, 31536000, NULL, NULL },
	{ "max_running", "Runs at the same time", "at most; with the size custom", INPUT_NUMBER,
	    false, 1, 1000000, NULL, NULL },
	{ 0 },
};

struct asked {
	struct team team;
	struct quota now, wanted;
};

static struct db_maybe_int64 number(const struct call *call, const char *field)
{
	const struct json *v = json_get(call->data, field);

	return (struct db_maybe_int64){ .value = json_int(v), .set = json_type(v) == JSON_INT };
}

static void read_numbers(struct ctx *c, struct call *call, struct quota *q)
{
	const struct db_maybe_int64 jobs = number(call, "max_jobs"),
				    interval = number(call, "min_interval_s"),
				    running = number(call, "max_running");
	bool any = jobs.set || interval.set || running.set;

	if (strcmp(q->size.text, "custom") != 0) {
		if (any)
			action_refuse(c, call, "Numbers go with the size custom only.");
		return;
	}
	if (!any)
		action_refuse(c, call, "The size custom needs at least one number.");
	q->max_jobs = jobs;
	q->min_interval_s = interval;
	q->max_running = running;
}

static enum err look(struct ctx *c, struct call *call, struct asked *a, bool *ok)
{
	struct quota_usage usage;

	TRY(person_team(c, call, call_text(call, "team"), &a->team, ok));
	if (!*ok)
		return OK;
	a->wanted = quota_of_size(call_text(call, "size"));
	read_numbers(c, call, &a->wanted);
	TRY(quota_get(c, a->team.id, &a->now));
	TRY(quota_usage(c, a->team.id, &usage));
	const char *why = quota_exceeded(c, &a->wanted, &usage);
	if (why != NULL)
		action_refuse(c, call, "%s", why);
	*ok = call->self->valid;
	return OK;
}

static int place(const char *size)
{
	for (int i = 0; size != NULL && quota_sizes[i] != NULL; i++)
		if (strcmp(quota_sizes[i], size) == 0)
			return i;
	return -1;
}

static enum err raised_lately(struct ctx *c, const struct call *call, int64_t team_id, bool *out)
{
	struct row {
		bool yes;
	} row;
	static const struct db_field row_fields[] = { DB_FIELD(struct row, yes), DB_END };

	TRY(db_one(c, SQL_QUOTA_RAISED,
	    DB_ARGS(db_int(team_id), db_int(AUTO_DAYS), db_text(call->task->id)), row_fields,
	    &row));
	*out = row.yes;
	return OK;
}

/* The rules, in their order. */
static enum err judge(struct ctx *c, struct call *call, const struct asked *a)
{
	int from = place(a->now.size.text), to = place(a->wanted.size.text);
	bool lately = false;

	if (to < 0) {
		action_auto(call, false);
		return OK;
	}
	if (quota_shrinks(&a->now, &a->wanted)) {
		action_auto(call, true);
		return OK;
	}
	TRY(raised_lately(c, call, a->team.id, &lately));
	if (lately)
		action_note(c, call, "Its quota was changed within %d days already.", AUTO_DAYS);
	action_auto(call, !lately && from >= 0 && to == from + 1);
	return OK;
}

static enum err prepare(struct ctx *c, struct call *call)
{
	struct account who;
	struct asked a;
	bool ok;

	TRY(look(c, call, &a, &ok));
	if (!ok)
		return OK;
	TRY(account_get(c, call->task->requester_id.value, &who));
	action_email(c, call, who.email);
	action_note(
	    c, call, "Now: %s. Then: %s.", quota_words(c, &a.now), quota_words(c, &a.wanted));
	return judge(c, call, &a);
}

static enum err approve(struct ctx *c, struct call *call)
{
	struct asked a;
	bool ok;

	TRY(look(c, call, &a, &ok));
	if (!ok)
		return OK;
	TRY(quota_set(c, a.team.name, &a.wanted));
	action_note(c, call, "%s has: %s.", a.team.name, quota_words(c, &a.wanted));
	return OK;
}

const struct action action_set_quota = {
	.name = "set_quota",
	.title = "Set a team's quota",
	.help = "sets how many jobs and runs a team may have, and how soon they may fire again",
	.fields = fields,
	.prepare = prepare,
	.approve = approve,
	.system = true,
};
