#include "web/ask_engine.h"

#include "remote/dkron.h"

enum { WITHIN_MS = 8000 };

static enum err fetch(struct ctx *c, void *arg, struct comparison_page *page)
{
	return dkron_list_next(c, arg, &page->jobs, &page->read_us, &page->last);
}

enum err ask_plan(struct ctx *c, struct plan *out)
{
	struct dkron d;

	dkron_init(&d, c->config, c->arena);
	dkron_within(&d, WITHIN_MS);
	dkron_prefer_leader(c, &d);
	enum err e = plan_make(c, fetch, dkron_list_create(c->arena, &d), out);
	if (e != ERR_UNAVAILABLE)
		return e;
	return fail(c, e, NULL, "The engine does not answer: %s.", c->fault.detail);
}
