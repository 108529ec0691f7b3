/* The command of a crontab's line: its input, and a name for the job. */

#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/import_inside.h"

enum { NAME_BYTES = 40, NAME_WORDS = 3 };

/* A bare % ends the command; "\%" is one that stays. */
static size_t command_length(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0' && s[n] != '%')
		n += s[n] == '\\' && s[n + 1] != '\0' ? 2 : 1;
	return n;
}

/* `len` bytes with "\%" as "%", and each bare % as `bare`. */
static const char *without_escapes(struct ctx *c, const char *s, size_t len, char bare)
{
	char *copy = arena_strndup(c->arena, s, len), *to = copy;

	for (const char *from = copy; *from != '\0'; from++) {
		bool escape = from[0] == '\\' && from[1] != '\0';
		if (escape && from[1] != '%')
			*to++ = *from;
		from += escape;
		*to++ = *from == '%' && !escape ? bare : *from;
	}
	*to = '\0';
	return copy;
}

void crontab_command(struct ctx *c, const char *text, const char **command, const char **input)
{
	size_t len = command_length(text);

	*command = without_escapes(c, text, len, '%');
	*input = NULL;
	if (text[len] != '%')
		return;
	const char *lines = without_escapes(c, text + len + 1, strlen(text + len + 1), '\n');
	*input = text_ends(lines, "\n") ? lines : arena_printf(c->arena, "%s\n", lines);
}

/* ---- a name */

/* Words in front of the command that say nothing about what it does, and how many of the words
 * behind them say nothing either. */
static const struct wrapper {
	const char *word;
	int more;
} wrappers[] = {
	{ "cd", 100 },
	{ "test", 100 },
	{ "[", 100 },
	{ "set", 100 },
	{ "umask", 100 },
	{ "ulimit", 100 },
	{ "export", 100 },
	{ ".", 100 },
	{ "source", 100 },
	{ "sleep", 1 },
	{ "timeout", 1 },
	{ "flock", 1 },
	{ "env", 0 },
	{ "nice", 0 },
	{ "ionice", 0 },
	{ "nohup", 0 },
	{ "sudo", 0 },
	{ "exec", 0 },
	{ "time", 0 },
	{ "chronic", 0 },
	{ "systemd-cat", 0 },
	{ "setsid", 0 },
	{ "command", 0 },
	{ "sh", 0 },
	{ "bash", 0 },
	{ "dash", 0 },
	{ "zsh", 0 },
	{ "ksh", 0 },
	{ "python", 0 },
	{ "python2", 0 },
	{ "python3", 0 },
	{ "perl", 0 },
	{ "php", 0 },
	{ "ruby", 0 },
	{ "node", 0 },
	{ "java", 0 },
	{ "if", 0 },
	{ "then", 0 },
	{ "(", 0 },
	{ "{", 0 },
	{ "!", 0 },
};

static const struct wrapper *find_wrapper(const char *word)
{
	for (size_t i = 0; i < LENGTH(wrappers); i++)
		if (strcmp(wrappers[i].word, word) == 0)
			return &wrappers[i];
	return NULL;
}

static bool ends_command(char ch)
{
	return ch == ';' || ch == '&' || ch == '|';
}

static size_t word_length(const char *s)
{
	return ends_command(*s) ? strspn(s, ";&|") : strcspn(s, " \t;&|");
}

/* "/usr/local/bin/backup.sh" is "backup". */
static const char *base(struct ctx *c, const char *word)
{
	static const char *const ends[] = { ".sh", ".py", ".pl", ".rb", ".php", ".js", ".bash" };
	const char *slash = strrchr(word, '/');
	char *copy = arena_strdup(c->arena, slash != NULL ? slash + 1 : word);

	for (size_t i = 0; i < LENGTH(ends); i++)
		if (text_ends(copy, ends[i]) && strlen(copy) > strlen(ends[i]))
			copy[strlen(copy) - strlen(ends[i])] = '\0';
	return copy;
}

/* Adds a word in the letters that a name may have; "-" for all others, never two of them. */
static void add_word(struct buf *b, const char *word)
{
	if (b->len > 0)
		buf_text(b, "-");
	for (; *word != '\0' && b->len < NAME_BYTES; word++) {
		char ch = *word;
		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch - 'A' + 'a');
		bool plain = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_';
		if (plain)
			buf_add(b, &ch, 1);
		else if (b->len > 0 && b->data[b->len - 1] != '-')
			buf_text(b, "-");
	}
	while (b->len > 0 && b->data[b->len - 1] == '-')
		b->data[--b->len] = '\0';
}

/* A word behind the command that names what it does: "runner", "schedule:run", no file, option or
 * number. */
static bool is_verb(const char *word)
{
	return *word >= 'a' && *word <= 'z' &&
	       word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_:-")] == '\0';
}

/* Options of wrappers that have a word behind them; numbers say nothing anyway. */
static bool has_value(const char *option)
{
	return strcmp(option, "-u") == 0 || strcmp(option, "-g") == 0;
}

static bool is_number(const char *word)
{
	return word[strspn(word, "0123456789")] == '\0';
}

/* Where the command begins that does the work: behind "cd /srv &&", "A=1", "nice -n 5", "php". */
static const char *find_work(struct ctx *c, const char *s)
{
	int skip = 0;

	for (s += strspn(s, " \t"); *s != '\0'; s += strspn(s, " \t")) {
		size_t len = word_length(s);
		const char *word = arena_strndup(c->arena, s, len);
		const struct wrapper *wrapper = find_wrapper(base(c, word));
		if (ends_command(*s))
			skip = 0;
		else if (*s == '-')
			skip += has_value(word);
		else if (skip > 0)
			skip--;
		else if (wrapper != NULL)
			skip = wrapper->more;
		else if (strchr(word, '=') == NULL && !is_number(word))
			return s;
		s += len;
	}
	return s;
}

const char *crontab_name(struct ctx *c, const char *command)
{
	const char *s = find_work(c, command);
	struct buf b;

	buf_init(&b, c->arena, 4 * NAME_BYTES);
	for (int n = 0; n < NAME_WORDS && *s != '\0' && !ends_command(*s); n++) {
		size_t len = word_length(s);
		const char *word = arena_strndup(c->arena, s, len);
		if (n > 0 && !is_verb(word))
			break;
		add_word(&b, base(c, word));
		s += len;
		s += strspn(s, " \t");
	}
	return b.len > 0 ? b.data : "job";
}

const char *crontab_user(const char *command)
{
	static const char *const users[] = { "root", "www-data", "nobody", "daemon" };

	for (size_t i = 0; i < LENGTH(users); i++) {
		size_t len = strlen(users[i]);
		if (strncmp(command, users[i], len) == 0 && strspn(command + len, " \t") > 0)
			return users[i];
	}
	return NULL;
}
