/* /api/v1/openapi.json: the routing table and its documentation, as OpenAPI 3.1. */

#include <string.h>

#include "core/crypt.h"
#include "core/text.h"
#include "core/version.h"
#include "web/api/api.h"
#include "web/api/doc.h"
#include "web/api/openapi_links.h"
#include "web/api/openapi_shape.h"

const struct route_doc doc_openapi = {
	.id = "getOpenApi",
	.tag = "Document",
	.summary = "This document",
	.answers = { { 200, "OpenAPI 3.1.", .type = "application/json",
			 .headers = doc_version_headers },
	    { 304, "It is still the one whose ETag came in If-None-Match." } },
};

/* What is under construction: the shapes that were named so far belong to the whole document. */
struct book {
	struct arena *a;
	struct json *paths, *schemas;
};

static struct json *word(struct book *b, const char *s)
{
	return json_string(b->a, s);
}

static void set_text(struct book *b, struct json *o, const char *key, const char *s)
{
	if (s != NULL)
		json_set(o, key, word(b, s));
}

static struct json *parameter(struct book *b, const char *in, const struct field *f)
{
	struct json *v = json_object(b->a);
	bool required = strcmp(in, "path") == 0 || (f->flags & FIELD_MUST) != 0;

	set_text(b, v, "name", f->name);
	set_text(b, v, "in", in);
	set_text(b, v, "description", f->help);
	if (required)
		json_set(v, "required", json_boolean(b->a, true));
	json_set(v, "schema", openapi_value(b->a, f, b->schemas));
	return v;
}

/* Within a path neither a slash nor what could hide one may be escaped. */
#define SEGMENT_PATTERN "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029/\\\\%]*$"

/* Tasks have UUIDs; numbers are those that handlers read with req_var_int(). */
static struct json *path_parameter(struct book *b, const char *pattern, const char *name)
{
	bool id = strcmp(name, "id") == 0, task = id && strstr(pattern, "/tasks/{id}") != NULL;
	bool number = (id && !task) || strcmp(name, "n") == 0;
	struct field text = { name, KIND_LINE, "which one", .min = 1, .max = 300 };
	struct field count = { name, KIND_INT, "its number", .min = 1, .max = INT64_MAX };
	struct json *v = parameter(b, "path", number ? &count : &text);

	if (task)
		set_text(b, json_get(v, "schema"), "format", "uuid");
	if (!number)
		set_text(b, json_get(v, "schema"), "pattern", SEGMENT_PATTERN);
	return v;
}

static void path_parameters(struct book *b, const char *pattern, struct json *into)
{
	for (const char *s = strchr(pattern, '{'); s != NULL; s = strchr(s + 1, '{')) {
		const char *name = arena_strndup(b->a, s + 1, strcspn(s + 1, "}"));
		json_push(into, path_parameter(b, pattern, name));
	}
}

static struct json *parameters(struct book *b, const struct route *route)
{
	static const struct field if_match = { "If-Match", KIND_STRING,
		"the ETag on which the change rests: 412 when it is another one by now" };
	struct json *list = json_array(b->a);

	path_parameters(b, route->pattern, list);
	for (const struct field *f = route->doc->params; f != NULL && f->kind != KIND_END; f++)
		json_push(list, parameter(b, "query", f));
	if ((route->doc->may & MAY_STALE) != 0)
		json_push(list, parameter(b, "header", &if_match));
	return list;
}

static void add_content(struct book *b, struct json *o, const char *type, struct json *schema)
{
	struct json *content = json_get(o, "content"), *media = json_object(b->a);

	if (content == NULL)
		json_set(o, "content", content = json_object(b->a));
	json_set(media, "schema", schema);
	json_set(content, type, media);
}

static struct json *request_body(struct book *b, const struct route *route)
{
	const struct shape *shape = route->doc->body;
	struct json *v = json_object(b->a);

	json_set(v, "required", json_boolean(b->a, route->body != BODY_JSON_MAYBE));
	if (route->body == BODY_RAW) {
		add_content(b, v, route->doc->body_type, json_object(b->a));
		return v;
	}
	add_content(b, v, "application/json",
	    shape != NULL ? openapi_shape(b->a, shape, b->schemas) : json_object(b->a));
	if (route->method == PATCH)
		add_content(
		    b, v, "application/merge-patch+json", openapi_shape(b->a, shape, b->schemas));
	return v;
}

