#ifndef MODEL_RUN_WORDS_H
#define MODEL_RUN_WORDS_H

/*
 * run_words: what is searched of a run, and how a search is put.
 *
 * Words are letters and digits; everything else stands between them, in what was printed as in what
 * is asked for. All words asked for must be there; the last may be the beginning of one.
 */

#include "core/ctx.h"

enum { RUN_WORDS_EACH = 16 * 1024, RUN_Q_MAX = 200 };

/* What Postgres' parser of words is given: bytes that are neither letters nor digits became spaces.
 */
const char *run_words_clean(struct arena *a, const char *text, size_t len);

struct run_words {
	const char *query; /* a tsquery; NULL: there is no word in it */
	const char *const
	    *patterns; /* LIKE patterns, one a part between spaces, for names of jobs */
	size_t n;
	const char *longest; /* of the patterns */
};

/* `q` NULL or blank: query NULL and n 0. ERR_INVALID "q". */
MUST_USE enum err run_words_of(struct ctx *c, const char *q, struct run_words *out);

/* The line of an output that likely says why it failed: the first that names an error, else the
 * last with anything in it; cut to a few hundred bytes; NULL: there is none. *key is the same
 * without numbers and quoted things, so that the same trouble on another day is the same. */
const char *run_words_error(struct arena *a, const char *text, size_t len, const char **key);

#endif
