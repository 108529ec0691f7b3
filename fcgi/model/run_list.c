/*
 * run_list: which runs a list shows, however many there are.
 *
 * A filter that an index answers decides where to walk; it is walked from its newest end for as
 * many rows as are wanted. Filters that are left over are held against what the walk brings, a
 * bounded number of runs at a time: a page may so be short although more follows, and says how far
 * it looked.
 */

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "model/array.h"
#include "model/run_inside.h"
#include "model/team.h"

enum { LIST_MAX = 500 };
#define FAR_FUTURE INT64_C(8000000000000000)

/* ---- reading the query */

static const char *const states[] = { "queued", "running", "succeeded", "failed", "stopped", "lost",
	"missed" };
static const char *const triggers[] = { "schedule", "manual", "parent", "api" };

static const char *list_words(struct arena *a, const char *const *known, size_t n)
{
	const char *all = known[0];

	for (size_t i = 1; i < n; i++)
		all = arena_printf(a, "%s%s%s", all, i + 1 == n ? " or " : ", ", known[i]);
	return all;
}

/* Words with commas between them, as bits. */
static enum err read_set(struct ctx *c, const char *field, const char *value,
    const char *const *known, size_t n, unsigned *out)
{
	*out = value == NULL ? (1u << n) - 1 : 0;
	while (value != NULL) {
		size_t len = strcspn(value, ","), i = 0;
		while (i < n && (strlen(known[i]) != len || memcmp(known[i], value, len) != 0))
			i++;
		if (i == n)
			return fail(c, ERR_INVALID, field, "must be %s, or several with commas",
			    list_words(c->arena, known, n));
		*out |= 1u << i;
		value = value[len] == ',' ? value + len + 1 : NULL;
	}
	return OK;
}

/* run_kind() in SQL is the other end of these numbers. */
static enum err read_kinds(struct ctx *c, struct listing *l)
{
	const unsigned common = 1u << 2 | 1u << 3; /* succeeded, failed */
	unsigned s, t;

	TRY(read_set(c, "state", l->query->state, states, LENGTH(states), &s));
	TRY(read_set(c, "trigger", l->query->trigger, triggers, LENGTH(triggers), &t));
	l->kinds = arena_alloc(c->arena, LENGTH(states) * LENGTH(triggers), sizeof(*l->kinds));
	for (size_t i = 0; i < LENGTH(states); i++)
		for (size_t k = 0; k < LENGTH(triggers); k++)
			if ((s & 1u << i) != 0 && (t & 1u << k) != 0)
				l->kinds[l->nkinds++] = (int64_t)(i + 1) *
							    (int64_t)LENGTH(triggers) +
							(int64_t)k;
	l->rare = (s & common) == 0;
	if (l->query->state != NULL || l->query->trigger != NULL)
		l->kinds_text = array_of_ints(c->arena, l->kinds, l->nkinds);
	return OK;
}

static enum err read_teams(struct ctx *c, struct listing *l)
{
	struct teams {
		struct db_maybe teams;
		int64_t n;
	} t;
	static const struct db_field fields[] = { DB_FIELD(struct teams, teams),
		DB_FIELD(struct teams, n), DB_END };

	if (c->actor.admin && l->query->team == NULL)
		return OK;
	TRY(team_check_filter(c, l->query->team));
	TRY(db_one(c, SQL_RUN_TEAMS,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(l->query->team)),
	    fields, &t));
	l->teams = t.teams.text == NULL ? "{}" : t.teams.text;
	l->nteams = t.n;
	return OK;
}

static bool read_cursor(struct arena *a, const char *text, struct run_key *out)
{
	const char *dot = strchr(text, '.');

	return dot != NULL &&
	       text_int64(
		   arena_strndup(a, text, (size_t)(dot - text)), 1, FAR_FUTURE, &out->queued_us) &&
	       text_int64(dot + 1, 0, INT64_MAX, &out->id);
}

bool run_cursor_us(struct ctx *c, const char *cursor, int64_t *us)
{
	struct run_key key;

	if (cursor == NULL || !read_cursor(c->arena, cursor, &key))
		return false;
	*us = key.queued_us;
	return true;
}

static enum err read_range(struct ctx *c, struct listing *l)
{
	const struct run_query *q = l->query;

	l->upper = (struct run_key){ .queued_us = q->until_us > 0 ? q->until_us : FAR_FUTURE };
	l->limit = q->limit > 0 && q->limit < LIST_MAX ? q->limit : LIST_MAX;
	if (q->after == NULL || *q->after == '\0')
		return OK;
	struct run_key after;
	if (!read_cursor(c->arena, q->after, &after))
		return fail(c, ERR_INVALID, "after", "is not a cursor that a list gave");
	if (after.queued_us < l->upper.queued_us)
		l->upper = after;
	return OK;
}

