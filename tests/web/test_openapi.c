/* The API document: every route is in it, and dispatch() judges requests by what it says. */

#include <string.h>

#include "http/doc.h"
#include "lib/check.h"
#include "lib/site.h"
#include "model/job_spec.h"
#include "web/api/api.h"
#include "web/api/doc.h"

static struct json *document(struct ctx *c)
{
	struct json *v = NULL;

	ask_site = &api_site;
	struct resp w = ask(c, AS_NOBODY, GET, "/api/v1/openapi.json", NULL);
	IS(w.status, 200);
	IS(json_parse(c, w.body, strlen(w.body), &v), OK);
	return v;
}

static bool ends_its_sentence(const char *help)
{
	size_t n = strlen(help);

	return n > 0 && strchr(".?!", help[n - 1]) != NULL;
}

static const char *route_lacks(const struct route *route)
{
	const struct route_doc *doc = route->doc;
	bool json = route->body == BODY_JSON || route->body == BODY_JSON_MAYBE;

	if (doc == NULL)
		return "has no documentation: see web/api/doc.h";
	if (doc->id == NULL || doc->tag == NULL || doc->summary == NULL)
		return "lacks an id, a tag or a summary";
	if (ends_its_sentence(doc->summary) || (doc->help != NULL && !ends_its_sentence(doc->help)))
		return "has a summary with a full stop, or a help without one";
	if (doc->answers[0].status == 0)
		return "lacks an answer";
	if (json != (doc->body != NULL) || (doc->body != NULL && !doc->body->body))
		return "takes JSON and does not say of which shape, or the other way round";
	if ((route->body == BODY_RAW) != (doc->body_type != NULL))
		return "takes a body as it is and does not say of which type";
	return NULL;
}

TEST(every_route_of_the_api_is_documented)
{
	for (size_t i = 0; i < api_site.nroutes; i++) {
		const char *lack = route_lacks(&api_site.routes[i]);
		if (lack != NULL)
			FAIL("%s %s", api_site.routes[i].pattern, lack);
	}
}

TEST(operations_of_the_api_have_names_of_their_own)
{
	for (size_t i = 0; i < api_site.nroutes; i++)
		for (size_t j = 0; j < i; j++) {
			const struct route_doc *x = api_site.routes[i].doc;
			const struct route_doc *y = api_site.routes[j].doc;
			if (x != NULL && y != NULL && strcmp(x->id, y->id) == 0)
				FAIL("two are called %s", x->id);
		}
}

SITE_TEST(document_holds_every_route)
{
	struct json *paths = json_get(document(c), "paths");
	size_t operations = 0;

	for (size_t i = 0; i < api_site.nroutes; i++)
		if (json_get(paths, api_site.routes[i].pattern) == NULL)
			FAIL("%s is not in it", api_site.routes[i].pattern);
	for (size_t i = 0; i < json_length(paths); i++) {
		const char *path;
		struct json *methods;
		json_member(paths, i, &path, &methods);
		operations += json_length(methods);
	}
	IS((int64_t)operations, (int64_t)api_site.nroutes);
}

static struct json *path_schema(const struct json *all, const char *path)
{
	const struct json *get = json_get(json_get(json_get(all, "paths"), path), "get");

	return json_get(json_at(json_get(get, "parameters"), 0), "schema");
}

SITE_TEST(document_says_what_may_stand_in_a_path)
{
	struct json *all = document(c), *job = path_schema(all, "/api/v1/jobs/{name}"),
		    *task = path_schema(all, "/api/v1/tasks/{id}");

	/* As http/request.c has it: an escaped one of these is refused. */
	for (const char *s = "/\\%"; *s != '\0'; s++)
		YES(strchr(json_text(json_get(job, "pattern")), *s) != NULL);
	SAME(json_text(json_get(task, "type")), "string");
	SAME(json_text(json_get(task, "format")), "uuid");
	SAME(json_text(json_get(path_schema(all, "/api/v1/runs/{id}"), "type")), "integer");
}

SITE_TEST(what_a_route_says_of_a_refusal_itself_stands)
{
	const struct json *path = json_get(json_get(document(c), "paths"), "/api/v1/jobs/import");
	const struct json *said = json_get(json_get(json_get(path, "post"), "responses"), "422");

	YES(json_get(said, "$ref") == NULL);
	SAME(json_text(json_get(said, "description")), "Nothing was done.");
}

