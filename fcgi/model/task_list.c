#include "model/task_list.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "model/array.h"
#include "model/filter.h"
#include "model/like.h"
#include "model/rights.h"
#include "model/task_inside.h"

enum { STATES = 8, WORD_MAX = 200 };

static const char *const states[STATES] = { "requested", "approved", "awaiting_token", "failed",
	"completed", "rejected", "cancelled", "expired" };
enum { STATES_OPEN = 4 };

/* Arrays: teams in which the actor has just this role, and groups. */
struct reach {
	const char *operated, *edited, *managed, *groups;
};

struct listing {
	const struct task_query *query;
	const char *whose, *states, *about, *words, *conditions;
	struct reach reach;
	int64_t below, limit;
	struct seq *found;
	size_t n;
};

struct seq {
	int64_t seq;
};

static bool is_state(const char *state, const char *word, size_t len)
{
	return strlen(state) == len && memcmp(state, word, len) == 0;
}

static enum err read_states(struct ctx *c, const char *words, const char **array)
{
	const char *wanted[STATES];
	size_t n = 0;

	*array = NULL;
	if (words == NULL)
		return OK;
	if (strcmp(words, "open") == 0) {
		*array = array_of_texts(c->arena, states, STATES_OPEN);
		return OK;
	}
	for (const char *word = words; word != NULL;) {
		size_t len = strcspn(word, ","), i = 0;
		while (i < STATES && !is_state(states[i], word, len))
			i++;
		if (i == STATES || n == STATES)
			return fail(c, ERR_INVALID, "state",
			    "must be open, or a state of tasks, or several with commas");
		wanted[n++] = states[i];
		word = word[len] == ',' ? word + len + 1 : NULL;
	}
	*array = array_of_texts(c->arena, wanted, n);
	return OK;
}

static enum err check_line(struct ctx *c, const char *field, const char *value)
{
	if (value == NULL || text_is_line(value, 0, WORD_MAX))
		return OK;
	return fail(c, ERR_INVALID, field, "must be one line of at most %d characters", WORD_MAX);
}

static enum err check(struct ctx *c, struct listing *l)
{
	static const char *const whose[] = {
		[TASKS_ALL] = "all", [TASKS_FOR_ME] = "me", [TASKS_MINE] = "mine"
	};
	const struct task_query *q = l->query;

	l->whose = whose[q->whose];
	l->below = INT64_MAX;
	l->limit = q->limit > 0 && q->limit < TASK_LIST_MAX ? q->limit : TASK_LIST_MAX;
	TRY(read_states(c, q->state, &l->states));
	TRY(check_line(c, "type", q->type));
	TRY(check_line(c, "team", q->team));
	TRY(check_line(c, "requester", q->requester));
	TRY(check_line(c, "job", q->job));
	TRY(check_line(c, "q", q->q));
	if (q->job != NULL)
		l->about = arena_printf(c->arena, "job:%s", q->job);
	if (q->q != NULL)
		l->words = like_part(c->arena, q->q, strlen(q->q));
	TRY(filter_read(c, q->filters, filter_task_fields, false, &l->conditions));
	if (q->after != NULL && !text_int64(q->after, 1, INT64_MAX, &l->below))
		return fail(c, ERR_INVALID, "after", "is not a cursor that a list gave");
	return OK;
}

/* One more than is wanted, to know whether that was all. */
static int64_t looked_at(const struct listing *l)
{
	return (l->conditions == NULL ? l->limit : FILTER_LOOK_MAX) + 1;
}

static enum err find(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { DB_FIELD(struct seq, seq), DB_END };
	struct listing *l = arg;
	const struct task_query *q = l->query;

	TRY(db_exec(c, SQL_TASK_PLANS, DB_NO_ARGS, NULL));
	return db_many(c, SQL_TASK_IDS,
	    DB_ARGS(db_maybe_int(c->actor.account_id), db_bool(c->actor.admin), db_text(l->whose),
		db_text(l->states), db_text(q->type), db_text(q->team), db_text(q->requester),
		db_text(l->about), db_text(l->words), db_int(l->below), db_int(looked_at(l)),
		db_text(l->reach.operated), db_text(l->reach.edited), db_text(l->reach.managed),
		db_text(l->reach.groups)),
	    fields, sizeof(*l->found), &l->found, &l->n);
}