/* ---- together */

static bool newer(struct run_key x, struct run_key y)
{
	return x.queued_us != y.queued_us ? x.queued_us > y.queued_us : x.id > y.id;
}

/* The newest of what the streams still have; they may have the same. False: none. */
static bool take(struct stream *s, size_t n, struct run_key *out)
{
	bool found = false;

	for (size_t i = 0; i < n; i++)
		if (s[i].n > 0 && (!found || newer(s[i].keys[0], *out))) {
			*out = s[i].keys[0];
			found = true;
		}
	for (size_t i = 0; found && i < n; i++)
		while (s[i].n > 0 && s[i].keys[0].id == out->id) {
			s[i].keys++;
			s[i].n--;
		}
	return found;
}

/* How far all of them looked: behind it nobody knows. False: to the very end. */
static bool horizon(const struct stream *s, size_t n, struct run_key *out)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		if (s[i].end.id > 0 && (!any || newer(s[i].end, *out))) {
			*out = s[i].end;
			any = true;
		}
	return any;
}

static const char *cursor(struct ctx *c, struct run_key key)
{
	return arena_printf(c->arena, "%" PRId64 ".%" PRId64, key.queued_us, key.id);
}

static size_t merge(struct ctx *c, const struct listing *l, struct stream *s, size_t n,
    struct run_key *out, const char **next)
{
	struct run_key end, key;
	bool partial = horizon(s, n, &end);
	size_t found = 0;

	while (take(s, n, &key)) {
		if (partial && newer(end, key))
			break;
		if (found == (size_t)l->limit) {
			*next = cursor(c, out[found - 1]);
			return found;
		}
		out[found++] = key;
	}
	if (partial)
		*next = cursor(c, end);
	return found;
}

struct asked {
	struct listing *l;
	struct run_key **keys;
	size_t *n;
	const char **next;
};

/* Walks are planned once: each has its index. Words may be common or not, and so is a search
 * planned for its own. */
static const char *plans(const struct listing *l)
{
	return l->words.n > 0 ? "force_custom_plan" : "force_generic_plan";
}

static enum err find(struct ctx *c, void *arg)
{
	struct asked *q = arg;
	struct listing *l = q->l;
	struct stream s[RUN_STREAMS];
	size_t n;

	TRY(db_exec(c, SQL_RUN_LIST_PLANS, DB_ARGS(db_text(plans(l))), NULL));
	TRY(run_streams(c, l, s, &n));
	for (size_t i = 0; i < n; i++)
		TRY(run_look(c, &s[i]));
	*q->keys = arena_alloc(c->arena, (size_t)l->limit + 1, sizeof(**q->keys));
	*q->n = merge(c, l, s, n, *q->keys, q->next);
	return OK;
}

enum err run_keys(struct ctx *c, const struct run_query *given, struct run_key **keys, size_t *n,
    const char **next)
{
	const struct run_query copy = *given, *query = &copy; /* `next` may be its `after` */
	struct listing l = { .query = query };

	*next = NULL;
	*n = 0;
	TRY(read_kinds(c, &l));
	TRY(read_range(c, &l));
	TRY(run_words_of(c, query->q, &l.words));
	TRY(read_teams(c, &l));
	if (query->job != NULL && l.words.n == 0) {
		l.names = arena_alloc(c->arena, 1, sizeof(*l.names));
		l.names[0] = query->job;
		l.nnames = 1;
	}
	if (l.teams != NULL && l.nteams == 0)
		return OK;
	return db_atomically(c, find, &(struct asked){ &l, keys, n, next });
}

enum err run_list(
    struct ctx *c, const struct run_query *query, struct run **out, size_t *n, const char **next)
{
	struct run_key *keys;
	size_t found;

	*n = 0;
	TRY(run_keys(c, query, &keys, &found, next));
	if (found == 0)
		return OK;
	return db_many(c, SQL_RUN_SHOW,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin),
		db_text(run_ids(c, keys, found))),
	    run_fields, sizeof(struct run), out, n);
}

enum err run_recent(struct ctx *c, const char *job_name, size_t max, struct run **out, size_t *n)
{
	struct run_query q = { .job = job_name,
		.limit = (int64_t)(max < LIST_MAX ? max : LIST_MAX) };
	const char *next;

	return run_list(c, &q, out, n, &next);
}
