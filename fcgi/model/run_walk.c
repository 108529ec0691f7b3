/* run_walk: finding the runs of a list by walking indexes from their newest end (run_list.c). */

#include "model/array.h"
#include "model/run_inside.h"

/* LOOK_MAX: how many are held against filters that no index heeds. NEAR: among how many of the
 * newest a common word is looked for. STREAMS_MAX: ranges of an index that one list may read. */
enum { LOOK_MAX = 400, NEAR = 200, STREAMS_MAX = 1200, NAMES_MAX = 50 };

/* struct stream's `applied`. */
enum applied {
	DID_TEAMS = 1,
	DID_KINDS = 2,
	DID_JOB = 4,
	DID_ASKED = 8,
	DID_NODE = 16,
	DID_NAMES = 32
};

static const struct db_field key_fields[] = { DB_FIELD(struct run_key, id),
	DB_FIELD(struct run_key, queued_us), DB_END };

#define RANGE(l, from, max) \
	db_int((l)->query->since_us), db_int((from).queued_us), db_int((from).id), db_int(max)

static const char *all_kinds(struct ctx *c, const struct listing *l)
{
	return array_of_ints(c->arena, l->kinds, l->nkinds);
}

static enum err walk_names(struct ctx *c, const struct listing *l, struct run_key from, int64_t max,
    struct run_key **out, size_t *n)
{
	const char *names = array_of_texts(c->arena, l->names, l->nnames);

	if (l->kinds_text == NULL)
		return db_many(c, SQL_RUN_IDS_JOB, DB_ARGS(RANGE(l, from, max), db_text(names)),
		    key_fields, sizeof(**out), out, n);
	return db_many(c, SQL_RUN_IDS_JOB_KIND,
	    DB_ARGS(RANGE(l, from, max), db_text(l->kinds_text), db_text(names)), key_fields,
	    sizeof(**out), out, n);
}

/* A word that is common is found among the newest; the index is asked for one that is not. */
static enum err walk_words(struct ctx *c, const struct listing *l, struct run_key from, int64_t max,
    struct run_key **out, size_t *n)
{
	TRY(db_many(c, SQL_RUN_IDS_WORDS_NEAR,
	    DB_ARGS(RANGE(l, from, l->limit + 1), db_text(l->words.query), db_text(l->teams),
		db_text(l->query->job), db_int(NEAR)),
	    key_fields, sizeof(**out), out, n));
	if (*n == (size_t)l->limit + 1)
		return OK;
	return db_many(c, SQL_RUN_IDS_WORDS,
	    DB_ARGS(RANGE(l, from, max), db_text(l->words.query), db_text(l->teams),
		db_text(l->query->job)),
	    key_fields, sizeof(**out), out, n);
}

static enum err walk(struct ctx *c, const struct stream *s, struct run_key from, int64_t max,
    struct run_key **out, size_t *n)
{
	const struct listing *l = s->l;

	switch (s->walk) {
	case WALK_KIND:
		return db_many(c, SQL_RUN_IDS_KIND,
		    DB_ARGS(RANGE(l, from, max), db_text(all_kinds(c, l))), key_fields,
		    sizeof(**out), out, n);
	case WALK_TEAM:
		return db_many(c, SQL_RUN_IDS_TEAM,
		    DB_ARGS(RANGE(l, from, max), db_text(all_kinds(c, l)), db_text(l->teams)),
		    key_fields, sizeof(**out), out, n);
	case WALK_JOB:
		return walk_names(c, l, from, max, out, n);
	case WALK_ASKED:
		return db_many(c, SQL_RUN_IDS_ASKED,
		    DB_ARGS(RANGE(l, from, max), db_text(l->query->requested_by)), key_fields,
		    sizeof(**out), out, n);
	case WALK_NODE:
		return db_many(c, SQL_RUN_IDS_NODE,
		    DB_ARGS(RANGE(l, from, max), db_text(l->query->node)), key_fields,
		    sizeof(**out), out, n);
	case WALK_WORDS:
		return walk_words(c, l, from, max, out, n);
	case WALK_WHEN:
		break;
	}
	return db_many(
	    c, SQL_RUN_IDS_WHEN, DB_ARGS(RANGE(l, from, max)), key_fields, sizeof(**out), out, n);
}

/* What is left for the second step. */
static unsigned wanted(const struct listing *l)
{
	const struct run_query *q = l->query;

	return (l->teams != NULL ? DID_TEAMS : 0u) | (l->kinds_text != NULL ? DID_KINDS : 0u) |
	       (q->job != NULL ? DID_JOB : 0u) | (q->requested_by != NULL ? DID_ASKED : 0u) |
	       (q->node != NULL ? DID_NODE : 0u);
}