/* An admin sees all. */
static enum err read_reach(struct ctx *c, struct listing *l)
{
	static const struct db_field fields[] = { DB_FIELD(struct reach, operated),
		DB_FIELD(struct reach, edited), DB_FIELD(struct reach, managed),
		DB_FIELD(struct reach, groups), DB_END };

	if (c->actor.admin)
		return OK;
	return db_one(c, SQL_TASK_REACH, DB_ARGS(db_int(c->actor.account_id)), fields, &l->reach);
}

static enum err show(struct ctx *c, const struct listing *l, struct task **out, size_t *n)
{
	int64_t *seqs = arena_alloc(c->arena, l->n, sizeof(*seqs));

	for (size_t i = 0; i < l->n; i++)
		seqs[i] = l->found[i].seq;
	return db_many(c, SQL_TASK_SHOW,
	    DB_ARGS(db_maybe_int(c->actor.account_id), db_bool(c->actor.admin),
		db_text(array_of_ints(c->arena, seqs, l->n)), db_text(l->conditions),
		db_int(l->limit + 1)),
	    task_fields, sizeof(**out), out, n);
}

enum err task_list(
    struct ctx *c, const struct task_query *query, struct task **out, size_t *n, const char **next)
{
	struct listing l = { .query = query };

	*n = 0;
	TRY(check(c, &l));
	TRY(read_reach(c, &l));
	TRY(db_atomically(c, find, &l));
	*next = NULL; /* not before: it may be where the query has its cursor */
	if (l.n == 0)
		return OK;
	bool partly = l.n == (size_t)looked_at(&l);
	l.n -= partly && l.conditions != NULL;
	TRY(show(c, &l, out, n));
	if (*n > (size_t)l.limit) {
		*n = (size_t)l.limit;
		*next = arena_printf(c->arena, "%" PRId64, (*out)[*n - 1].seq);
	} else if (partly) {
		*next = arena_printf(c->arena, "%" PRId64, l.found[l.n - 1].seq);
	}
	return OK;
}

enum err task_waits(struct ctx *c, int64_t *n)
{
	struct row {
		int64_t n;
	} row;
	static const struct db_field fields[] = { DB_FIELD(struct row, n), DB_END };

	TRY(db_one(c, SQL_TASK_WAITS,
	    DB_ARGS(db_maybe_int(c->actor.account_id), db_bool(c->actor.admin)), fields, &row));
	*n = row.n;
	return OK;
}

enum err task_counts(struct ctx *c, struct task_counts *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct task_counts, mine),
		DB_FIELD(struct task_counts, notifications),
		DB_END,
	};

	return db_one(c, SQL_TASK_COUNTS,
	    DB_ARGS(db_maybe_int(c->actor.account_id), db_bool(c->actor.admin)), fields, out);
}

enum err task_deciders(
    struct ctx *c, const struct task *t, const char ***names, size_t *n, bool *more)
{
	struct row {
		const char *name;
	} * rows;
	static const struct db_field fields[] = { DB_FIELD(struct row, name), DB_END };

	TRY(db_many(
	    c, SQL_TASK_DECIDERS, DB_ARGS(db_text(t->id)), fields, sizeof(*rows), &rows, n));
	*more = *n > TASK_DECIDERS;
	*n = *more ? TASK_DECIDERS : *n;
	*names = arena_alloc(c->arena, *n + 1, sizeof(**names));
	for (size_t i = 0; i < *n; i++)
		(*names)[i] = rows[i].name;
	return OK;
}

enum err task_last(struct ctx *c, bool completed, struct task *out)
{
	struct row {
		const char *id;
	} row;
	static const struct db_field fields[] = { DB_FIELD(struct row, id), DB_END };

	TRY(rights_admin(c, "looking at tasks"));
	TRY(db_one(c, completed ? SQL_TASK_LAST_COMPLETED : SQL_TASK_LAST_CREATED, DB_NO_ARGS,
	    fields, &row));
	return task_get(c, row.id, out);
}
