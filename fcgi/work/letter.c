#include "work/letter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/json.h"
#include "model/message.h"
#include "model/rights.h"
#include "model/task_token.h"
#include "remote/mail.h"
#include "view/view.h"

enum { HEADERS_MAX = 8 };

/* {"JOB": "hello", "EXIT": [{"CODE": "1"}], "LATE": true} */
static void fill(struct view *v, const struct json *values)
{
	const char *name;
	struct json *value;

	for (size_t i = 0; json_member(values, i, &name, &value); i++) {
		if (json_type(value) == JSON_STRING)
			view_text(v, name, json_text(value));
		else if (json_type(value) == JSON_INT)
			view_int(v, name, json_int(value));
		else if (json_type(value) == JSON_BOOL && json_bool(value))
			view_show(v, name);
		for (size_t k = 0; json_type(value) == JSON_ARRAY && k < json_length(value); k++)
			fill(view_section(v, name), json_at(value, k));
	}
}

/* What a template may use and need not. A name that is not empty is a section, too. */
static void offer(struct view *v, const struct json *words)
{
	const char *name, *text;
	struct json *value;

	for (size_t i = 0; json_member(words, i, &name, &value); i++) {
		text = json_text(value);
		if (json_type(value) == JSON_STRING)
			view_text(v, name, text);
		if (*text != '\0')
			view_show(v, name);
		for (size_t k = 0; k < json_length(value); k++)
			offer(view_section(v, name), json_at(value, k));
	}
}

/* NULL: the mail carries no token. */
static enum err token_of(struct ctx *c, const struct json *payload, const char **token)
{
	const struct json *of = json_get(payload, "token");

	*token = NULL;
	if (json_type(of) != JSON_OBJECT)
		return OK;
	return task_token_text(
	    c, json_text(json_get(of, "task")), json_text(json_get(of, "hash")), token);
}

static enum err render(
    struct ctx *c, const struct json *payload, const char *ending, const char **out)
{
	struct view *v = view_new(c);
	const char *token;

	TRY(token_of(c, payload, &token));
	view_offer(v, true);
	offer(v, json_get(payload, "words"));
	view_text(v, "TOKEN", token);
	view_offer(v, false);
	if (token != NULL)
		view_text(
		    v, "TOKEN_URL", message_url(c, arena_printf(c->arena, "/token/%s", token)));
	fill(v, json_get(payload, "values"));
	view_include(v, "FACTS", arena_printf(c->arena, "mail/parts/facts.%s", ending));
	return view_render(v,
	    arena_printf(c->arena, "mail/%s.%s", json_text(json_get(payload, "template")), ending),
	    out);
}

static const char *or_null(const struct json *text)
{
	return text == NULL || json_type(text) != JSON_STRING ? NULL : json_text(text);
}

static size_t more_headers(const struct json *headers, struct mail_header *out)
{
	struct json *value;
	size_t n = 0;

	while (
	    headers != NULL && n < HEADERS_MAX && json_member(headers, n, &out[n].name, &value)) {
		out[n].value = json_text(value);
		n++;
	}
	return n;
}

enum err letter_write(struct worker *w, const struct message_item *item, struct letter *out)
{
	struct ctx *c = &w->c;
	struct mail_header more[HEADERS_MAX];
	struct json *payload;
	struct mail m = { .key = item->key, .host = message_host(c), .to = item->target };

	TRY(json_parse(c, item->payload, strlen(item->payload), &payload));
	TRY(render(c, payload, "txt", &m.text));
	TRY(render(c, payload, "html", &m.html));
	m.subject = json_text(json_get(payload, "subject"));
	m.reply_to = or_null(json_get(payload, "reply_to"));
	m.from = m.reply_to != NULL ? m.reply_to : message_from(c);
	m.list = item->team.text;
	m.at_us = item->made_us;
	m.more = more;
	m.nmore = more_headers(json_get(payload, "headers"), more);
	out->sender = or_null(json_get(payload, "bounces"));
	if (out->sender == NULL)
		out->sender = w->config->mail_from;
	else if (!email_is_valid(out->sender))
		return fail(c, ERR_INVALID, "from", "must be a mail address");
	return mail_write(c, &m, &out->text);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t len = strlen(text), done = 0;

	if (fd < 0)
		return false;
	while (done < len) {
		ssize_t n = write(fd, text + done, len - done);
		if (n < 0)
			break;
		done += (size_t)n;
	}
	bool good = done == len && fsync(fd) == 0;
	int why = errno;
	close(fd);
	errno = why;
	return good;
}

bool letter_keep(
    struct worker *w, const struct message_item *item, const char *text, const char **why)
{
	struct arena *a = w->c.arena;
	const char *folder = w->config->mail_dir;

	*why = "there is no mail server: set SIGNALBOX_SMTP_URL";
	if (*folder == '\0')
		return false;
	const char *path = arena_printf(a, "%s/%s.eml", folder, item->key);
	const char *half = arena_printf(a, "%s/.%s", folder, item->key);
	bool there = mkdir(folder, 0700) == 0 || errno == EEXIST;
	if (there && write_file(half, text) && rename(half, path) == 0)
		return true;
	*why = arena_printf(a, "%s: %s", path, strerror(errno));
	return false;
}
