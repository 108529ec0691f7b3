#include "model/quota.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "model/audit.h"
#include "model/people_inside.h"
#include "model/rights.h"
#include "model/team.h"

enum { IDS_BYTES = 64 * 1024 };

const char *const quota_sizes[] = { "small", "medium", "large", NULL };

static const struct {
	int64_t max_jobs, min_interval_s, max_running;
} bounds_of[] = {
	{ 20, 300, 2 },
	{ 200, 60, 10 },
	{ 2000, 10, 50 },
};

static const struct db_field quota_fields[] = {
	DB_FIELD(struct quota, size),
	DB_FIELD(struct quota, max_jobs),
	DB_FIELD(struct quota, min_interval_s),
	DB_FIELD(struct quota, max_running),
	DB_END,
};

static struct db_maybe_int64 bound(int64_t n)
{
	return (struct db_maybe_int64){ .value = n, .set = true };
}

struct quota quota_of_size(const char *size)
{
	struct quota q = { .size = { size } };

	for (size_t i = 0; size != NULL && quota_sizes[i] != NULL; i++)
		if (strcmp(quota_sizes[i], size) == 0) {
			q.max_jobs = bound(bounds_of[i].max_jobs);
			q.min_interval_s = bound(bounds_of[i].min_interval_s);
			q.max_running = bound(bounds_of[i].max_running);
		}
	return q;
}

enum err quota_get(struct ctx *c, int64_t team_id, struct quota *out)
{
	return db_one(c, SQL_QUOTA_GET, DB_ARGS(db_int(team_id)), quota_fields, out);
}

enum err quota_of_teams(struct ctx *c, const struct team *teams, size_t n, struct quota **out)
{
	struct buf ids;
	size_t found = 0;

	buf_init(&ids, c->arena, IDS_BYTES);
	for (size_t i = 0; i < n; i++)
		buf_printf(&ids, "%s%" PRId64, i > 0 ? "," : "", teams[i].id);
	TRY(db_many(c, SQL_QUOTA_OF_TEAMS, DB_ARGS(db_text(n > 0 ? ids.data : "")), quota_fields,
	    sizeof(**out), out, &found));
	return found == n ? OK : fail(c, ERR_UNAVAILABLE, NULL, "A team is gone by now.");
}

/* ---- setting it */

static bool same(struct db_maybe_int64 x, struct db_maybe_int64 y)
{
	return x.set == y.set && (!x.set || x.value == y.value);
}

/* `fixed`: what the size says of it; NULL: it is custom. */
static enum err check_bound(struct ctx *c, const char *field, struct db_maybe_int64 n, int64_t max,
    const struct db_maybe_int64 *fixed)
{
	if (!n.set || (fixed != NULL && same(n, *fixed)))
		return OK;
	if (fixed != NULL)
		return fail(c, ERR_INVALID, field, "goes with the size custom only");
	if (n.value < 1 || n.value > max)
		return fail(c, ERR_INVALID, field, "must be from 1 to %" PRId64 ", or none", max);
	return OK;
}

/* What is stored of a size are its numbers. */
static enum err complete(struct ctx *c, const struct quota *asked, struct quota *out)
{
	const char *size = asked->size.text;
	bool custom = size != NULL && strcmp(size, "custom") == 0;

	*out = quota_of_size(size);
	if (size != NULL && !custom && !out->max_jobs.set)
		return fail(
		    c, ERR_INVALID, "quota", "must be small, medium, large or custom, or none");
	TRY(check_bound(
	    c, "max_jobs", asked->max_jobs, QUOTA_JOBS_MAX, custom ? NULL : &out->max_jobs));
	TRY(check_bound(c, "min_interval_s", asked->min_interval_s, QUOTA_INTERVAL_MAX,
	    custom ? NULL : &out->min_interval_s));
	TRY(check_bound(c, "max_running", asked->max_running, QUOTA_RUNNING_MAX,
	    custom ? NULL : &out->max_running));
	if (!custom)
		return OK;
	*out = *asked;
	if (!out->max_jobs.set && !out->min_interval_s.set && !out->max_running.set)
		return fail(c, ERR_INVALID, "quota", "custom needs at least one number");
	return OK;
}

