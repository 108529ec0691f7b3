#include "work/roster.h"

#include <stdlib.h>
#include <string.h>

#include "core/time.h"

enum { FRESH_US = 10 * 1000000, ARENA_MAX = 512 * 1024 * 1024, NAMES_MAX = 1000000 };

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static bool is_fresh(const struct roster *r)
{
	return r->read_us != 0 && time_monotonic_us() - r->read_us < FRESH_US;
}

static enum err read_page(
    struct ctx *c, struct worker *w, struct roster *r, size_t start, size_t *got)
{
	struct json *jobs;

	TRY(dkron_jobs(c, &w->dkron, start, &jobs));
	*got = json_length(jobs);
	const char **grown = arena_alloc(r->arena, r->n + *got + 1, sizeof(*grown));
	if (r->n > 0)
		memcpy(grown, r->names, r->n * sizeof(*grown));
	for (size_t i = 0; i < *got; i++)
		grown[r->n + i] = arena_strdup(
		    r->arena, json_text(json_get(json_at(jobs, i), "name")));
	r->names = grown;
	r->n += *got;
	return OK;
}

void roster_renew(struct worker *w, struct roster *r)
{
	struct ctx c = w->c;
	size_t got = DKRON_PAGE;
	enum err e = OK;

	if (is_fresh(r))
		return;
	if (r->arena == NULL)
		r->arena = arena_create((size_t)ARENA_MAX);
	arena_reset(r->arena);
	r->n = 0;
	r->read_us = 0;
	c.arena = arena_create((size_t)ARENA_MAX);
	int64_t began_us = time_monotonic_us();
	while (e == OK && got == DKRON_PAGE && r->n < NAMES_MAX) {
		e = read_page(&c, w, r, r->n, &got);
		arena_reset(c.arena);
	}
	arena_destroy(c.arena);
	if (e != OK)
		return;
	qsort(r->names, r->n, sizeof(*r->names), by_name);
	r->read_us = began_us;
}

bool roster_lacks(const struct roster *r, const char *engine_name)
{
	return is_fresh(r) &&
	       bsearch(&engine_name, r->names, r->n, sizeof(*r->names), by_name) == NULL;
}