static struct json *headers(struct book *b, const struct field *fields)
{
	struct json *v = json_object(b->a);

	for (const struct field *f = fields; f->kind != KIND_END; f++) {
		struct json *header = json_object(b->a);
		set_text(b, header, "description", f->help);
		if ((f->flags & FIELD_MAYBE) == 0)
			json_set(header, "required", json_boolean(b->a, true));
		json_set(header, "schema", openapi_value(b->a, f, b->schemas));
		json_set(v, f->name, header);
	}
	return v;
}

static struct json *response(struct book *b, const struct answer *answer)
{
	struct json *v = json_object(b->a);

	set_text(b, v, "description",
	    answer->help != NULL ? answer->help : status_phrase(answer->status));
	if (answer->headers != NULL)
		json_set(v, "headers", headers(b, answer->headers));
	if (answer->shape != NULL || answer->type != NULL)
		add_content(b, v, answer->type != NULL ? answer->type : "application/json",
		    openapi_answer(b->a, answer, b->schemas));
	return v;
}

static const char *status_text(struct book *b, int status)
{
	return arena_printf(b->a, "%d", status);
}

static struct json *responses(struct book *b, const struct route *route)
{
	struct json *v = json_object(b->a);
	int statuses[DOC_STATUSES];

	for (const struct answer *x = route->doc->answers; x->status != 0; x++) {
		struct json *one = response(b, x), *links = openapi_links(b->a, route, x);
		if (links != NULL)
			json_set(one, "links", links);
		json_set(v, status_text(b, x->status), one);
	}
	doc_refusals(route, statuses);
	for (size_t i = 0; statuses[i] != 0; i++) {
		const char *status = status_text(b, statuses[i]);
		if (json_get(v, status) == NULL) /* a route may say more of it itself */
			json_set(v, status, openapi_ref(b->a, "responses", status));
	}
	return v;
}

/* {"bearer":[]}, in a list: one of these is enough. Nothing in it: no token is asked for. */
static struct json *security(struct book *b, const struct route *route)
{
	struct json *list = json_array(b->a), *bearer = json_object(b->a);

	if (route->access == ACCESS_PUBLIC)
		return list;
	json_set(bearer, "bearer", json_array(b->a));
	json_push(list, bearer);
	return list;
}

static const char *who_words(struct book *b, const struct route *route)
{
	static const char *const scopes[] = { "", "read", "run", "write", "admin" };

	if (route->access == ACCESS_PUBLIC)
		return "Needs no token.";
	return arena_printf(b->a, "%sNeeds a token with the scope %s.",
	    route->access == ACCESS_ADMIN ? "For administrators. " : "", scopes[route->scope]);
}

static struct json *operation(struct book *b, const struct route *route)
{
	const struct route_doc *doc = route->doc;
	struct json *v = json_object(b->a), *tags = json_array(b->a);
	const char *who = who_words(b, route);

	json_push(tags, word(b, doc->tag));
	json_set(v, "operationId", word(b, doc->id));
	json_set(v, "tags", tags);
	json_set(v, "summary", word(b, doc->summary));
	set_text(b, v, "description",
	    doc->help != NULL ? arena_printf(b->a, "%s %s", doc->help, who) : who);
	json_set(v, "security", security(b, route));
	struct json *list = parameters(b, route);
	if (json_length(list) > 0)
		json_set(v, "parameters", list);
	if (route->body != BODY_NONE)
		json_set(v, "requestBody", request_body(b, route));
	json_set(v, "responses", responses(b, route));
	return v;
}

static void add_route(struct book *b, const struct route *route)
{
	static const char *const names[] = { [GET] = "get",
		[POST] = "post",
		[PUT] = "put",
		[PATCH] = "patch",
		[DELETE] = "delete" };
	struct json *path = json_get(b->paths, route->pattern);

	if (path == NULL)
		json_set(b->paths, route->pattern, path = json_object(b->a));
	json_set(path, names[route->method], operation(b, route));
}

/* ---- what all answers share ---- */

static const char codes[] =
    "invalid|unauthenticated|forbidden|not_found|method_not_allowed|conflict|stale|too_large|"
    "unsupported|too_many|unavailable|internal";

