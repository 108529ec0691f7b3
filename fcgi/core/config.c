#include "core/config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config_rules.h"
#include "core/text.h"

enum { FILE_MAX_BYTES = 64 * 1024, LINES_MAX = 256, ARENA_BYTES = 16 * 1024 * 1024 };

static const char prefix[] = "SIGNALBOX_";

const struct setting settings[] = {
#define X(member, name, kind, standard, min, max, choices, help) \
	{ name, kind, standard, min, max, choices, help, offsetof(struct config, member) },
	CONFIG_SETTINGS(X)
#undef X
};
const size_t nsettings = LENGTH(settings);

/* The lines of the --config file. */
struct lines {
	struct line {
		const char *name, *value;
	} line[LINES_MAX];
	size_t n;
};

/* Values live as long as the process, whatever becomes of the caller's arena. */
static struct arena *forever(void)
{
	static struct arena *a;

	if (a == NULL)
		a = arena_create(ARENA_BYTES);
	return a;
}

static const char *full_name(const char *name, const char *suffix)
{
	return arena_printf(forever(), "%s%s%s", prefix, name, suffix);
}

/* The whole file as text; `name` is who is to blame when that cannot be. */
static enum err read_file(struct ctx *c, const char *name, const char *path, char **out)
{
	char *text = arena_alloc(c->arena, FILE_MAX_BYTES + 1, 1);
	size_t len = 0;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(c, ERR_INVALID, name, "%s: %s", path, strerror(errno));
	while (len <= FILE_MAX_BYTES && (n = read(fd, text + len, FILE_MAX_BYTES + 1 - len)) > 0)
		len += (size_t)n;
	int why = errno;
	close(fd);
	if (n < 0)
		return fail(c, ERR_INVALID, name, "%s: %s", path, strerror(why));
	if (len > FILE_MAX_BYTES || memchr(text, '\0', len) != NULL)
		return fail(c, ERR_INVALID, name, "%s: not a text file of at most %d bytes", path,
		    FILE_MAX_BYTES);
	*out = arena_strndup(forever(), text, len);
	return OK;
}

static bool is_secret(const struct setting *s)
{
	return s->kind == CONFIG_SECRET || s->kind == CONFIG_KEY;
}

static const struct setting *find(const char *name, bool *is_file)
{
	size_t len = strlen(prefix);

	if (strncmp(name, prefix, len) != 0)
		return NULL;
	name += len;
	for (size_t i = 0; i < nsettings; i++) {
		const struct setting *s = &settings[i];
		size_t n = strlen(s->name);
		if (strncmp(name, s->name, n) != 0)
			continue;
		*is_file = is_secret(s) && strcmp(name + n, "_FILE") == 0;
		if (name[n] == '\0' || *is_file)
			return s;
	}
	return NULL;
}

static char *trim(char *s)
{
	s += strspn(s, " \t");
	size_t len = strlen(s);
	while (len > 0 && strchr(" \t\r", s[len - 1]) != NULL)
		s[--len] = '\0';
	return s;
}

/* NAME="a b" and NAME='a b' mean what they mean to a shell and to systemd. */
static char *unquote(char *s)
{
	size_t len = strlen(s);

	if (len < 2 || (*s != '"' && *s != '\'') || s[len - 1] != *s)
		return s;
	s[len - 1] = '\0';
	return s + 1;
}

static enum err add_line(struct ctx *c, struct lines *lines, char *text)
{
	char *equals = strchr(text, '=');
	bool is_file;

	if (equals == NULL)
		return fail(c, ERR_INVALID, text, "in the file: expected NAME=value");
	*equals = '\0';
	const char *name = trim(text);
	if (find(name, &is_file) == NULL)
		return fail(c, ERR_INVALID, name, "in the file: there is no such setting");
	for (size_t i = 0; i < lines->n; i++)
		if (strcmp(lines->line[i].name, name) == 0)
			return fail(c, ERR_INVALID, name, "in the file: given twice");
	if (lines->n == LINES_MAX)
		return fail(c, ERR_INVALID, name, "in the file: too many lines");
	lines->line[lines->n++] = (struct line){ name, unquote(trim(equals + 1)) };
	return OK;
}

static enum err read_lines(struct ctx *c, const char *path, struct lines *lines)
{
	char *text, *line;

	TRY(read_file(c, "--config", path, &text));
	while ((line = strsep(&text, "\n")) != NULL) {
		line = trim(line);
		if (*line != '\0' && *line != '#')
			TRY(add_line(c, lines, line));
	}
	return OK;
}

static enum err check_environment(struct ctx *c)
{
	bool is_file;

	for (char **e = environ; *e != NULL; e++) {
		const char *name = arena_strndup(c->arena, *e, strcspn(*e, "="));
		if (text_starts(name, prefix) && find(name, &is_file) == NULL)
			return fail(c, ERR_INVALID, name, "there is no such setting");
	}
	return OK;
}

