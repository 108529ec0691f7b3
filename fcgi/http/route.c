/* Which row of the table a request means. */

#include <string.h>

#include "http/inside.h"

/* "/jobs/{name}" against "/jobs/hello"; a variable takes one segment that is not empty. */
static bool match(const char *pattern, const char *path, struct req *r)
{
	struct arena *a = r->ctx->arena;
	size_t n = 0;

	memset(r->vars, 0, sizeof(r->vars));
	while (*pattern != '\0') {
		if (strcmp(pattern, "*") == 0) {
			r->vars[n] = (struct pair){ "*", path };
			return true;
		}
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		size_t name = strcspn(pattern, "}") - 1, value = strcspn(path, "/");
		if (value == 0)
			return false;
		r->vars[n++] = (struct pair){ arena_strndup(a, pattern + 1, name),
			arena_strndup(a, path, value) };
		pattern += name + 2;
		path += value;
	}
	return *path == '\0';
}

/* The same but for the names of variables; a star stands beside everything. */
static bool same_shape(const char *p, const char *q)
{
	while (*p != '\0' && *p == *q) {
		bool named = *p == '{';
		p += named ? strcspn(p, "}") : 1;
		q += named ? strcspn(q, "}") : 1;
	}
	return *p == *q || *p == '*' || *q == '*';
}

enum err route_find(const struct site *site, struct req *r, const struct route **out, int *allowed)
{
	const char *meant = NULL; /* /jobs/bulk is never the job called bulk, whatever the method */

	*allowed = 0;
	for (size_t i = 0; i < site->nroutes; i++) {
		const struct route *route = &site->routes[i];
		if (!match(route->pattern, r->path, r))
			continue;
		if (meant != NULL && !same_shape(meant, route->pattern))
			continue;
		meant = route->pattern;
		if ((route->method & r->method) != 0) { /* a row may take several */
			*out = route;
			return OK;
		}
		*allowed |= (int)route->method;
	}
	if (*allowed != 0)
		return fail(r->ctx, ERR_METHOD, NULL, "This address does not take that method.");
	return fail(r->ctx, ERR_NOT_FOUND, NULL, "There is no such page.");
}

/* As many { as }, no variable without a name, no more of them than REQ_VARS. */
static bool is_pattern(const char *s)
{
	size_t vars = 0;

	if (*s != '/')
		return false;
	for (; *s != '\0'; s++) {
		if (*s == '*' && s[1] != '\0')
			return false;
		if (*s != '{' && *s != '*')
			continue;
		vars++;
		if (*s == '{') {
			size_t name = strcspn(s + 1, "{}/*");
			if (s[-1] != '/' || name == 0 || s[1 + name] != '}')
				return false;
			s += name + 1;
		}
	}
	return vars <= REQ_VARS;
}

const char *route_wrong(const struct route *route)
{
	bool changes = route->method != GET;
	bool limited = route->body != BODY_NONE;

	if (route->pattern == NULL || !is_pattern(route->pattern))
		return "a pattern that cannot match";
	if (route->handler == NULL)
		return "no handler";
	if (route->access == ACCESS_NOBODY)
		return "closed to everybody";
	if (changes && route->access == ACCESS_PUBLIC && route->why == NULL)
		return "public, changes something, and does not say why";
	if (limited != (route->limit > 0))
		return limited ? "a body without a limit" : "a limit without a body";
	if (!changes && route->body != BODY_NONE)
		return "a GET with a body";
	return NULL;
}
