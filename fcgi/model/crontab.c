/* A crontab as jobs: what a line means, and what stands above it for it. */

#include <string.h>

#include "core/text.h"
#include "model/base64.h"
#include "model/import_inside.h"
#include "model/rights.h"
#include "schedule/lint.h"
#include "schedule/zone.h"

enum { VARIABLES = 100, COMMENT_MAX = 4000 };

/* What holds for a line: all that was set above it. */
struct reading {
	struct ctx *c;
	struct import_entries *out;
	bool user_column;
	int64_t line;
	const char *zone, *shell, *home, *mail, *comment;
	struct {
		const char *name, *value;
	} variables[VARIABLES];
	size_t n;
};

/* ---- NAME=value */

static bool is_name_start(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
}

static size_t name_length(const char *s)
{
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}

/* Quotes around all of it are not part of it. */
static const char *unquoted(struct ctx *c, const char *value)
{
	size_t len = strlen(value);

	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	if (len >= 2 && (*value == '"' || *value == '\'') && value[len - 1] == *value)
		return arena_strndup(c->arena, value + 1, len - 2);
	return arena_strndup(c->arena, value, len);
}

static enum err keep_variable(struct reading *r, const char *name, const char *value)
{
	size_t i = 0;

	if (strchr(value, ',') != NULL)
		return fail(r->c, ERR_INVALID, name,
		    "holds a comma, and Dkron splits the environment there: set it in the command "
		    "itself");
	while (i < r->n && strcmp(r->variables[i].name, name) != 0)
		i++;
	if (i == VARIABLES)
		return fail(
		    r->c, ERR_INVALID, name, "is one variable too many: %d are kept", VARIABLES);
	r->variables[i].name = name;
	r->variables[i].value = value;
	r->n = i == r->n ? i + 1 : r->n;
	return OK;
}

static enum err set_zone(struct reading *r, const char *name, const char *value)
{
	const struct zone *zone;

	if (zone_find(r->c, value, &zone) != OK)
		return fail(r->c, ERR_INVALID, name, "%s", zone_refusal(r->c, value));
	r->zone = value;
	return OK;
}

static enum err set_command_zone(struct reading *r, const char *name, const char *value)
{
	entries_note(r->out, r->line,
	    "TZ goes to the commands; cron does not read schedules in it. CRON_TZ=%s above them "
	    "does that, here too.",
	    value);
	return keep_variable(r, name, value);
}

static enum err set_shell(struct reading *r, const char *name, const char *value)
{
	if (*value != '/' ||
	    value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				"0123456789_./+-")] != '\0')
		return fail(r->c, ERR_INVALID, name, "“%.60s” is no path of a shell", value);
	r->shell = value;
	return OK;
}

static enum err set_home(struct reading *r, const char *name, const char *value)
{
	if (*value != '/')
		return fail(r->c, ERR_INVALID, name, "must be an absolute path");
	r->home = value;
	return keep_variable(r, name, value);
}

static enum err set_mail(struct reading *r, const char *name, const char *value)
{
	(void)name;
	r->mail = email_is_valid(value) ? value : "";
	if (*r->mail == '\0' && *value != '\0')
		entries_note(r->out, r->line,
		    "“%.60s” is not one e-mail address, so the jobs below have nobody to write to.",
		    value);
	return OK;
}

static enum err leave_out(struct reading *r, const char *name, const char *value)
{
	(void)value;
	entries_note(r->out, r->line, "%s speaks to cron alone and was left out.", name);
	return OK;
}

static const struct setting {
	const char *name;
	enum err (*set)(struct reading *r, const char *name, const char *value);
} settings[] = {
	{ "CRON_TZ", set_zone },
	{ "TZ", set_command_zone },
	{ "SHELL", set_shell },
	{ "HOME", set_home },
	{ "MAILTO", set_mail },
	{ "MAILFROM", leave_out },
	{ "CONTENT_TYPE", leave_out },
	{ "CONTENT_TRANSFER_ENCODING", leave_out },
	{ "LOGNAME", leave_out },
	{ "USER", leave_out },
	{ "RANDOM_DELAY", leave_out },
	{ "START_HOURS_RANGE", leave_out },
};

static enum err refuse(struct reading *r, const char *name)
{
	struct import_entry *entry;

