/* Lists of jobs: search, filters, order, pages. */

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/array.h"
#include "model/cursor.h"
#include "model/job_inside.h"
#include "model/like.h"
#include "model/team.h"

enum { LIMIT_MAX = 500, WORDS_MAX = 10, Q_MAX = 200, TAG_MAX = 301, PAGE_BYTES = 2 * 1024 * 1024 };

/* Before the first row and behind the last one, in each order. */
#define NAME_END "\xf4\x8f\xbf\xbf"
#define TIME_END INT64_C(253402300799000000)

static const struct order {
	char mark;
	enum sql up, down;
	int64_t first, last;
} orders[] = {
	[JOB_BY_NAME] = { 'n', SQL_JOB_IDS_NAME, SQL_JOB_IDS_NAME_DOWN, 0, 0 },
	[JOB_BY_NEXT] = { 'x', SQL_JOB_IDS_NEXT, SQL_JOB_IDS_NEXT_DOWN, INT64_MIN, INT64_MAX },
	[JOB_BY_LAST_RUN] = { 'r', SQL_JOB_IDS_LAST_RUN, SQL_JOB_IDS_LAST_RUN_DOWN, INT64_MIN,
	    INT64_MAX },
	[JOB_BY_UPDATED] = { 'u', SQL_JOB_IDS_UPDATED, SQL_JOB_IDS_UPDATED_DOWN, 0, TIME_END },
};

/* Where a row stands; a page begins behind one. */
struct place {
	const char *name; /* "" unless the list is by name */
	int64_t key, id;
};

static const struct db_field place_fields[] = {
	DB_FIELD(struct place, name),
	DB_FIELD(struct place, key),
	DB_FIELD(struct place, id),
	DB_END,
};

struct listing {
	const struct job_query *query;
	const char *word, *words;
	struct place from;
	struct place *places;
	size_t n;
};

static enum err check_choice(
    struct ctx *c, const char *field, const char *value, const char *const *choices)
{
	struct buf words;

	if (value == NULL)
		return OK;
	buf_init(&words, c->arena, 200);
	for (size_t i = 0; choices[i] != NULL; i++) {
		if (strcmp(choices[i], value) == 0)
			return OK;
		buf_printf(&words, "%s%s",
		    i == 0                   ? ""
		    : choices[i + 1] != NULL ? ", "
					     : " or ",
		    choices[i]);
	}
	return fail(c, ERR_INVALID, field, "must be %s", words.data);
}

static enum err check_query(struct ctx *c, const struct job_query *q)
{
	static const char *const flags[] = { "true", "false", NULL };
	static const char *const states[] = { "queued", "running", "succeeded", "failed", "stopped",
		"lost", "missed", NULL };
	static const char *const syncs[] = { "in_sync", "pending", "failing", "drifted", NULL };

	TRY(check_choice(c, "enabled", q->enabled, flags));
	TRY(check_choice(c, "last", q->last, states));
	TRY(check_choice(c, "sync", q->sync, syncs));
	if (q->limit < 1 || q->limit > LIMIT_MAX)
		return fail(c, ERR_INVALID, "limit", "must be from 1 to %d", LIMIT_MAX);
	if (q->q != NULL && !text_is_line(q->q, 0, Q_MAX))
		return fail(
		    c, ERR_INVALID, "q", "must be one line of at most %d characters", Q_MAX);
	if (q->tag != NULL && !text_is_line(q->tag, 1, TAG_MAX))
		return fail(c, ERR_INVALID, "tag",
		    "must be a tag's name, or name:value, of at most %d characters", TAG_MAX);
	return team_check_filter(c, q->team);
}

static enum err read_words(struct ctx *c, struct listing *l)
{
	const char *s = l->query->q != NULL ? l->query->q : "";
	size_t longest = 0, n = 0;

	for (s += strspn(s, " "); *s != '\0'; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");
		const char *p = like_part(c->arena, s, len);
		if (++n > WORDS_MAX)
			return fail(c, ERR_INVALID, "q", "must have at most %d words", WORDS_MAX);
		if (len > longest) {
			longest = len;
			l->word = p;
		}
		l->words = l->words == NULL ? p : arena_printf(c->arena, "%s\n%s", l->words, p);
		s += len;
	}
	return OK;
}

static char direction(const struct job_query *q)
{
	return q->descending ? '-' : '+';
}

static const char *cursor(struct ctx *c, const struct job_query *q, const struct place *place)
{
	return cursor_write(
	    c, arena_printf(c->arena, "%c%c %" PRId64 " %" PRId64 " %s", orders[q->sort].mark,
		   direction(q), place->key, place->id, place->name));
}