bool quota_same(const struct quota *x, const struct quota *y)
{
	bool named = x->size.text != NULL && y->size.text != NULL;

	return (named ? strcmp(x->size.text, y->size.text) == 0 : x->size.text == y->size.text) &&
	       same(x->max_jobs, y->max_jobs) && same(x->min_interval_s, y->min_interval_s) &&
	       same(x->max_running, y->max_running);
}

static bool at_most(struct db_maybe_int64 x, struct db_maybe_int64 y)
{
	return !y.set || (x.set && x.value <= y.value);
}

static bool at_least(struct db_maybe_int64 x, struct db_maybe_int64 y)
{
	return !y.set || (x.set && x.value >= y.value);
}

bool quota_shrinks(const struct quota *from, const struct quota *to)
{
	return at_most(to->max_jobs, from->max_jobs) &&
	       at_least(to->min_interval_s, from->min_interval_s) &&
	       at_most(to->max_running, from->max_running);
}

static struct json *number(struct ctx *c, struct db_maybe_int64 n)
{
	return db_maybe_json(c->arena, n);
}

static bool differs(struct ctx *c, const struct quota *was, const struct quota *now,
    struct json *before, struct json *after)
{
	bool differ = people_differ(before, after, "quota", json_string(c->arena, was->size.text),
	    json_string(c->arena, now->size.text));

	differ |= people_differ(
	    before, after, "max_jobs", number(c, was->max_jobs), number(c, now->max_jobs));
	differ |= people_differ(before, after, "min_interval_s", number(c, was->min_interval_s),
	    number(c, now->min_interval_s));
	differ |= people_differ(
	    before, after, "max_running", number(c, was->max_running), number(c, now->max_running));
	return differ;
}

struct setting {
	const char *team;
	struct quota quota;
};

static struct db_arg arg(struct db_maybe_int64 n)
{
	return n.set ? db_int(n.value) : db_text(NULL);
}

static enum err set(struct ctx *c, void *setting)
{
	const struct setting *s = setting;
	const struct quota *q = &s->quota;
	struct json *before = json_object(c->arena), *after = json_object(c->arena);
	struct quota was;
	struct team team;

	TRY(team_named(c, s->team, &team));
	TRY(db_exec(c, SQL_QUOTA_LOCK, DB_ARGS(db_int(team.id)), NULL));
	TRY(quota_get(c, team.id, &was));
	if (!differs(c, &was, q, before, after))
		return OK;
	TRY(db_exec(c, SQL_QUOTA_SET,
	    DB_ARGS(db_int(team.id), db_text(q->size.text), arg(q->max_jobs),
		arg(q->min_interval_s), arg(q->max_running)),
	    NULL));
	return audit_add(
	    c, "team_quota", arena_printf(c->arena, "team:%s", team.name), before, after);
}

enum err quota_set(struct ctx *c, const char *team, const struct quota *quota)
{
	struct setting s = { .team = team };

	TRY(rights_admin(c, "quotas"));
	TRY(complete(c, quota, &s.quota));
	return db_atomically(c, set, &s);
}

/* ---- words */

static void add_words(struct ctx *c, const char **out, const char *words)
{
	*out = **out == '\0' ? words : arena_printf(c->arena, "%s, %s", *out, words);
}

const char *quota_words(struct ctx *c, const struct quota *q)
{
	const char *out = "";

	if (q->max_jobs.set)
		add_words(c, &out,
		    arena_printf(c->arena, "%" PRId64 " job%s", q->max_jobs.value,
			q->max_jobs.value == 1 ? "" : "s"));
	if (q->min_interval_s.set)
		add_words(c, &out,
		    arena_printf(
			c->arena, "each at most every %" PRId64 " s", q->min_interval_s.value));
	if (q->max_running.set)
		add_words(c, &out,
		    arena_printf(c->arena, "%" PRId64 " run%s at the same time",
			q->max_running.value, q->max_running.value == 1 ? "" : "s"));
	return *out != '\0' ? out : "no bounds";
}