	TRY(entries_add(r->out, r->line, &entry));
	entry->name = name;
	entry->field = r->c->fault.field;
	entry->message = r->c->fault.detail;
	return OK;
}

static enum err read_variable(struct reading *r, const char *line, const char *equals)
{
	struct ctx *c = r->c;
	const char *name = arena_strndup(c->arena, line, name_length(line));
	const char *value = unquoted(c, equals + 1 + strspn(equals + 1, " \t"));
	enum err (*set)(struct reading *, const char *, const char *) = keep_variable;

	for (size_t i = 0; i < LENGTH(settings); i++)
		if (strcmp(settings[i].name, name) == 0)
			set = settings[i].set;
	return set(r, name, value) == OK ? OK : refuse(r, "");
}

/* ---- a job */

static const char *environment(struct reading *r)
{
	const char *text = "";

	for (size_t i = 0; i < r->n; i++)
		text = arena_printf(r->c->arena, "%s%s%s=%s", text, i > 0 ? "," : "",
		    r->variables[i].name, r->variables[i].value);
	return text;
}

/* Dkron runs commands through /bin/sh; another shell is called from there. */
static const char *in_shell(struct reading *r, const char *command)
{
	const char *text;

	if (strcmp(r->shell, "/bin/sh") == 0)
		return command;
	text = arena_printf(r->c->arena, "exec %s -c '", r->shell);
	for (;;) {
		size_t len = strcspn(command, "'");
		text = arena_printf(r->c->arena, "%s%.*s", text, (int)len, command);
		if (command[len] == '\0')
			return arena_printf(r->c->arena, "%s'", text);
		text = arena_printf(r->c->arena, "%s'\\''", text);
		command += len + 1;
	}
}

static void set_text(struct ctx *c, struct json *o, const char *key, const char *value)
{
	json_set(o, key, json_string(c->arena, value));
}

static struct json *config_of(struct reading *r, const char *command, const char *user)
{
	struct ctx *c = r->c;
	struct json *config = json_object(c->arena);
	const char *line, *input;

	crontab_command(c, command, &line, &input);
	set_text(c, config, "command", in_shell(r, line));
	set_text(c, config, "shell", "true");
	set_text(c, config, "env", environment(r));
	set_text(c, config, "payload",
	    input != NULL ? base64_write(c->arena, input, strlen(input)) : "");
	if (*r->home != '\0')
		set_text(c, config, "cwd", r->home);
	if (user != NULL)
		set_text(c, config, "su", user);
	return config;
}

static enum err add_job(
    struct reading *r, const char *schedule, const char *command, const char *user)
{
	struct ctx *c = r->c;
	struct json *input = json_object(c->arena);
	struct import_entry *entry;

	TRY(entries_add(r->out, r->line, &entry));
	entry->name = crontab_name(c, command);
	entry->named_here = entry->merge = true;
	entry->input = input;
	set_text(c, input, "schedule", schedule);
	set_text(c, input, "timezone", *schedule == '@' ? "" : r->zone);
	set_text(c, input, "executor", "shell");
	json_set(input, "executor_config", config_of(r, command, user));
	if (*r->mail != '\0')
		set_text(c, input, "owner_email", r->mail);
	if (*r->comment != '\0')
		set_text(c, input, "description", r->comment);
	return OK;
}

/* The next word of *line, NULL when there is none. */
static const char *take_word(struct ctx *c, const char **line)
{
	const char *s = *line + strspn(*line, " \t");
	size_t len = strcspn(s, " \t");

	*line = s + len;
	return len > 0 ? arena_strndup(c->arena, s, len) : NULL;
}

static const struct schedule *parsed(struct reading *r, const char *expression)
{
	struct schedule *s;

	return schedule_parse(r->c, expression, *expression == '@' ? "" : r->zone, "", &s) == OK
		   ? s
		   : NULL;
}

/* What the same times do differently in Dkron. */
static void note_differences(struct reading *r, const struct schedule *s, const char *const five[5])
{
	static const char *const alike[] = { "either_day", "uneven_step", "zone_local" };
	struct schedule_warning *warnings;
	size_t n = schedule_lint(r->c, s, r->c->now_us, &warnings);

	if (five != NULL && crontab_needs_both_days(five) && s->days_either)
		entries_note(r->out, r->line,
		    "cron runs this only on days that fit both %s and %s, because one of them "
		    "begins with a star. Dkron takes a star with a step as a choice of days: there "
		    "it is enough that one of them fits.",
		    five[2], five[4]);
	for (size_t i = 0; i < n; i++) {
		bool known = false;
		for (size_t j = 0; j < LENGTH(alike); j++)
			known = known || strcmp(alike[j], warnings[i].code) == 0;
		if (!known)
			entries_note(r->out, r->line, "%s", warnings[i].message);
	}
}