/* "n+ <key> <id> <name>"; false when it is none of ours, or of another order. */
static bool read_place(struct ctx *c, const struct job_query *q, struct place *out)
{
	char *text, *id, *name;

	if (!cursor_read(c, q->after, &text) || strlen(text) < 3)
		return false;
	if (text[0] != orders[q->sort].mark || text[1] != direction(q) || text[2] != ' ')
		return false;
	if ((id = strchr(text + 3, ' ')) == NULL || (name = strchr(id + 1, ' ')) == NULL)
		return false;
	*id++ = *name++ = '\0';
	out->name = name;
	int64_t last = q->sort == JOB_BY_UPDATED ? TIME_END : INT64_MAX;
	return text_is_line(name, q->sort == JOB_BY_NAME, q->sort == JOB_BY_NAME ? 120 : 0) &&
	       text_int64(text + 3, 0, last, &out->key) && text_int64(id, 0, INT64_MAX, &out->id);
}

static enum err read_after(struct ctx *c, struct listing *l)
{
	const struct job_query *q = l->query;
	const struct order *o = &orders[q->sort];

	if (q->after == NULL)
		l->from = (struct place){
			.name = q->descending ? NAME_END : "",
			.key = q->descending ? o->last : o->first,
			.id = q->descending ? INT64_MAX : 0,
		};
	else if (!read_place(c, q, &l->from))
		return cursor_refuse(c);
	return OK;
}

enum err job_filter(struct ctx *c, const struct job_query *q, struct db_arg *out)
{
	struct listing l = { .query = q };

	TRY(check_query(c, q));
	TRY(read_words(c, &l));
	struct db_arg enabled = q->enabled != NULL ? db_bool(strcmp(q->enabled, "true") == 0)
						   : db_text(NULL);
	struct db_arg args[JOB_FILTER_ARGS] = { db_int(c->actor.account_id),
		db_bool(c->actor.admin), db_text(l.word), db_text(l.words), db_text(q->team),
		enabled, db_text(q->last), db_text(q->sync), db_text(q->tag) };
	memcpy(out, args, sizeof(args));
	return OK;
}

static enum err find(struct ctx *c, void *arg)
{
	struct listing *l = arg;
	const struct job_query *q = l->query;
	/* Statements by name have the name alone as their key, and no id. */
	struct db_arg args[JOB_FILTER_ARGS + 3];
	struct db_args all = { args, LENGTH(args) - (q->sort == JOB_BY_NAME) };

	TRY(job_filter(c, q, args));
	args[JOB_FILTER_ARGS] = db_int(q->limit + 1);
	args[JOB_FILTER_ARGS + 1] = q->sort == JOB_BY_NAME ? db_text(l->from.name)
							   : db_int(l->from.key);
	args[JOB_FILTER_ARGS + 2] = db_int(l->from.id);
	TRY(db_exec(c, SQL_JOB_LIST_PLANS, DB_NO_ARGS, NULL));
	return db_many(c, q->descending ? orders[q->sort].down : orders[q->sort].up, all,
	    place_fields, sizeof(*l->places), &l->places, &l->n);
}

static enum err show(
    struct ctx *c, const struct place *places, size_t nplaces, struct job **jobs, size_t *n)
{
	int64_t *ids = arena_alloc(c->arena, nplaces, sizeof(*ids));

	for (size_t i = 0; i < nplaces; i++)
		ids[i] = places[i].id;
	return db_many(c, SQL_JOB_SHOW,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin),
		db_text(array_of_ints(c->arena, ids, nplaces))),
	    job_columns, sizeof(**jobs), jobs, n);
}

/* How many of the rows stand on the page: all, or fewer when they are very large. */
static size_t page_length(const struct job *jobs, size_t n)
{
	size_t kept = 0, bytes = 0;

	for (; kept < n; kept++) {
		bytes += strlen(jobs[kept].spec_text);
		if (bytes > PAGE_BYTES && kept > 0)
			break;
	}
	return kept;
}

/* The last that the page has come to: a job that went away meanwhile stands on none. NULL: that was
 * all. */
static const struct place *page_end(const struct listing *l, const struct job *last)
{
	size_t limit = (size_t)l->query->limit;

	for (size_t i = 0; last != NULL && i < l->n; i++)
		if (l->places[i].id == last->id)
			return &l->places[i];
	return l->n > limit ? &l->places[limit - 1] : NULL;
}

