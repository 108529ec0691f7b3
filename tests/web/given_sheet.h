#ifndef TESTS_WEB_GIVEN_SHEET_H
#define TESTS_WEB_GIVEN_SHEET_H

/* The form of a task type as a browser without script has it: what the page holds, sent as it is.
 */

#include <stdio.h>
#include <string.h>

#include "action/given_task.h"
#include "action/type_own.h"
#include "core/buf.h"
#include "model/given_alert.h"
#include "web/admin/type_form.h"
#include "web/given_admin.h"

#define AT "/settings/types/new"

enum { FORM_MAX = 512 * 1024 };

/* ---- a browser without script: what the page holds, sent as it is */

/* &lt; and what else the templates write, back. */
GIVEN const char *plain(struct ctx *c, const char *html, size_t len)
{
	static const char *const marks[][2] = { { "&lt;", "<" }, { "&gt;", ">" },
		{ "&quot;", "\"" }, { "&#39;", "'" }, { "&amp;", "&" } };
	char *out = arena_alloc(c->arena, len + 1, 1), *to = out;

	for (size_t i = 0; i < len;) {
		size_t k = 0;
		while (
		    k < LENGTH(marks) && strncmp(html + i, marks[k][0], strlen(marks[k][0])) != 0)
			k++;
		*to++ = k < LENGTH(marks) ? *marks[k][1] : html[i];
		i += k < LENGTH(marks) ? strlen(marks[k][0]) : 1;
	}
	*to = '\0';
	return out;
}

GIVEN const char *attribute(struct ctx *c, const char *tag, size_t len, const char *name)
{
	const char *from = strstr(tag, arena_printf(c->arena, " %s=\"", name));

	if (from == NULL || from > tag + len)
		return NULL;
	from += strlen(name) + 3;
	return plain(c, from, strcspn(from, "\""));
}

GIVEN bool says(struct ctx *c, const char *tag, size_t len, const char *word)
{
	return strstr(arena_strndup(c->arena, tag, len), word) != NULL;
}

/* What a browser sends of that element; NULL: nothing. */
GIVEN const char *value_of(struct ctx *c, const char *tag, size_t len)
{
	if (text_starts(tag, "<input")) {
		const char *value = attribute(c, tag, len, "value");
		bool box = says(c, tag, len, "type=\"checkbox\"");
		return box && !says(c, tag, len, " checked") ? NULL : value == NULL ? "" : value;
	}
	if (text_starts(tag, "<textarea")) {
		const char *from = tag + len + 1;
		from += *from == '\n' ? 1 : 0;
		return plain(c, from, (size_t)(strstr(from, "</textarea>") - from));
	}
	const char *end = strstr(tag, "</select>"), *chosen = strstr(tag, " selected");
	const char *option = strstr(tag, "<option");
	while (chosen != NULL && chosen < end && strstr(option + 1, "<option") != NULL &&
	       strstr(option + 1, "<option") < chosen)
		option = strstr(option + 1, "<option");
	return attribute(c, option, strcspn(option, ">"), "value");
}

struct sheet {
	const char *name[600], *value[600];
	size_t n;
};

/* The inputs of the page's form, by name. */
GIVEN struct sheet *sheet_of(struct ctx *c, const char *page)
{
	struct sheet *s = arena_new(c->arena, struct sheet);
	const char *form = strstr(page, "class=\"type\""), *end;

	YES(form != NULL);
	if (form == NULL)
		return s;
	end = strstr(form, "</form>");
	for (const char *tag = strchr(form, '<'); tag != NULL && tag < end;
	     tag = strchr(tag + 1, '<')) {
		size_t len = strcspn(tag, ">");
		if (!text_starts(tag, "<input") && !text_starts(tag, "<textarea") &&
		    !text_starts(tag, "<select"))
			continue;
		const char *name = attribute(c, tag, len, "name"), *value = value_of(c, tag, len);
		if (name == NULL || value == NULL)
			continue;
		s->name[s->n] = name;
		s->value[s->n++] = value;
	}
	return s;
}

GIVEN void type_in(struct sheet *s, const char *name, const char *value)
{
	size_t i = 0;

	while (i < s->n && strcmp(s->name[i], name) != 0)
		i++;
	s->name[i] = name;
	s->value[i] = value;
	s->n += i == s->n ? 1 : 0;
}

GIVEN const char *typed(const struct sheet *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->name[i], name) == 0)
			return s->value[i];
	return NULL;
}

GIVEN struct resp press(struct ctx *c, const char *target, struct sheet *s, const char *button)
{
	struct buf b;

	buf_init(&b, c->arena, FORM_MAX);
	buf_printf(&b, "do=%s", text_urlencode(c->arena, button));
	for (size_t i = 0; i < s->n; i++)
		buf_printf(&b, "&%s=%s", text_urlencode(c->arena, s->name[i]),
		    text_urlencode(c->arena, s->value[i]));
	return ask_raw(c, by(c, "marta"), POST, target,
	    &(struct pair){ "application/x-www-form-urlencoded", b.data });
}

/* ---- what is said comes back */

/* The text of the editor. */
GIVEN struct json *edited(struct ctx *c, const char *page)
{
	const char *at = strstr(page, "id=\"t-definition\"");
	struct json *v = NULL;

	if (at == NULL)
		return NULL;
	at = strchr(at, '>') + 1;
	const char *text = plain(c, at, (size_t)(strstr(at, "</textarea>") - at));
	return json_parse(c, text, strlen(text), &v) == OK ? v : NULL;
}

#endif
