/* Answers against the documentation of their route. */

#include <assert.h>
#include <string.h>

#include "core/text.h"
#include "http/inside.h"

/* What about a route lets it answer so; behind the bits of `may`. */
enum { ALWAYS = 64, FOR_ACCOUNTS = 128, NAMES_SOMETHING = 256, CHANGES = 512, TAKES_JSON = 1024 };

static const struct {
	int status;
	unsigned when;
} refusals[] = {
	{ 400, ALWAYS }, /* a query or a body that cannot be read */
	{ 401, FOR_ACCOUNTS | MAY_REFUSE },
	{ 403, FOR_ACCOUNTS | MAY_REFUSE },
	{ 404, NAMES_SOMETHING | MAY_NOT_FIND },
	{ 409, MAY_CONFLICT },
	{ 412, MAY_STALE | MAY_STALE_BODY },
	{ 413, CHANGES },
	{ 415, TAKES_JSON },
	{ 422, ALWAYS }, /* a parameter that is not known */
	{ 429, MAY_TOO_MANY },
	{ 500, ALWAYS },
	{ 503, ALWAYS },
};

static unsigned traits(const struct route *route)
{
	bool json = route->body == BODY_JSON || route->body == BODY_JSON_MAYBE;

	return ALWAYS | route->doc->may | (route->access != ACCESS_PUBLIC ? FOR_ACCOUNTS : 0) |
	       (strchr(route->pattern, '{') != NULL ? NAMES_SOMETHING : 0) |
	       (route->method != GET ? CHANGES : 0) | (json ? TAKES_JSON : 0);
}

void doc_refusals(const struct route *route, int statuses[DOC_STATUSES])
{
	size_t n = 0;

	_Static_assert(LENGTH(refusals) < DOC_STATUSES, "the list and its end must fit");
	for (size_t i = 0; i < LENGTH(refusals); i++)
		if ((refusals[i].when & traits(route)) != 0)
			statuses[n++] = refusals[i].status;
	statuses[n] = 0;
}

static const char *body_wrong(struct ctx *c, const struct answer *a, const struct resp *w)
{
	static const struct field next = { "next", KIND_LINE, "", .flags = FIELD_NULL };
	struct field items = { "items", KIND_LIST, "", .shape = a->shape };
	struct json *v = NULL;

	if (a->shape == NULL || w->body == NULL)
		return NULL;
	if (json_parse(c, w->body, strlen(w->body), &v) != OK)
		return "is not JSON";
	if (a->bare)
		return list_wrong(c, &items, v);
	if (!a->list && a->other != NULL && shape_wrong(c, a->other, v) == NULL)
		return NULL;
	if (!a->list)
		return shape_wrong(c, a->shape, v);
	if (json_length(v) != 2 || json_get(v, "next") == NULL)
		return field_wrong(c, &next, json_get(v, "next"));
	return list_wrong(c, &items, json_get(v, "items"));
}

static const char *answered_wrong(struct ctx *c, const struct answer *a, const struct resp *w)
{
	bool empty = a->shape == NULL && a->type == NULL;
	const char *type = a->type != NULL ? a->type : "application/json";

	if (empty != (w->body == NULL || *w->body == '\0') && a->type == NULL)
		return empty ? "has a body" : "has no body";
	if (!empty && !text_starts(w->type, type))
		return arena_printf(c->arena, "is %s, not %s", w->type, type);
	for (const struct field *h = a->headers; h != NULL && h->kind != KIND_END; h++)
		if ((h->flags & FIELD_MAYBE) == 0 && resp_find(w, h->name) == NULL)
			return arena_printf(c->arena, "lacks the header %s", h->name);
	return body_wrong(c, a, w);
}

const char *doc_answer_wrong(const struct req *r, const struct resp *w)
{
	const struct route *route = r->route;

	if (route == NULL || route->doc == NULL)
		return NULL;
	for (const struct answer *a = route->doc->answers; a->status != 0; a++)
		if (a->status == w->status)
			return answered_wrong(r->ctx, a, w);
	int statuses[DOC_STATUSES];
	doc_refusals(route, statuses);
	for (size_t i = 0; statuses[i] != 0; i++)
		if (statuses[i] == w->status)
			return NULL;
	return "has a status that is not documented";
}