/* clang-format off */
static const struct field error_fields[] = {
	{ "code",    KIND_LINE,   "which kind, for programs", .choices = codes },
	{ "field",   KIND_STRING, "the input at fault; null: none is", .flags = FIELD_NULL },
	{ "message", KIND_STRING, "one sentence for people" },
	{ 0 },
};
static const struct shape shape_error = { "ErrorDetail", "What is wrong.", error_fields };
static const struct field refusal_fields[] = {
	{ "error", KIND_OBJECT, "what is wrong", .shape = &shape_error },
	{ 0 },
};
static const struct shape shape_refusal = { "Error", "The body of every answer from 400 on.", refusal_fields };

static const struct field retry_headers[] = {
	{ "Retry-After", KIND_INT, "seconds after which it is worth another try", .min = 1, .max = 86400 },
	{ 0 },
};
static const struct field bearer_headers[] = {
	{ "WWW-Authenticate", KIND_LINE, "Bearer" },
	{ 0 },
};

static const struct answer refusals[] = {
	{ 400, "The request cannot be read: a broken address, query or JSON, or \\u0000 in it.", &shape_refusal },
	{ 401, "There is no token, or it is not valid (any more).", &shape_refusal, .headers = bearer_headers },
	{ 403, "The account or its token may not do this.", &shape_refusal },
	{ 404, "There is no such thing, or one may not see it.", &shape_refusal },
	{ 409, "It cannot be so: something else is there, or depends on it.", &shape_refusal },
	{ 412, "It has changed: If-Match names another version.", &shape_refusal },
	{ 413, "The body is too large.", &shape_refusal },
	{ 415, "The body has a media type that is not read here.", &shape_refusal },
	{ 422, "An input is not valid; `field` says which.", &shape_refusal },
	{ 429, "Too many, too fast.", &shape_refusal, .headers = retry_headers },
	{ 500, "A bug of ours; the message says under which number it is in the log.", &shape_refusal },
	{ 503, "The database or the engine is away; nothing was changed.", &shape_refusal, .headers = retry_headers },
};
/* clang-format on */

static struct json *components(struct book *b)
{
	struct json *v = json_object(b->a), *shared = json_object(b->a);
	struct json *schemes = json_object(b->a), *bearer = json_object(b->a);

	for (size_t i = 0; i < LENGTH(refusals); i++)
		json_set(shared, status_text(b, refusals[i].status), response(b, &refusals[i]));
	set_text(b, bearer, "type", "http");
	set_text(b, bearer, "scheme", "bearer");
	set_text(b, bearer, "description", "An API token, made on the page of one's account.");
	json_set(schemes, "bearer", bearer);
	json_set(v, "schemas", b->schemas);
	json_set(v, "responses", shared);
	json_set(v, "securitySchemes", schemes);
	return v;
}

static struct json *info(struct book *b)
{
	struct json *v = json_object(b->a);

	set_text(b, v, "title", "Signalbox");
	set_text(b, v, "version", SIGNALBOX_VERSION);
	set_text(b, v, "description",
	    "Jobs, their runs and who may do what. JSON in UTF-8 both ways, times as RFC 3339. "
	    "HEAD is answered wherever GET is; another method than those listed is 405 with "
	    "Allow.");
	return v;
}

static const char *document(struct arena *a)
{
	struct book b = { a, json_object(a), json_object(a) };
	struct json *v = json_object(a), *servers = json_array(a), *server = json_object(a);

	set_text(&b, v, "openapi", "3.1.0");
	json_set(v, "info", info(&b));
	set_text(&b, server, "url", "/");
	json_push(servers, server);
	json_set(v, "servers", servers);
	for (size_t i = 0; i < api_site.nroutes; i++)
		if (api_site.routes[i].doc != NULL)
			add_route(&b, &api_site.routes[i]);
	json_set(v, "paths", b.paths);
	json_set(v, "components", components(&b));
	return json_write(a, v);
}

enum err api_openapi(struct req *r, struct resp *w)
{
	const char *text = document(r->ctx->arena);
	const char *tag = arena_printf(r->ctx->arena, "\"%s\"", crypt_hash(r->ctx->arena, text));

	resp_header(r, w, "ETag", tag);
	resp_header(r, w, "Cache-Control", "public, max-age=300");
	w->status = strcmp(r->if_none_match, tag) == 0 ? 304 : 200;
	w->type = "application/json";
	w->body = w->status == 200 ? text : NULL;
	return OK;
}
