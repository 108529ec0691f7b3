#include "work/pass.h"

#include <inttypes.h>
#include <malloc.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "model/job_spec.h"
#include "model/outbox_work.h"
#include "model/run_work.h"

enum { OURS_MAX = 4 * DKRON_PAGE };

struct pass {
	struct worker *w;
	size_t seen, reverted, strays;
};

/* The engine's jobs of one page that lie in our namespace, by name. */
struct page {
	struct json *jobs;
	size_t n, at;
	struct json *listed; /* [{"n","s"}] for harvest_listed() */
};

static const char *name_at(const struct pass *p, const struct page *page, size_t i)
{
	return worker_our_name(p->w, json_text(json_get(json_at(page->jobs, i), "name")));
}

static void revert(struct pass *p, const struct outbox_job *job, const char *fields)
{
	p->reverted++;
	if (worker_ok(p->w, "outbox_revert", outbox_revert(&p->w->c, job, fields)))
		log_event(&p->w->c, LOG_WARN, "job_drift_reverted", LOG_TEXT("job", job->name),
		    LOG_TEXT("fields", fields));
}

static void compare(struct pass *p, const struct outbox_job *ours, const struct json *theirs)
{
	struct ctx *c = &p->w->c;
	struct json *spec;
	const char *fields;

	p->seen++;
	if (!ours->settled)
		return; /* an errand is coming anyway */
	if (!worker_ok(p->w, "stored_spec",
		json_parse(c, ours->spec_text, strlen(ours->spec_text), &spec)))
		return;
	if (worker_ok(p->w, "compare",
		spec_engine_differs(c, spec_for_engine(c, ours->name, spec), theirs, &fields)) &&
	    fields[0] != '\0')
		revert(p, ours, fields);
}

static void missing(struct pass *p, const struct outbox_job *ours)
{
	if (ours->settled && !ours->spent)
		revert(p, ours, "it was gone");
}

/* On the engine, not here: ours only when it says so. */
static void stray(struct pass *p, const char *name, const struct json *theirs)
{
	bool deleted;

	if (!spec_is_labelled(&p->w->c, theirs) ||
	    !worker_ok(p->w, "outbox_stray", outbox_stray(&p->w->c, name, &deleted)) || !deleted)
		return;
	p->strays++;
	log_event(&p->w->c, LOG_WARN, "job_stray_deleted", LOG_TEXT("job", name));
}

static void take_down(struct pass *p, struct page *page, const char *name, const struct json *job)
{
	struct arena *a = p->w->c.arena;
	int64_t good = json_int(json_get(job, "success_count")),
		bad = json_int(json_get(job, "error_count"));

	if (good == 0 && bad == 0)
		return;
	struct json *o = json_object(a);
	json_set(o, "n", json_string(a, name));
	json_set(o, "s",
	    json_string(a, arena_printf(a, "%" PRId64 " %" PRId64 " %s %s", good, bad,
			       json_text(json_get(job, "last_success")),
			       json_text(json_get(job, "last_error")))));
	json_push(page->listed, o);
}

/* Moves on to `until` (NULL: the end of the page); those before it are not ours. */
static const struct json *advance(struct pass *p, struct page *page, const char *until)
{
	for (; page->at < page->n; page->at++) {
		const struct json *job = json_at(page->jobs, page->at);
		const char *name = name_at(p, page, page->at);
		int order = name == NULL ? -1 : until == NULL ? -1 : strcmp(name, until);
		if (order > 0)
			return NULL;
		if (order == 0) {
			page->at++;
			take_down(p, page, name, job);
			return job;
		}
		if (name != NULL)
			stray(p, name, job);
	}
	return NULL;
}

static enum err hold_against(struct pass *p, struct page *page, const char *from, const char *to)
{
	struct outbox_job *ours;
	size_t n;

	TRY(outbox_page(
	    &p->w->c, &(struct outbox_stretch){ from, to, p->w->c.now_us, OURS_MAX }, &ours, &n));
	for (size_t i = 0; i < n; i++) {
		const struct json *theirs = advance(p, page, ours[i].name);
		if (theirs != NULL)
			compare(p, &ours[i], theirs);
		else
			missing(p, &ours[i]);
	}
	(void)advance(p, page, NULL);
	return json_length(page->listed) > 0 ? harvest_listed(&p->w->c, page->listed) : OK;
}

/* The whole comparison rests on the order of names. */
static enum err check_order(struct pass *p, const struct page *page)
{
	const char *before = "";

	for (size_t i = 0; i < page->n; i++) {
		const char *name = json_text(json_get(json_at(page->jobs, i), "name"));
		if (strcmp(before, name) >= 0)
			return fail(&p->w->c, ERR_UNAVAILABLE, NULL,
			    "the engine's list is not in the order of names");
		before = name;
	}
	return OK;
}

/* The last name of the page that lies in our namespace; NULL: none. */
static const char *last_name(const struct pass *p, const struct page *page)
{
	for (size_t i = page->n; i > 0; i--)
		if (name_at(p, page, i - 1) != NULL)
			return name_at(p, page, i - 1);
	return NULL;
}

static enum err pages(struct pass *p)
{
	char from[512] = "";
	struct page page;

	for (size_t start = 0;; start += DKRON_PAGE) {
		page = (struct page){ .listed = json_array(p->w->c.arena) };
		TRY(dkron_jobs(&p->w->c, &p->w->dkron, start, &page.jobs));
		page.n = json_length(page.jobs);
		TRY(check_order(p, &page));
		bool last = page.n < DKRON_PAGE;
		const char *to = last ? "" : last_name(p, &page);
		if (to != NULL)
			TRY(hold_against(p, &page, from, to));
		if (last)
			return OK;
		if (to != NULL)
			snprintf(from, sizeof(from), "%s", to);
		if (!worker_turn(p->w))
			return fail(&p->w->c, ERR_UNAVAILABLE, NULL, "the database went away");
	}
}

void pass_run(struct worker *w)
{
	int64_t began_us = time_monotonic_us();
	struct pass p = { .w = w };

	if (worker_ok(w, "pass", pages(&p)))
		log_event(&w->c, p.reverted + p.strays > 0 ? LOG_INFO : LOG_DEBUG, "pass",
		    LOG_INT("jobs", (int64_t)p.seen), LOG_INT("reverted", (int64_t)p.reverted),
		    LOG_INT("strays", (int64_t)p.strays),
		    LOG_INT("took_us", time_monotonic_us() - began_us));
	arena_reset(w->c.arena);
	malloc_trim(
	    0); /* a page of two lists was large, and nothing as large comes until the next pass */
}
