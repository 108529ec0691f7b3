#include "web/api/openapi_links.h"

#include <string.h>

#include "http/http.h"
#include "web/api/api.h"

/* The one variable of an address; NULL: it has none, or several. */
static const char *variable(struct arena *a, const char *pattern)
{
	const char *open = strchr(pattern, '{');

	if (open == NULL || strchr(open + 1, '{') != NULL)
		return NULL;
	return arena_strndup(a, open + 1, strcspn(open + 1, "}"));
}

static bool is_whole(const struct answer *answer, int status)
{
	return answer->status == status && answer->shape != NULL && answer->other == NULL &&
	       !answer->list && !answer->bare;
}

/* Where things of this shape are at home; NULL: nowhere. */
static const struct route *home_of(struct arena *a, const struct shape *shape, const char **name)
{
	for (size_t i = 0; i < api_site.nroutes; i++) {
		const struct route *r = &api_site.routes[i];
		size_t len = strlen(r->pattern);
		if (r->method != GET || r->doc == NULL || r->pattern[len - 1] != '}' ||
		    !is_whole(&r->doc->answers[0], 200) || r->doc->answers[0].shape != shape)
			continue;
		*name = variable(a, r->pattern);
		if (*name == NULL)
			continue;
		const struct field *f = field_find(shape_fields(shape), *name);
		if (f != NULL && (f->flags & (FIELD_NULL | FIELD_MAYBE)) == 0)
			return r;
	}
	return NULL;
}

/* Of a list: the address below its own. */
static const struct route *home_of_items(
    struct arena *a, const struct route *list, const struct shape *item, const char **name)
{
	size_t len = strlen(list->pattern);

	for (size_t i = 0; i < api_site.nroutes; i++) {
		const struct route *r = &api_site.routes[i];
		if (r->method != GET || r->doc == NULL ||
		    strncmp(r->pattern, list->pattern, len) != 0 ||
		    strncmp(r->pattern + len, "/{", 2) != 0 || strchr(r->pattern + len + 1, '/'))
			continue;
		*name = variable(a, r->pattern);
		if (*name != NULL && field_find(shape_fields(item), *name) != NULL)
			return r;
	}
	return NULL;
}

static struct json *link_to(
    struct arena *a, const struct route *to, const char *name, const char *where)
{
	struct json *v = json_object(a), *parameters = json_object(a);

	json_set(
	    parameters, name, json_string(a, arena_printf(a, "$response.body#/%s%s", where, name)));
	json_set(v, "operationId", json_string(a, to->doc->id));
	json_set(v, "parameters", parameters);
	json_set(v, "description", json_string(a, to->doc->summary));
	return v;
}

struct json *openapi_links(struct arena *a, const struct route *route, const struct answer *answer)
{
	bool list = answer->list && answer->shape != NULL;
	const struct route *home = NULL;
	const char *name = NULL;

	if (answer->status >= 300)
		return NULL;
	if (list)
		home = home_of_items(a, route, answer->shape, &name);
	else if (is_whole(answer, answer->status))
		home = home_of(a, answer->shape, &name);
	if (home == NULL)
		return NULL;
	size_t len = strlen(home->pattern);
	struct json *links = json_object(a);
	for (size_t i = 0; i < api_site.nroutes; i++) {
		const struct route *r = &api_site.routes[i];
		if (r->doc != NULL && strncmp(r->pattern, home->pattern, len) == 0 &&
		    (r->pattern[len] == '\0' || r->pattern[len] == '/') &&
		    variable(a, r->pattern) != NULL)
			json_set(links, r->doc->id, link_to(a, r, name, list ? "items/0/" : ""));
	}
	return links;
}
