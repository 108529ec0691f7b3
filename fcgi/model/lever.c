#include "model/lever.h"

#include <string.h>

#include "core/text.h"
#include "model/array.h"

struct row {
	int64_t job_id;
	const char *states, *took; /* words, one a run */
	struct db_maybe_int64 p95_ms;
};

static const struct db_field fields[] = {
	DB_FIELD(struct row, job_id),
	DB_FIELD(struct row, states),
	DB_FIELD(struct row, took),
	DB_FIELD(struct row, p95_ms),
	DB_END,
};

/* The word before the next space, or before the end; NULL behind the last. */
static const char *next_word(struct arena *a, const char **at)
{
	const char *word = *at;

	if (*word == '\0')
		return NULL;
	size_t len = strcspn(word, " ");
	*at = word[len] == ' ' ? word + len + 1 : word + len;
	return arena_strndup(a, word, len);
}

static size_t read_row(struct ctx *c, const struct row *row, struct lever *out)
{
	const char *states = row->states, *took = row->took, *state;
	size_t n = 0;

	while (n < LEVERS && (state = next_word(c->arena, &states)) != NULL) {
		const char *ms = next_word(c->arena, &took);
		struct lever *l = &out[n++];
		*l = (struct lever){ row->job_id, state, { 0 }, row->p95_ms };
		l->took_ms.set = ms != NULL &&
				 text_int64(ms, INT64_MIN, INT64_MAX, &l->took_ms.value);
	}
	return n;
}

enum err lever_recent(
    struct ctx *c, const int64_t *job_ids, size_t njobs, struct lever **out, size_t *n)
{
	struct row *rows;
	size_t nrows;

	TRY(db_many(c, SQL_LEVER_RECENT,
	    DB_ARGS(db_text(array_of_ints(c->arena, job_ids, njobs)), db_int(LEVERS)), fields,
	    sizeof(*rows), &rows, &nrows));
	*out = arena_alloc(c->arena, nrows * LEVERS + 1, sizeof(**out));
	*n = 0;
	for (size_t i = 0; i < nrows; i++)
		*n += read_row(c, &rows[i], *out + *n);
	return OK;
}