SITE_TEST(document_says_what_may_be_asked_next_of_what_was_answered)
{
	const struct json *paths = json_get(document(c), "paths");
	static const struct {
		const char *path, *method, *status, *link, *parameter, *from;
	} links[] = {
		{ "/api/v1/jobs", "post", "201", "deleteJob", "name", "$response.body#/name" },
		{ "/api/v1/jobs/{name}", "patch", "200", "runJob", "name", "$response.body#/name" },
		{ "/api/v1/runs", "get", "200", "getRun", "id", "$response.body#/items/0/id" },
		{ "/api/v1/jobs", "get", "200", "getJob", "name", "$response.body#/items/0/name" },
		{ "/api/v1/tasks/{id}", "get", "200", "approveTask", "id", "$response.body#/id" },
	};

	for (size_t i = 0; i < LENGTH(links); i++) {
		const struct json *at = json_get(json_get(paths, links[i].path), links[i].method);
		at = json_get(json_get(json_get(at, "responses"), links[i].status), "links");
		at = json_get(json_get(at, links[i].link), "parameters");
		SAME(json_text(json_get(at, links[i].parameter)), links[i].from);
	}
}

SITE_TEST(document_keeps_until_it_changes)
{
	struct caller again = *AS_NOBODY;

	ask_site = &api_site;
	struct resp w = ask(c, AS_NOBODY, GET, "/api/v1/openapi.json", NULL);
	again.if_none_match = resp_find(&w, "ETag");
	HAS(resp_find(&w, "Cache-Control"), "public");
	w = ask(c, &again, GET, "/api/v1/openapi.json", NULL);
	IS(w.status, 304);
	YES(w.body == NULL);
}

SITE_TEST(document_names_every_field_of_a_job)
{
	struct json *schemas = json_get(json_get(document(c), "components"), "schemas");
	struct json *job = json_get(json_get(schemas, "Job"), "properties");

	for (size_t i = 0; i < nspec_fields; i++)
		SAME(json_text(json_get(json_get(job, spec_fields[i].name), "description")),
		    spec_fields[i].help);
}

/* Asks with each of the words that the documentation of a parameter offers. */
static void takes_each_choice(struct ctx *c, const char *path, const struct field *f)
{
	for (const char *s = f->choices; *s != '\0'; s += strcspn(s, "|"), s += *s == '|') {
		const char *target = arena_printf(
		    c->arena, "%s?%s=%.*s", path, f->name, (int)strcspn(s, "|"), s);
		if (ask_json(c, AS_ADMIN, GET, target, NULL).status == 422)
			FAIL("%s: %s: %s", target, c->fault.field, c->fault.detail);
	}
}

SITE_TEST(every_documented_choice_is_taken)
{
	ask_site = &api_site;
	for (size_t i = 0; i < api_site.nroutes; i++) {
		const struct route *route = &api_site.routes[i];
		if (route->method != GET || strchr(route->pattern, '{') != NULL || !route->doc)
			continue;
		for (const struct field *f = route->doc->params; f && f->kind != KIND_END; f++)
			if (f->choices != NULL)
				takes_each_choice(c, route->pattern, f);
	}
}

SITE_TEST(a_job_takes_every_field_that_its_shape_documents)
{
	for (const struct field *f = shape_fields(&shape_job_input); f->kind != KIND_END; f++) {
		struct json *input = json_object(c->arena), *spec;
		json_set(input, f->name, NULL);
		if (spec_make(c, "x", NULL, input, &spec) == ERR_INVALID &&
		    strcmp(c->fault.detail, "is not a field of a job") == 0)
			FAIL("%s is documented and not taken", f->name);
	}
}

/* An address of its own is never the job of that name, whatever the method. */
SITE_TEST(a_literal_address_takes_only_the_methods_that_stand_for_it)
{
	ask_site = &api_site;
	struct resp w = ask_json(c, AS_ADMIN, PATCH, "/api/v1/jobs/bulk", "{}");
	IS(w.status, 405);
	SAME(resp_find(&w, "Allow"), "POST");
}

/* ---- what dispatch() makes of a documentation ---- */

static enum err answer_what_came(struct req *r, struct resp *w)
{
	struct json *v = json_object(r->ctx->arena);
	int64_t n = 0;

	json_set(v, "word", json_string(r->ctx->arena, param_text(r, "word")));
	json_set(v, "n", param_int(r, "n", &n) ? json_number(r->ctx->arena, n) : NULL);
	json_set(v, "on", json_boolean(r->ctx->arena, param_text(r, "on") != NULL));
	if (param_text(r, "word") != NULL && strcmp(param_text(r, "word"), "more") == 0)
		json_set(v, "more", json_number(r->ctx->arena, 1));
	resp_json(r, w, n == 9 ? 201 : 200, v);
	return OK;
}