const char *run_ids(struct ctx *c, const struct run_key *keys, size_t n)
{
	int64_t *ids = arena_alloc(c->arena, n, sizeof(*ids));

	for (size_t i = 0; i < n; i++)
		ids[i] = keys[i].id;
	return array_of_ints(c->arena, ids, n);
}

static enum err keep(
    struct ctx *c, const struct stream *s, const struct run_key *keys, size_t n, struct stream *out)
{
	const struct listing *l = s->l;
	const struct run_query *q = l->query;
	unsigned left = wanted(l) & ~s->applied;
	bool by_name = (s->applied & DID_NAMES) == 0 && s->walk == WALK_WHEN && l->words.n > 0;

	return db_many(c, SQL_RUN_KEEP,
	    DB_ARGS(db_text(run_ids(c, keys, n)), db_text(left & DID_TEAMS ? l->teams : NULL),
		db_text(left & DID_KINDS ? l->kinds_text : NULL),
		db_text(left & DID_JOB ? array_of_texts(c->arena, &q->job, 1) : NULL),
		db_text(left & DID_ASKED ? q->requested_by : NULL),
		db_text(left & DID_NODE ? q->node : NULL),
		db_text(by_name ? array_of_texts(c->arena, l->words.patterns, l->words.n) : NULL),
		db_int(l->limit + 1)),
	    key_fields, sizeof(*out->keys), &out->keys, &out->n);
}

/* One look, wide when filters are left over for what it brings. */
enum err run_look(struct ctx *c, struct stream *s)
{
	const struct listing *l = s->l;
	bool by_name = s->walk == WALK_WHEN && l->words.n > 0;
	bool sifts = by_name || (wanted(l) & ~s->applied) != 0;
	int64_t max = sifts ? LOOK_MAX : l->limit + 1;
	struct run_key *keys;
	size_t n;

	TRY(walk(c, s, l->upper, max, &keys, &n));
	if (n == (size_t)max || (s->walk == WALK_WORDS && n == (size_t)l->limit + 1))
		s->end = keys[n - 1];
	if (!sifts) {
		s->keys = keys;
		s->n = n;
		return OK;
	}
	return n == 0 ? OK : keep(c, s, keys, n, s);
}

static struct stream stream_of(const struct listing *l)
{
	const struct run_query *q = l->query;
	struct stream s = { .l = l, .walk = WALK_WHEN };

	if (q->job != NULL) {
		s.walk = WALK_JOB;
		s.applied = DID_JOB | DID_KINDS;
	} else if (q->requested_by != NULL) {
		s.walk = WALK_ASKED;
		s.applied = DID_ASKED;
	} else if (q->node != NULL && !l->rare) {
		s.walk = WALK_NODE;
		s.applied = DID_NODE;
	} else if (l->teams != NULL && l->nteams * (int64_t)l->nkinds <= STREAMS_MAX) {
		s.walk = WALK_TEAM;
		s.applied = DID_TEAMS | DID_KINDS;
	} else if (l->kinds_text != NULL) {
		s.walk = WALK_KIND;
		s.applied = DID_KINDS;
	}
	return s;
}

/* ---- a search: in names of jobs, and in what was printed */

static enum err find_names(struct ctx *c, struct listing *l)
{
	struct named {
		const char *name;
	} * found;
	static const struct db_field fields[] = { DB_FIELD(struct named, name), DB_END };

	TRY(db_many(c, SQL_RUN_NAMES,
	    DB_ARGS(db_text(l->words.longest),
		db_text(array_of_texts(c->arena, l->words.patterns, l->words.n)), db_text(l->teams),
		db_int(NAMES_MAX + 1)),
	    fields, sizeof(*found), &found, &l->nnames));
	l->names = arena_alloc(c->arena, l->nnames, sizeof(*l->names));
	for (size_t i = 0; i < l->nnames; i++)
		l->names[i] = found[i].name;
	return OK;
}

/* So many names may fit that they are found soonest by looking at the newest runs. */
enum err run_streams(struct ctx *c, struct listing *l, struct stream *s, size_t *n)
{
	*n = 0;
	if (l->words.n == 0) {
		s[(*n)++] = stream_of(l);
		return OK;
	}
	TRY(find_names(c, l));
	if (l->nnames > 0)
		s[(*n)++] = l->nnames > NAMES_MAX ? (struct stream){ .l = l, .walk = WALK_WHEN }
						  : (struct stream){ .l = l,
							    .walk = WALK_JOB,
							    .applied = DID_KINDS | DID_NAMES };
	if (l->words.query != NULL)
		s[(*n)++] = (struct stream){
			.l = l, .walk = WALK_WORDS, .applied = DID_TEAMS | DID_JOB
		};
	return OK;
}