/* lines NULL: the environment. */
static const char *look_up(const struct lines *lines, const char *name)
{
	const char *value = NULL;

	if (lines == NULL)
		value = getenv(name);
	for (size_t i = 0; lines != NULL && i < lines->n; i++)
		if (strcmp(lines->line[i].name, name) == 0)
			value = lines->line[i].value;
	return value != NULL && *value != '\0' ? value : NULL;
}

/* One line; of a key, as many as there are. */
static enum err read_secret(
    struct ctx *c, const struct setting *s, const char *name, const char *path, const char **out)
{
	char *text;

	TRY(read_file(c, name, path, &text));
	size_t len = s->kind == CONFIG_KEY ? strlen(text) : strcspn(text, "\r\n");
	while (s->kind == CONFIG_KEY && len > 0 && strchr("\r\n", text[len - 1]) != NULL)
		len--;
	if (text[len + strspn(text + len, "\r\n")] != '\0')
		return fail(c, ERR_INVALID, name, "%s: must hold one line", path);
	text[len] = '\0';
	*out = text;
	return OK;
}

/* *out stays NULL when this source does not say. */
static enum err from(
    struct ctx *c, const struct setting *s, const struct lines *lines, const char **out)
{
	const char *name = full_name(s->name, ""), *file = full_name(s->name, "_FILE");
	const char *value = look_up(lines, name);
	const char *path = is_secret(s) ? look_up(lines, file) : NULL;

	if (value != NULL && path != NULL)
		return fail(
		    c, ERR_INVALID, name, "is given, and so is %s: one of them is enough", file);
	if (path != NULL)
		return read_secret(c, s, file, path, out);
	if (value != NULL)
		*out = arena_strdup(forever(), value);
	return OK;
}

enum err config_load(struct ctx *c, const char *file, struct config *out)
{
	static struct lines lines;

	lines.n = 0;
	TRY(check_environment(c));
	if (file != NULL)
		TRY(read_lines(c, file, &lines));
	for (size_t i = 0; i < nsettings; i++) {
		const struct setting *s = &settings[i];
		const char *value = NULL;
		TRY(from(c, s, NULL, &value));
		out->from[i] = value != NULL ? CONFIG_ENVIRONMENT : CONFIG_FILE;
		if (value == NULL)
			TRY(from(c, s, &lines, &value));
		if (value == NULL)
			out->from[i] = CONFIG_DEFAULT;
		if (value == NULL)
			value = s->standard;
		const char *wrong = setting_wrong(c->arena, s, value);
		if (wrong != NULL)
			return fail(c, ERR_INVALID, full_name(s->name, ""), "%s", wrong);
		*(const char **)((char *)out + s->offset) = value;
	}
	if (*out->smtp_url != '\0' && *out->mail_from == '\0')
		return fail(c, ERR_INVALID, full_name("MAIL_FROM", ""),
		    "is needed with SIGNALBOX_SMTP_URL");
	const char *name = NULL, *wrong = settings_wrong(out, &name);
	return wrong == NULL ? OK : fail(c, ERR_INVALID, full_name(name, ""), "%s", wrong);
}

int64_t config_int(const char *value)
{
	int64_t n = 0;
	bool is_number = text_int64(value, INT64_MIN, INT64_MAX, &n);

	assert(is_number);
	(void)is_number;
	return n;
}

bool config_row(const struct config *config, size_t i, struct config_row *out)
{
	if (i >= nsettings)
		return false;
	const struct setting *s = &settings[i];
	const char *value = *(const char *const *)((const char *)config + s->offset);
	bool secret = is_secret(s);
	*out = (struct config_row){ .name = s->name,
		.value = secret ? "" : value,
		.help = s->help,
		.secret = secret,
		.set = *value != '\0',
		.from = (enum config_from)config->from[i] };
	return true;
}

const char *config_from_words(enum config_from from)
{
	static const char *const words[] = { [CONFIG_DEFAULT] = "default",
		[CONFIG_FILE] = "file",
		[CONFIG_ENVIRONMENT] = "environment" };

	return words[from];
}

void config_print(FILE *to, const struct config *config)
{
	struct config_row row;

	for (size_t i = 0; config_row(config, i, &row); i++)
		fprintf(to, "%s%s=%s  # %s: %s\n", prefix, row.name,
		    row.secret && row.set ? "********" : row.value, config_from_words(row.from),
		    row.help);
}

void config_print_markdown(FILE *to)
{
	fprintf(to, "| name | default | what it is |\n|---|---|---|\n");
	for (size_t i = 0; i < nsettings; i++) {
		const struct setting *s = &settings[i];
		const char *tick = *s->standard == '\0' ? "" : "`";
		fprintf(to, "| `%s%s` | %s%s%s | %s%s |\n", prefix, s->name, tick, s->standard,
		    tick, s->help, is_secret(s) ? " (secret)" : "");
	}
}
