#include "work/pass.h"

#include <inttypes.h>
#include <malloc.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "core/time.h"
#include "model/comparison.h"
#include "model/drift.h"
#include "model/job.h"
#include "model/job_spec.h"
#include "model/namespace.h"
#include "model/outbox.h"
#include "model/run_work.h"
#include "model/unmanaged.h"
#include "work/lost.h"

/* So many may slip between two pages of a list while others change jobs there. */
enum { SLIPPED_MAX = 50 };

struct pass {
	struct worker *w;
	struct ctx *c; /* of the whole pass: what outlives a page */
	struct dkron_list *list;
	struct outbox_job *gone; /* ours that the list lacked */
	size_t ngone, gone_size;
	struct json *unmanaged; /* of this page, for unmanaged_keep() */
	struct json *heard;     /* of this page, for job_next_heard(); NULL: nothing */
	size_t alive;           /* of ours on the engine */
	struct comparison_report report;
};

/* ---- what is on the page */

static enum err differs(struct ctx *c, struct pass *p, const struct finding *f)
{
	enum drift_end end;

	if (!f->ours->settled)
		return OK; /* an errand is coming anyway */
	TRY(drift_found(c, f->ours, f->spec, f->theirs, &end));
	p->report.reverted += end == DRIFT_REVERTED;
	p->report.adopted += end == DRIFT_ADOPTED;
	if (end != DRIFT_SAME)
		log_event(c, LOG_WARN,
		    end == DRIFT_REVERTED  ? "job_drift_reverted"
		    : end == DRIFT_ADOPTED ? "job_drift_adopted"
					   : "job_drifted",
		    LOG_TEXT("job", f->ours->name), LOG_TEXT("fields", f->fields));
	return OK;
}

static enum err stray(struct ctx *c, struct pass *p, const char *name)
{
	bool deleted;

	TRY(outbox_stray(c, name, &deleted));
	if (!deleted)
		return OK;
	p->report.strays++;
	log_event(c, LOG_WARN, "job_stray_deleted", LOG_TEXT("job", name));
	return OK;
}

/* The phase of an interval is the engine's own. */
static void hear_next(struct ctx *c, struct pass *p, const struct finding *f)
{
	int64_t next_us;

	if (!f->ours->settled || !text_starts(json_text(json_get(f->spec, "schedule")), "@every") ||
	    !time_parse_rfc3339(json_text(json_get(f->theirs, "next")), &next_us) || next_us <= 0)
		return;
	if (p->heard == NULL)
		p->heard = json_array(c->arena);
	struct json *o = json_object(c->arena);
	json_set(o, "n", json_string(c->arena, f->ours->name));
	json_set(o, "x", json_number(c->arena, next_us));
	json_push(p->heard, o);
}

static enum err on_engine(struct ctx *c, struct pass *p, const struct finding *f)
{
	p->report.jobs++;
	p->alive++;
	if (f->kind == FINDING_DIFFERS)
		return differs(c, p, f);
	hear_next(c, p, f);
	/* Somebody put it right by hand. */
	return strcmp(f->ours->state, "drifted") == 0 ? drift_over(c, f->ours) : OK;
}

static const char *keep(const struct pass *p, const char *text)
{
	return text != NULL ? arena_strdup(p->c->arena, text) : NULL;
}

static void keep_gone(struct pass *p, const struct outbox_job *job)
{
	if (p->ngone == p->gone_size) {
		p->gone_size = p->gone_size == 0 ? 64 : 2 * p->gone_size;
		struct outbox_job *grown = arena_alloc(p->c->arena, p->gone_size, sizeof(*grown));
		if (p->ngone > 0)
			memcpy(grown, p->gone, p->ngone * sizeof(*grown));
		p->gone = grown;
	}
	struct outbox_job *copy = &p->gone[p->ngone++];
	*copy = *job;
	copy->name = keep(p, job->name);
	copy->spec_text = keep(p, job->spec_text);
	copy->state = keep(p, job->state);
	copy->policy = keep(p, job->policy);
	copy->drift_text.text = keep(p, job->drift_text.text);
	copy->refused.text = keep(p, job->refused.text);
}

static enum err absent(struct pass *p, const struct finding *f)
{
	p->report.jobs++;
	if (f->ours->settled && !f->ours->spent)
		keep_gone(p, f->ours);
	return OK;
}

static enum err found(struct ctx *c, void *arg, const struct finding *f)
{
	struct pass *p = arg;

	switch (f->kind) {
	case FINDING_SAME:
	case FINDING_DIFFERS:
		return on_engine(c, p, f);
	case FINDING_ABSENT:
		return absent(p, f);
	case FINDING_STRAY:
		return stray(c, p, comparison_our_name(c, f->engine_name));
	case FINDING_UNMANAGED:
	case FINDING_NAMESAKE:
		break;
	}
	if (f->kind == FINDING_UNMANAGED && spec_is_labelled(c, f->theirs))
		TRY(namespace_old_copy(c, f->engine_name));
	if (p->unmanaged == NULL)
		p->unmanaged = json_array(c->arena);
	json_push(p->unmanaged, unmanaged_item(c, f));
	return OK;
}

