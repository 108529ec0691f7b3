#include "model/run_tally.h"

#include <string.h>

#include "core/buf.h"
#include "db/db.h"
#include "model/run_words.h"

enum { TEXT_MAX = 256 * 1024 }; /* of one run */

struct tally {
	int64_t max, n;
};

struct folded {
	int64_t taken;
	const char *runs;
};

struct reason {
	int64_t run_id;
	bool bad;
	struct db_maybe reason;
};

struct text {
	int64_t run_id;
	struct db_blob bytes;
};

/* Everything that was printed in one run, as far as it is searched. */
static struct buf printed(
    struct ctx *c, int64_t run_id, const struct text *texts, size_t n, size_t *at)
{
	struct buf b;

	buf_init(&b, c->arena, TEXT_MAX);
	for (; *at < n && texts[*at].run_id <= run_id; (*at)++)
		if (texts[*at].run_id == run_id)
			buf_add(&b, texts[*at].bytes.bytes, texts[*at].bytes.len);
	return b;
}

static enum err put(struct ctx *c, const struct reason *r, const struct buf *text)
{
	const char *key = NULL, *error = NULL,
		   *reason = r->reason.text == NULL ? "" : r->reason.text;
	const char *words = arena_printf(c->arena, "%s %s",
	    run_words_clean(c->arena, reason, strlen(reason)),
	    run_words_clean(c->arena, text->data, text->len));

	if (words[strspn(words, " ")] == '\0' && !r->bad)
		return OK;
	if (r->bad)
		error = run_words_error(c->arena, text->data, text->len, &key);
	if (r->bad && error == NULL)
		error = run_words_error(c->arena, reason, strlen(reason), &key);
	return db_exec(c, SQL_RUN_TEXT_PUT,
	    DB_ARGS(db_int(r->run_id), db_text(words), db_text(error), db_text(key)), NULL);
}

static enum err search_also(struct ctx *c, const char *runs)
{
	static const struct db_field reason_fields[] = { DB_FIELD(struct reason, run_id),
		DB_FIELD(struct reason, bad), DB_FIELD(struct reason, reason), DB_END };
	static const struct db_field text_fields[] = { DB_FIELD(struct text, run_id),
		DB_FIELD(struct text, bytes), DB_END };
	struct reason *reasons;
	struct text *texts;
	size_t n, ntexts, at = 0;

	TRY(db_many(c, SQL_RUN_REASONS, DB_ARGS(db_text(runs)), reason_fields, sizeof(*reasons),
	    &reasons, &n));
	TRY(db_many(c, SQL_RUN_TEXTS, DB_ARGS(db_text(runs), db_int(RUN_WORDS_EACH)), text_fields,
	    sizeof(*texts), &texts, &ntexts));
	for (size_t i = 0; i < n; i++) {
		struct buf text = printed(c, reasons[i].run_id, texts, ntexts, &at);
		TRY(put(c, &reasons[i], &text));
	}
	return OK;
}

static enum err tally(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { DB_FIELD(struct folded, taken),
		DB_FIELD(struct folded, runs), DB_END };
	struct tally *t = arg;
	struct folded f;

	TRY(db_one(c, SQL_RUN_FOLD, DB_ARGS(db_int(t->max)), fields, &f));
	t->n = f.taken;
	return search_also(c, f.runs);
}

enum err run_tally(struct ctx *c, int64_t max, int64_t *n)
{
	struct tally t = { .max = max };

	TRY(db_atomically(c, tally, &t));
	*n = t.n;
	return OK;
}