enum err job_list(
    struct ctx *c, const struct job_query *query, struct job **out, size_t *n, const char **next)
{
	struct listing l = { .query = query };
	size_t found = 0;

	*n = 0;
	TRY(read_after(c, &l));
	TRY(db_atomically(c, find, &l));
	*next = NULL; /* not before: it may be where the query has its cursor */
	if (l.n == 0)
		return OK;
	bool more = l.n > (size_t)query->limit;
	TRY(show(c, l.places, more ? (size_t)query->limit : l.n, out, &found));
	*n = page_length(*out, found);
	const struct place *end = page_end(&l, *n < found ? &(*out)[*n - 1] : NULL);
	if (end != NULL)
		*next = cursor(c, query, end);
	return OK;
}

enum err job_failing(struct ctx *c, size_t max, struct job **out, size_t *n)
{
	struct place *places;

	TRY(db_many(c, SQL_JOB_IDS_FAILING,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_int((int64_t)max)),
	    place_fields, sizeof(*places), &places, n));
	return *n == 0 ? OK : show(c, places, *n, out, n);
}

enum err job_coming(struct ctx *c, size_t max, struct job **out, size_t *n)
{
	const struct job_query q = {
		.enabled = "true", .sort = JOB_BY_NEXT, .limit = (int64_t)max
	};
	struct place *places;
	const char *next;

	if (!c->actor.admin)
		return job_list(c, &q, out, n, &next);
	TRY(db_many(c, SQL_JOB_IDS_COMING, DB_ARGS(db_int((int64_t)max)), place_fields,
	    sizeof(*places), &places, n));
	return *n == 0 ? OK : show(c, places, *n, out, n);
}

static const struct db_field export_fields[] = {
	DB_FIELD(struct exported_job, name),
	DB_FIELD(struct exported_job, team),
	DB_FIELD(struct exported_job, spec_text),
	DB_END,
};

struct exporting {
	const struct listing *listing;
	int64_t limit;
	struct exported_job *jobs;
	size_t n;
};

static enum err read_exported(struct ctx *c, void *arg)
{
	struct exporting *x = arg;
	const struct listing *l = x->listing;
	const struct job_query *q = l->query;
	struct db_arg enabled = q->enabled != NULL ? db_bool(strcmp(q->enabled, "true") == 0)
						   : db_text(NULL);

	TRY(db_exec(c, SQL_JOB_LIST_PLANS, DB_NO_ARGS, NULL));
	return db_many(c, SQL_JOB_EXPORT,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(l->word),
		db_text(l->words), db_text(q->team), enabled, db_text(q->last), db_text(q->sync),
		db_text(q->tag), db_int(x->limit)),
	    export_fields, sizeof(*x->jobs), &x->jobs, &x->n);
}

enum err job_exported(struct ctx *c, const struct job_query *query, int64_t limit,
    struct exported_job **out, size_t *n)
{
	struct listing l = { .query = query };
	struct exporting x = { .listing = &l, .limit = limit };

	TRY(check_query(c, query));
	TRY(read_words(c, &l));
	TRY(db_atomically(c, read_exported, &x));
	*out = x.jobs;
	*n = x.n;
	return OK;
}

static const struct db_field count_fields[] = {
	DB_FIELD(struct job_counts, all),
	DB_FIELD(struct job_counts, enabled),
	DB_FIELD(struct job_counts, disabled),
	DB_FIELD(struct job_counts, failing),
	DB_FIELD(struct job_counts, running),
	DB_FIELD(struct job_counts, pending),
	DB_FIELD(struct job_counts, sync_failing),
	DB_FIELD(struct job_counts, drifted),
	DB_FIELD(struct job_counts, teams),
	DB_END,
};

enum err job_counts(struct ctx *c, struct job_counts *out)
{
	if (c->actor.admin)
		return db_one(c, SQL_JOB_COUNTS_ALL, DB_NO_ARGS, count_fields, out);
	return db_one(
	    c, SQL_JOB_COUNTS_SEEN, DB_ARGS(db_int(c->actor.account_id)), count_fields, out);
}

static const struct db_field tag_fields[] = {
	DB_FIELD(struct job_tag, name),
	DB_FIELD(struct job_tag, value),
	DB_FIELD(struct job_tag, jobs),
	DB_END,
};

enum err job_tags(struct ctx *c, struct job_tag **out, size_t *n)
{
	return db_many(c, SQL_JOB_TAGS,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin)), tag_fields,
	    sizeof(**out), out, n);
}
