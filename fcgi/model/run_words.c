#include "model/run_words.h"

#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/like.h"

enum { WORDS_MAX = 12, WORD_MAX = 60, ERROR_MAX = 200, PREFIX_MIN = 3 };

static bool is_digit(char b)
{
	return b >= '0' && b <= '9';
}

static bool in_word(char b)
{
	return (unsigned char)b >= 0x80 || is_digit(b) ||
	       (like_letter(b) >= 'a' && like_letter(b) <= 'z');
}

static bool is_space(char b)
{
	return b != '\0' && (unsigned char)b <= ' ';
}

const char *run_words_clean(struct arena *a, const char *text, size_t len)
{
	size_t n;
	char *s = text_clean(a, text, len, &n);

	for (size_t i = 0; i < n; i++)
		if (!in_word(s[i]))
			s[i] = ' ';
	return s;
}

/* Words between spaces; *out points into `s`, which is cut up. */
static size_t split(char *s, char **out, size_t max)
{
	size_t n = 0;

	for (char *at = s + strspn(s, " "); *at != '\0' && n < max; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		out[n++] = at;
		at += len;
		if (*at != '\0')
			*at++ = '\0';
	}
	return n;
}

/* As run_vector() in SQL cuts words. */
static void cut(char *word)
{
	for (int n = 0; *word != '\0'; word++)
		if ((*word & 0xc0) != 0x80 && n++ == WORD_MAX) {
			*word = '\0';
			return;
		}
}

static const char *query_of(struct arena *a, const char *q)
{
	char *s = arena_strdup(a, run_words_clean(a, q, strlen(q))), *words[WORDS_MAX];
	size_t n = split(s, words, WORDS_MAX);
	struct buf b;

	if (n == 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		cut(words[i]);
	buf_init(&b, a, (size_t)8 * RUN_Q_MAX);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s'%s'%s", i == 0 ? "" : " & ", words[i],
		    i + 1 == n && strlen(words[i]) >= PREFIX_MIN ? ":*" : "");
	return b.data;
}

enum err run_words_of(struct ctx *c, const char *q, struct run_words *out)
{
	char *parts[WORDS_MAX];
	const char **patterns;

	*out = (struct run_words){ .query = NULL };
	if (q == NULL || q[strspn(q, " ")] == '\0')
		return OK;
	if (!text_is_line(q, 1, RUN_Q_MAX))
		return fail(
		    c, ERR_INVALID, "q", "must be one line of at most %d characters", RUN_Q_MAX);
	out->n = split(arena_strdup(c->arena, q), parts, WORDS_MAX);
	patterns = arena_alloc(c->arena, out->n, sizeof(*patterns));
	for (size_t i = 0; i < out->n; i++) {
		patterns[i] = like_lower(c->arena, parts[i]);
		if (out->longest == NULL || strlen(patterns[i]) > strlen(out->longest))
			out->longest = patterns[i];
	}
	out->patterns = patterns;
	out->query = query_of(c->arena, q);
	return OK;
}

/* ---- why it failed */

static bool has_word(const char *line, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= len; i++)
		if (strncasecmp(line + i, word, n) == 0)
			return true;
	return false;
}

static bool names_trouble(const char *line, size_t len)
{
	static const char *const words[] = { "error", "fatal", "fail", "exception", "panic",
		"denied", "cannot", "can't", "could not", "unable", "no such", "not found",
		"refused", "timed out", "timeout", "locked", "abort", "segmentation", "killed" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (has_word(line, len, words[i]))
			return true;
	return false;
}

static size_t trim(const char **line, size_t len)
{
	while (len > 0 && is_space(**line)) {
		(*line)++;
		len--;
	}
	while (len > 0 && is_space((*line)[len - 1]))
		len--;
	return len;
}

/* Dkron's own first line of a failed command is not what the command said. */
static bool is_exit_status(const char *line, size_t len)
{
	return len > 12 && len < 20 && memcmp(line, "exit status ", 12) == 0;
}

static const char *key_of(struct arena *a, const char *line)
{
	char *key = arena_strdup(a, line), *to = key;

	for (const char *s = line; *s != '\0'; s++) {
		if (is_digit(*s)) {
			if (to == key || to[-1] != '#')
				*to++ = '#';
		} else {
			*to++ = like_letter(*s);
		}
	}
	*to = '\0';
	return key;
}

const char *run_words_error(struct arena *a, const char *text, size_t len, const char **key)
{
	const char *best = NULL, *end = text + len;
	size_t best_len = 0, clean_len;

	for (const char *at = text; at < end;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at)), *line = at;
		size_t n = trim(&line, (size_t)((stop == NULL ? end : stop) - at));
		if (n > 0 && (best == NULL || !is_exit_status(line, n))) {
			best = line;
			best_len = n;
		}
		if (n > 0 && !is_exit_status(line, n) && names_trouble(line, n))
			break;
		at = stop == NULL ? end : stop + 1;
	}
	if (best == NULL)
		return NULL;
	while (best_len > ERROR_MAX || (best_len == ERROR_MAX && (best[best_len] & 0xc0) == 0x80))
		best_len = best_len > ERROR_MAX ? ERROR_MAX : best_len - 1;
	char *clean = text_clean(a, best, best_len, &clean_len);
	for (size_t i = 0; i < clean_len; i++)
		if ((unsigned char)clean[i] < 0x20)
			clean[i] = ' ';
	*key = key_of(a, clean);
	return clean;
}