/* Counters that changed make the history of a job due. */
static void take_down(struct ctx *c, const struct json *job, struct json *listed)
{
	struct arena *a = c->arena;
	const char *name = comparison_our_name(c, json_text(json_get(job, "name")));
	int64_t good = json_int(json_get(job, "success_count")),
		bad = json_int(json_get(job, "error_count"));

	if (name == NULL || (good == 0 && bad == 0))
		return;
	struct json *o = json_object(a);
	json_set(o, "n", json_string(a, name));
	json_set(o, "s",
	    json_string(a, arena_printf(a, "%" PRId64 " %" PRId64 " %s %s", good, bad,
			       json_text(json_get(job, "last_success")),
			       json_text(json_get(job, "last_error")))));
	json_push(listed, o);
}

static enum err stretch(struct ctx *c, void *arg, const struct comparison_stretch *s)
{
	struct pass *p = arg;
	struct json *listed = json_array(c->arena);
	struct json *unmanaged = p->unmanaged != NULL ? p->unmanaged : json_array(c->arena);

	for (size_t i = 0; i < json_length(s->jobs); i++)
		take_down(c, json_at(s->jobs, i), listed);
	p->unmanaged = NULL;
	p->report.unmanaged += (int64_t)json_length(unmanaged);
	const struct json *heard = p->heard;
	p->heard = NULL;
	if (heard != NULL)
		TRY(job_next_heard(c, heard));
	TRY(unmanaged_keep(c, s, unmanaged));
	return json_length(listed) > 0 ? harvest_listed(c, listed) : OK;
}

static enum err fetch(struct ctx *c, void *arg, struct comparison_page *out)
{
	struct pass *p = arg;

	return dkron_list_next(c, p->list, &out->jobs, &out->read_us, &out->last);
}

/* ---- what the engine has lost */

static enum err gone_one(struct pass *p, const struct outbox_job *job)
{
	struct ctx *c = &p->w->c;
	struct json *spec = NULL;
	enum drift_end end;

	TRY(json_parse(c, job->spec_text, strlen(job->spec_text), &spec));
	TRY(drift_found(c, job, spec, NULL, &end));
	p->report.reverted += end == DRIFT_REVERTED;
	if (end != DRIFT_SAME)
		log_event(c, LOG_WARN, end == DRIFT_REVERTED ? "job_drift_reverted" : "job_drifted",
		    LOG_TEXT("job", job->name), LOG_TEXT("fields", "it was gone"));
	return OK;
}

static enum err refill(struct pass *p)
{
	struct ctx *c = &p->w->c;
	struct json *names = json_array(c->arena);

	for (size_t i = 0; i < p->ngone; i++)
		json_push(names, json_string(c->arena, p->gone[i].name));
	log_event(c, LOG_WARN, "engine_forgot", LOG_INT("jobs", (int64_t)p->ngone));
	p->report.reverted += (int64_t)p->ngone;
	return outbox_refill(c, names);
}

/* A list that lacks what is there when it is asked for is no base for anything: it came from a
 * server that begins anew, or lags behind. */
static enum err check_list(struct pass *p, size_t nthere)
{
	if (nthere <= SLIPPED_MAX && (nthere == 0 || p->alive > 0))
		return OK;
	return fail(p->c, ERR_UNAVAILABLE, NULL,
	    "its list lacked %zu jobs of ours that it has when it is asked for them by name: "
	    "nothing "
	    "was concluded from that",
	    nthere);
}

/* An engine that has none of our jobs has lost its memory: that was nobody's decision about a job.
 */
static enum err settle_gone(struct pass *p)
{
	const char *leader;
	size_t nthere;

	if (p->ngone == 0)
		return OK;
	bool *there = arena_alloc(p->c->arena, p->ngone, sizeof(*there));
	TRY(dkron_leader(&p->w->c, &p->w->dkron, &leader));
	TRY(lost_ask(p->w, p->gone, p->ngone, there, &nthere));
	TRY(check_list(p, nthere));
	if (p->alive == 0)
		return refill(p);
	for (size_t i = 0; i < p->ngone; i++)
		if (!there[i])
			TRY(gone_one(p, &p->gone[i]));
	return OK;
}

/* ---- the whole */

static enum err run(struct pass *p)
{
	struct comparison how = { .fetch = fetch, .found = found, .stretch = stretch, .arg = p };

	p->list = dkron_list_create(p->c->arena, &p->w->dkron);
	TRY(comparison_run(p->c, &how));
	return settle_gone(p);
}

static void report(struct pass *p, enum err e)
{
	struct comparison_report *r = &p->report;
	struct outbox_counts counts = { .drifted = 0 };
	struct ctx *c = &p->w->c;

	if (e != OK)
		r->problem.text = c->fault.detail;
	if (worker_ok(p->w, "outbox_counts", outbox_counts(c, &counts)))
		r->drifted = counts.drifted;
	r->took_us = time_now_us() - r->began_us.value;
	(void)worker_ok(p->w, "comparison", comparison_put(c, r));
	log_event(c, r->reverted + r->adopted + r->strays > 0 ? LOG_INFO : LOG_DEBUG, "pass",
	    LOG_INT("jobs", r->jobs), LOG_INT("reverted", r->reverted),
	    LOG_INT("adopted", r->adopted), LOG_INT("drifted", r->drifted),
	    LOG_INT("strays", r->strays), LOG_INT("unmanaged", r->unmanaged),
	    LOG_INT("took_us", r->took_us));
}

void pass_run(struct worker *w)
{
	struct pass p = { .w = w, .c = &w->c };

	p.report.began_us = (struct db_maybe_int64){ time_now_us(), true };
	enum err e = run(&p);
	(void)worker_ok(w, "pass", e);
	report(&p, e);
	arena_reset(w->c.arena);
	/* A page of two lists was large, and nothing as large comes until the next pass. */
	malloc_trim(0);
}