static const struct field given_params[] = {
	{ "word", KIND_LINE, "", .choices = "less|more" },
	{ "n", KIND_INT, "", .min = 1, .max = 9 },
	{ "any", KIND_INT, "" },
	{ "on", KIND_BOOL, "" },
	{ "at", KIND_TIME, "" },
	{ "must", KIND_LINE, "", .min = 1, .max = 3, .flags = FIELD_MUST },
	{ 0 },
};
static const struct field given_fields[] = {
	{ "word", KIND_LINE, "", .flags = FIELD_NULL },
	{ "n", KIND_INT, "", .flags = FIELD_NULL },
	{ "on", KIND_BOOL, "" },
	{ 0 },
};
static const struct shape given_shape = { "Given", "", given_fields };
static const struct field body_fields[] = {
	{ "name", KIND_LINE, "", .min = 1, .max = 5, .flags = FIELD_MUST },
	{ "words", KIND_LIST, "" },
	{ "map", KIND_MAP, "", .flags = FIELD_NULL },
	{ "seen", KIND_INT, "", .flags = FIELD_READ },
	{ 0 },
};
static const struct shape body_shape = { "Body", "", body_fields, .body = true };
static const struct route_doc given_doc = { .id = "given",
	.params = given_params,
	.body = &body_shape,
	.answers = { { 200, "", &given_shape } } };
static const struct route given_routes[] = {
	{ POST, "/given", answer_what_came, ACCESS_ACCOUNT, SCOPE_READ, BODY_JSON_MAYBE, 4 * KIB,
	    .doc = &given_doc },
};
static const struct site given_site = { "given", given_routes, 1 };

static void refuses(struct ctx *c, const char *target, const char *body, const char *field)
{
	ask_site = &given_site;
	struct resp w = ask_json(c, AS_ADMIN, POST, target, body);

	IS(w.status, 422);
	if (c->fault.field == NULL || strcmp(c->fault.field, field) != 0)
		FAIL("%s with %s: names %s, not %s", target, body ? body : "nothing",
		    c->fault.field ? c->fault.field : "nothing", field);
}

SITE_TEST(a_documented_query_is_judged_before_the_handler)
{
	refuses(c, "/given", NULL, "must");
	refuses(c, "/given?must=", NULL, "must");
	refuses(c, "/given?must=long", NULL, "must");
	refuses(c, "/given?must=%07", NULL, "must");
	refuses(c, "/given?must=x&word=other", NULL, "word");
	refuses(c, "/given?must=x&n=0", NULL, "n");
	refuses(c, "/given?must=x&n=10", NULL, "n");
	refuses(c, "/given?must=x&n=one", NULL, "n");
	refuses(c, "/given?must=x&any=", NULL, "any");
	refuses(c, "/given?must=x&on=yes", NULL, "on");
	refuses(c, "/given?must=x&at=today", NULL, "at");
	refuses(c, "/given?must=x&n=1&n=1", NULL, "n");
	refuses(c, "/given?must=x&other=1", NULL, "other");
	IS(ask_json(c, AS_ADMIN, POST,
	       "/given?must=x&word=less&n=8&any=-5&on=true&at=2026-11-21T09:00:00Z", NULL)
		.status,
	    200);
}

SITE_TEST(a_documented_body_is_judged_before_the_handler)
{
	refuses(c, "/given?must=x", "{}", "name");
	refuses(c, "/given?must=x", "{\"name\":7}", "name");
	refuses(c, "/given?must=x", "{\"name\":null}", "name");
	refuses(c, "/given?must=x", "{\"name\":\"too long\"}", "name");
	refuses(c, "/given?must=x", "{\"name\":\"a\",\"other\":1}", "other");
	refuses(c, "/given?must=x", "{\"name\":\"a\",\"words\":\"b\"}", "words");
	refuses(c, "/given?must=x", "{\"name\":\"a\",\"words\":[1]}", "words");
	refuses(c, "/given?must=x", "{\"name\":\"a\",\"map\":{\"b\":1}}", "map");
	IS(ask_json(c, AS_ADMIN, POST, "/given?must=x",
	       "{\"name\":\"a\",\"words\":[\"b\"],\"map\":null,\"seen\":\"anything\"}")
		.status,
	    200);
}

static const char *answer_wrong(struct ctx *c, const char *target)
{
	struct req r;
	struct resp w = { .status = 0 };

	req_init(&r, c);
	r.method = POST;
	c->actor = AS_ADMIN->actor;
	IS(req_target(&r, target), OK);
	r.route = &given_routes[0];
	IS(answer_what_came(&r, &w), OK);
	return doc_answer_wrong(&r, &w);
}

SITE_TEST(an_answer_that_is_not_as_documented_is_found)
{
	YES(answer_wrong(c, "/given?word=less") == NULL);
	HAS(answer_wrong(c, "/given?word=more"), "has more, which is not known");
	HAS(answer_wrong(c, "/given?n=9"), "status that is not documented");
}
