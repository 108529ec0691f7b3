#include "http/doc.h"

#include <assert.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "http/inside.h"

const struct field *shape_fields(const struct shape *shape)
{
	return shape->make != NULL ? shape->make() : shape->fields;
}

const struct field *field_find(const struct field *fields, const char *name)
{
	for (; fields != NULL && fields->kind != KIND_END; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

static enum err check_query(struct req *r, const struct field *params)
{
	struct ctx *c = r->ctx;

	for (size_t i = 0; i < r->nquery; i++) {
		const struct pair *p = &r->query[i];
		const struct field *f = field_find(params, p->name);
		const char *value = NULL;
		if (f == NULL)
			return fail(c, ERR_INVALID, p->name, "is not known here");
		TRY(query_text(r, p->name, &value));
		const char *wrong = param_wrong(c, f, p->value);
		if (wrong != NULL)
			return fail(c, ERR_INVALID, f->name, "%s", wrong);
	}
	for (const struct field *f = params; f != NULL && f->kind != KIND_END; f++)
		if ((f->flags & FIELD_MUST) != 0 && param_text(r, f->name) == NULL)
			return fail(c, ERR_INVALID, f->name, "must be given");
	return OK;
}

static enum err check_body(struct req *r, const struct shape *shape)
{
	const struct field *fields = shape_fields(shape);
	struct json *value = NULL;
	const char *key = NULL;

	if (json_type(r->json) != JSON_OBJECT)
		return fail(r->ctx, ERR_INVALID, NULL, "The body must be one JSON object.");
	for (size_t i = 0; json_member(r->json, i, &key, &value); i++) {
		const struct field *f = field_find(fields, key);
		if (f == NULL)
			return fail(r->ctx, ERR_INVALID, key, "is not known here");
		const char *wrong = (f->flags & FIELD_READ) != 0 ? NULL
								 : field_wrong(r->ctx, f, value);
		if (wrong != NULL)
			return fail(r->ctx, ERR_INVALID, key, "%s", wrong);
	}
	for (const struct field *f = fields; f->kind != KIND_END; f++)
		if ((f->flags & FIELD_MUST) != 0 && json_get(r->json, f->name) == NULL)
			return fail(r->ctx, ERR_INVALID, f->name, "must be given");
	return OK;
}

enum err doc_check(struct req *r)
{
	const struct route_doc *doc = r->route->doc;

	if (doc == NULL)
		return OK;
	TRY(check_query(r, doc->params));
	if (doc->body == NULL || doc->body->open || r->json == NULL)
		return OK;
	return check_body(r, doc->body);
}

const char *param_text(const struct req *r, const char *name)
{
	assert(r->route->doc != NULL && field_find(r->route->doc->params, name) != NULL);
	for (size_t i = 0; i < r->nquery; i++)
		if (strcmp(r->query[i].name, name) == 0)
			return r->query[i].value;
	return NULL;
}

bool param_int(const struct req *r, const char *name, int64_t *out)
{
	const char *text = param_text(r, name);

	return text != NULL && text_int64(text, INT64_MIN, INT64_MAX, out);
}

bool param_time(const struct req *r, const char *name, int64_t *us)
{
	const char *text = param_text(r, name);

	if (text == NULL || !time_parse_rfc3339(text, us))
		return false;
	*us = time_bound(*us);
	return true;
}
