#include "engine/argv.h"

#include <string.h>

#include "core/buf.h"

struct splitter {
	struct arena *arena;
	char **words;
	size_t count;
	struct buf word;
	bool any, quoted; /* the word has begun; it had quotes, so it counts even when empty */
	char open;        /* the quote that is open: ' " ` or ) for $( */
};

static bool is_open(const struct splitter *s, const char *which)
{
	return s->open != '\0' && strchr(which, s->open) != NULL;
}

static void put(struct splitter *s, char byte)
{
	buf_add(&s->word, &byte, 1);
	s->any = true;
}

static void flush(struct splitter *s, size_t max)
{
	if (s->quoted || (s->any && s->word.len > 0)) {
		s->words[s->count++] = s->word.data;
		buf_init(&s->word, s->arena, max);
	}
	s->any = s->quoted = false;
}

/* Behind a backslash; inside backquotes and $( ) both bytes are kept for whoever runs them. */
static void escaped(struct splitter *s, char byte)
{
	if (is_open(s, "`)")) {
		put(s, '\\');
		put(s, byte);
	} else {
		put(s, (char)(byte == 't' ? '\t' : byte == 'n' ? '\n' : byte));
	}
}

/* A quote that opens or closes and is itself no part of the word; false: it is an ordinary byte
 * here. */
static bool quote(struct splitter *s, char byte)
{
	if (s->open == byte) {
		s->open = '\0';
		s->quoted = true;
		return true;
	}
	if (s->open != '\0')
		return false;
	s->open = byte;
	return true;
}

/* $( opens what only ) closes; a parenthesis elsewhere is an error. False: an error. */
static bool parenthesis(struct splitter *s, char byte)
{
	size_t n = s->word.len;
	const char *w = s->word.data;

	if (is_open(s, "'\"`")) {
		put(s, byte);
		return true;
	}
	if (byte == ')') {
		if (s->open != ')')
			return false;
		s->open = '\0';
		put(s, byte);
		return true;
	}
	if (s->open == ')' || n == 0 || w[n - 1] != '$' || (n > 1 && w[n - 2] == '\\'))
		return false;
	s->open = ')';
	buf_add(&s->word, &byte, 1);
	return true;
}

/* One byte outside of escapes and spaces. False: an error. */
static bool plain(struct splitter *s, char byte)
{
	if (byte == '(' || byte == ')')
		return parenthesis(s, byte);
	if (byte == '"' || byte == '\'') {
		if (!is_open(s, "`)") && quote(s, byte))
			return true;
	} else if (byte == '`' && !is_open(s, "'\")")) {
		s->open = s->open == '`' ? '\0' : '`';
	}
	put(s, byte);
	return true;
}

/* "2>file": the digits belong to the redirection, which is not ours. */
static void drop_digits(struct splitter *s, char byte)
{
	if (byte == '>' && s->word.len > 0 && strspn(s->word.data, "0123456789") == s->word.len)
		s->any = s->quoted = false;
}

/* Returns false on an error. */
static bool walk(struct splitter *s, const char *line, size_t max)
{
	bool escape = false;

	for (; *line != '\0'; line++) {
		if (escape) {
			escape = false;
			escaped(s, *line);
		} else if (*line == '\\' && !is_open(s, "'")) {
			escape = true;
		} else if (strchr(" \t\r\n", *line) != NULL) {
			if (s->open != '\0')
				buf_add(&s->word, line, 1);
			else
				flush(s, max);
		} else if (s->open == '\0' && strchr(";&|<>", *line) != NULL) {
			drop_digits(s, *line);
			break;
		} else if (!plain(s, *line)) {
			return false;
		}
	}
	flush(s, max);
	return !escape && s->open == '\0';
}

enum err argv_split(struct ctx *c, const char *line, char ***argv)
{
	size_t max = strlen(line) + 1;
	struct splitter s = { .arena = c->arena,
		.words = arena_alloc(c->arena, max / 2 + 2, sizeof(char *)) };

	buf_init(&s.word, c->arena, max);
	if (!walk(&s, line, max))
		return fail(c, ERR_INVALID, "command", "invalid command line string");
	if (s.count == 0)
		return fail(c, ERR_INVALID, "command", "shell: Command missing");
	*argv = s.words;
	return OK;
}