static enum err read_schedule(struct reading *r, const char **line, const char **out)
{
	const char *five[5] = { NULL };
	const struct schedule *s;
	struct ctx *c = r->c;

	if (**line == '@') {
		TRY(crontab_macro(c, take_word(c, line), r->zone, out));
	} else {
		for (size_t i = 0; i < LENGTH(five); i++)
			if ((five[i] = take_word(c, line)) == NULL)
				return fail(c, ERR_INVALID, "schedule",
				    "expected five fields and a command, found %zu words", i);
		TRY(crontab_schedule(c, five, out));
	}
	if ((s = parsed(r, *out)) == NULL)
		return ERR_INVALID;
	note_differences(r, s, *five != NULL ? five : NULL);
	return OK;
}

static enum err read_job(struct reading *r, const char *line)
{
	const char *schedule = NULL, *user = NULL;
	struct ctx *c = r->c;

	if (read_schedule(r, &line, &schedule) != OK)
		return refuse(r, "");
	if (r->user_column)
		user = take_word(c, &line);
	line += strspn(line, " \t");
	if (*line == '\0') {
		fault_set(c, "command", "there is no command behind the schedule%s",
		    r->user_column ? " and the user" : "");
		return refuse(r, "");
	}
	if (!r->user_column && crontab_user(line) != NULL)
		entries_note(r->out, r->line,
		    "“%s” is taken for the command. If it is the user, as in /etc/crontab, say "
		    "that the lines name one.",
		    crontab_user(line));
	return add_job(r, schedule, line, user);
}

/* ---- lines */

/* What stands right above a job describes it, unless it is a job that was put out of use, or the
 * ruler that crontabs come with. */
static void read_comment(struct reading *r, const char *text)
{
	struct ctx *c = r->c;

	text += strspn(text, "#");
	text += strspn(text, " \t");
	bool job = *text == '*' || *text == '@' || (*text >= '0' && *text <= '9');
	bool ruler = text_starts(text, "m h ") || text_starts(text, "|") || text_starts(text, "+-");
	if (job || ruler || *text == '\0' || !text_is_text(text, 1, COMMENT_MAX) ||
	    strlen(text) + strlen(r->comment) > COMMENT_MAX) {
		r->comment = "";
		return;
	}
	r->comment = *r->comment == '\0' ? arena_strdup(c->arena, text)
					 : arena_printf(c->arena, "%s\n%s", r->comment, text);
}

static enum err read_line(struct reading *r, const char *line)
{
	size_t name;

	line += strspn(line, " \t");
	if (*line == '#') {
		read_comment(r, line);
		return OK;
	}
	enum err e = OK;
	if (is_name_start(*line) && (name = name_length(line)) > 0) {
		const char *equals = line + name + strspn(line + name, " \t");
		e = *equals == '=' ? read_variable(r, line, equals) : read_job(r, line);
	} else if (*line != '\0') {
		e = read_job(r, line);
	}
	r->comment = "";
	return e;
}

enum err crontab_read(
    struct ctx *c, const char *text, size_t len, bool user_column, struct import_entries *out)
{
	struct reading r = { .c = c,
		.out = out,
		.user_column = user_column,
		.zone = "",
		.shell = "/bin/sh",
		.home = "",
		.mail = "",
		.comment = "" };

	if (!text_is_utf8(text, len) || memchr(text, '\0', len) != NULL)
		return fail(c, ERR_INVALID, NULL, "A crontab must be UTF-8 text.");
	for (const char *s = text, *end = text + len; s < end; s++) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		size_t n = (size_t)((stop != NULL ? stop : end) - s);
		size_t shown = n > 0 && s[n - 1] == '\r' ? n - 1 : n;
		r.line++;
		TRY(read_line(&r, arena_strndup(c->arena, s, shown)));
		s += n;
	}
	return OK;
}
