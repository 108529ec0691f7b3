/* The form of a task type: a definition, a line feed, and what a browser sends of its form. Sent as
 * it was shown, a form is the same definition; what was typed otherwise changes that alone. */

#include <string.h>

#include "action/type_own.h"
#include "core/text.h"
#include "fuzz/fuzz.h"
#include "http/inside.h"
#include "web/admin/type_inside.h"

static struct json *parsed(struct ctx *c, const char *text, size_t len)
{
	struct json *v = NULL;

	return json_parse(c, text, len, &v) == OK ? v : NULL;
}

/* Line feeds become what browsers send. */
static const char *sent(struct ctx *c, const char *shown)
{
	const char *out = "";

	for (size_t len; *shown != '\0'; shown += len) {
		len = strcspn(shown, "\r\n");
		out = arena_printf(
		    c->arena, "%s%.*s%s", out, (int)len, shown, shown[len] != '\0' ? "\r\n" : "");
		len += shown[len] == '\0' ? 0 : text_starts(shown + len, "\r\n") ? 2 : 1;
	}
	return out;
}

/* A browser that nobody typed anything into. */
static struct req *as_shown(struct ctx *c, const struct type_form *form)
{
	struct req *r = arena_new(c->arena, struct req);

	r->ctx = c;
	for (size_t i = 0; i < form->n; i++) {
		const struct slot *s = &form->slots[i];
		bool lines = s->kind == SLOT_TEXT || s->kind == SLOT_LIST;
		MUST(lines || strpbrk(s->shown, "\r\n") == NULL);
		if (s->kind == SLOT_FLAG && *s->shown == '\0')
			continue;
		MUST(r->nform < REQ_PAIRS);
		r->form[r->nform++] = (struct pair){ s->name,
			lines ? sent(c, s->shown) : s->shown };
	}
	return r;
}

static void check_unchanged(struct ctx *c, const char *text, const struct task_type *shipped)
{
	struct json *o = parsed(c, text, strlen(text));
	struct type_form form;

	MUST(o != NULL && type_form_open(c, o, shipped, &form) == OK);
	struct req *r = as_shown(c, &form);
	MUST(form_only(r, type_form_names(c, &form, NULL, 0)) == OK);
	MUST(type_form_take(r, &form) == OK);
	MUST(json_equal(o, parsed(c, text, strlen(text))));
}

/* What the page does; ERR_INVALID, with its reason, leaves it at what there was. */
static enum err take(struct req *r, struct type_form *form)
{
	static const char *const known[] = { "do" };
	const char *what = "", *at;

	TRY(form_maybe(r, "do", &what));
	TRY(form_only(r, type_form_names(r->ctx, form, known, LENGTH(known))));
	TRY(type_form_take(r, form));
	return type_form_is_move(what) ? type_form_move(r->ctx, form, what, &at) : OK;
}

/* A value that was typed stands there again, as an input shows it. */
static void check_typed(struct req *r, const struct type_form *was, const struct type_form *is)
{
	struct ctx *c = r->ctx;

	for (size_t i = 0; i < was->n; i++) {
		const struct slot *s = &was->slots[i];
		const char *typed = s->kind == SLOT_FLAG ? "" : s->shown;
		size_t k = 0;
		if (text_starts(s->name, "fields[") || s->kind == SLOT_SENT)
			continue; /* another kind of field drops what it cannot have */
		MUST(form_maybe(r, s->name, &typed) == OK);
		if (strcmp(text_line_feeds(c->arena, typed), text_line_feeds(c->arena, s->shown)) ==
		    0)
			continue;
		while (k < is->n && strcmp(is->slots[k].name, s->name) != 0)
			k++;
		MUST(k < is->n);
		struct json *want = type_value_of(c, s->kind, text_line_feeds(c->arena, typed));
		enum slot_kind kind;
		MUST(type_value_fits(s->row, want, &kind));
		MUST(strcmp(is->slots[k].shown, type_value_text(c, s->row, kind, want)) == 0);
	}
}

static void check(struct ctx *c, const char *text, struct req *r, const struct task_type *shipped)
{
	struct json *o = parsed(c, text, strlen(text));
	struct type_form was, is;
	const char *what = "";

	if (type_form_open(c, o, shipped, &was) != OK)
		return;
	check_unchanged(c, text, shipped);
	const char *rest = type_form_rest(c, &was, "");
	if (take(r, &was) != OK) {
		MUST(c->fault.detail != NULL && *c->fault.detail != '\0');
		return;
	}
	const char *after = json_write(c->arena, o);
	check_unchanged(c, after, shipped);
	MUST(form_maybe(r, "do", &what) == OK);
	MUST(type_form_open(c, parsed(c, after, strlen(after)), shipped, &is) == OK);
	if (type_form_is_move(what) || was.n == TYPE_SLOTS || is.n == TYPE_SLOTS)
		return;
	MUST(strcmp(rest, type_form_rest(c, &is, "")) == 0);
	check_typed(r, &was, &is);
}

FUZZ_ENTRY(type_form)
{
	const char *text = (const char *)data;
	const char *end = size > 0 ? memchr(text, '\n', size) : NULL;

	if (end == NULL || size > TYPE_DEFINITION_BYTES)
		return 0;
	struct ctx c = fuzz_ctx();
	struct req *r = arena_new(c.arena, struct req);
	size_t len = (size_t)(end - text);

	r->ctx = &c;
	if (parsed(&c, text, len) != NULL &&
	    req_pairs(r, end + 1, size - len - 1, "form", r->form, &r->nform) == OK) {
		check(&c, arena_strndup(c.arena, text, len), r, NULL);
		check(&c, arena_strndup(c.arena, text, len), r, &shipped_types[0]);
	}
	arena_destroy(c.arena);
	return 0;
}
