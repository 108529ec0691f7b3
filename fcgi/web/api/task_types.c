/* /api/v1/task-types/{type}/definition: types of admins, and what they set of those that ship. */

#include <inttypes.h>

#include "action/type_own.h"
#include "http/doc.h"
#include "web/api/api.h"

static const char *name_of(const struct req *r)
{
	return req_var(r, "type");
}

static void answer(
    struct req *r, struct resp *w, int status, const struct type_found *f, const char *secret)
{
	struct arena *a = r->ctx->arena;
	struct json *o = json_object(a);

	json_set(o, "type", json_string(a, f->type.name));
	json_set(o, "own", json_boolean(a, f->type.own));
	json_set(o, "version", json_number(a, f->version));
	json_set(o, "updated_at", json_time(a, f->updated_us.value));
	json_set(o, "updated_by", json_string(a, f->version != 0 ? f->updated_by : NULL));
	json_set(o, "signs", json_boolean(a, f->secret));
	json_set(o, "broken", json_string(a, f->broken ? f->why : NULL));
	json_set(
	    o, "definition", f->broken ? json_string(a, NULL) : type_definition(r->ctx, &f->type));
	if (secret != NULL)
		json_set(o, "secret", json_string(a, secret));
	resp_json(r, w, status, o);
	api_version(r, w, f->version);
}

enum err api_type_definition(struct req *r, struct resp *w)
{
	struct type_found f;

	TRY(type_find(r->ctx, name_of(r), &f));
	answer(r, w, 200, &f, NULL);
	return OK;
}

enum err api_type_definition_put(struct req *r, struct resp *w)
{
	struct type_wish wish = { .name = name_of(r), .definition = r->json };
	struct type_found f;
	const char *secret;

	TRY(api_if_match(r, &wish.version));
	TRY(type_save(r->ctx, &wish, &f, &secret));
	answer(r, w, f.version == 1 && f.type.own ? 201 : 200, &f, secret);
	return OK;
}

enum err api_type_definition_delete(struct req *r, struct resp *w)
{
	int64_t version = 0;

	TRY(api_if_match(r, &version));
	TRY(type_delete(r->ctx, name_of(r), version));
	w->status = 204;
	return OK;
}

enum err api_type_secret(struct req *r, struct resp *w)
{
	struct type_found f;
	const char *secret;

	TRY(type_secret_new(r->ctx, name_of(r), &secret));
	TRY(type_find(r->ctx, name_of(r), &f));
	answer(r, w, 200, &f, secret);
	return OK;
}
