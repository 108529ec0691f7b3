#include <stdio.h>

#include "cli/verbs.h"
#include "model/token.h"
#include "serve/pools.h"

/* clang-format off */
static const struct {
	enum method method;
	const char *name;
} methods[] = {
	{ GET, "GET" }, { POST, "POST" }, { PUT, "PUT" }, { PATCH, "PATCH" }, { DELETE, "DELETE" },
};
/* clang-format on */

static const char *const accesses[] = {
	[ACCESS_NOBODY] = "nobody",
	[ACCESS_PUBLIC] = "public",
	[ACCESS_ACCOUNT] = "account",
	[ACCESS_ADMIN] = "admin",
};

static const char *const bodies[] = {
	[BODY_NONE] = "-",
	[BODY_FORM] = "form",
	[BODY_JSON] = "json",
	[BODY_JSON_MAYBE] = "json?",
	[BODY_RAW] = "raw",
};

static const char *method_names(struct arena *a, enum method m)
{
	const char *names = "";

	for (size_t i = 0; i < LENGTH(methods); i++)
		if ((m & methods[i].method) != 0)
			names = arena_printf(
			    a, "%s%s%s", names, *names != '\0' ? "," : "", methods[i].name);
	return *names != '\0' ? names : "other";
}

static void print(struct arena *a, const struct pool *pool)
{
	for (size_t i = 0; i < pool->site->nroutes; i++) {
		const struct route *r = &pool->site->routes[i];
		const char *scope = scope_name(r->scope);
		printf("%-7s %-7s %-40s %-8s %-6s %-6s %8zu%s%s\n", pool->name,
		    method_names(a, r->method), r->pattern, accesses[r->access],
		    scope != NULL ? scope : "-", bodies[r->body], r->limit,
		    r->why != NULL ? "  " : "", r->why != NULL ? r->why : "");
	}
}

enum err verb_routes(struct cli *x)
{
	const char *name = NULL;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &name, 0, 1));
	if (name != NULL && pool_named(name) == NULL)
		return cli_usage(x, "no pool %s", name);
	printf("%-7s %-7s %-40s %-8s %-6s %-6s %8s\n", "POOL", "METHOD", "PATTERN", "ACCESS",
	    "SCOPE", "BODY", "LIMIT");
	for (size_t i = 0; i < npools; i++)
		if (name == NULL || pool_named(name) == &pools[i])
			print(x->c.arena, &pools[i]);
	return OK;
}
