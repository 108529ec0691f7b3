#include "web/admin/revisions.h"

#include <inttypes.h>
#include <string.h>

#include "model/job.h"
#include "model/job_spec.h"
#include "web/admin/diff.h"
#include "web/admin/job.h"
#include "web/admin/job_asks.h"
#include "web/admin/link.h"
#include "web/admin/pages.h"

struct history {
	struct page p;
	struct job job;
	struct revision *list; /* newest first */
	size_t n;
	int64_t from, to; /* what is compared; 0: nothing */
};

static const struct revision *find(const struct history *h, int64_t version)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->list[i].version == version)
			return &h->list[i];
	return NULL;
}

static enum err spec_of(struct ctx *c, const struct revision *revision, struct json **out)
{
	return json_parse(c, revision->spec_text, strlen(revision->spec_text), out);
}

/* Into a section CHANGES of `v`, left out when nothing did; *n is how many fields. */
static enum err show_changes(struct ctx *c, struct view *v, const struct revision *before,
    const struct revision *after, size_t *n)
{
	struct json *was, *is;
	struct spec_change *changes;

	TRY(spec_of(c, before, &was));
	TRY(spec_of(c, after, &is));
	*n = spec_diff(c, was, is, &changes);
	if (*n == 0)
		return OK;
	struct view *table = view_section(v, "CHANGES");
	view_text(table, "COUNT", words_count(c->arena, (int64_t)*n, "field", "fields"));
	diff_show(table, "Before", "After", changes, *n);
	return OK;
}

static void show_picks(const struct history *h, const char *section, int64_t chosen)
{
	struct ctx *c = h->p.c;

	for (size_t i = 0; i < h->n; i++) {
		struct view *option = view_section(h->p.v, section);
		view_int(option, "VERSION", h->list[i].version);
		view_text(option, "LABEL",
		    arena_printf(
			c->arena, "%" PRId64 ", by %s", h->list[i].version, h->list[i].actor));
		if (h->list[i].version == chosen)
			view_show(option, "CHOSEN");
	}
}

static enum err show_comparison(const struct history *h)
{
	const struct revision *from = find(h, h->from), *to = find(h, h->to);
	struct ctx *c = h->p.c;
	size_t n;

	show_picks(h, "FROM", h->from != 0 ? h->from : h->n > 1 ? h->list[1].version : 1);
	show_picks(h, "TO", h->to != 0 ? h->to : h->job.version);
	if (h->from == 0 && h->to == 0)
		return OK;
	if (from == NULL || to == NULL)
		return fail(c, ERR_INVALID, from == NULL ? "from" : "to",
		    "is no revision of %s that is still on record", h->job.name);
	struct view *v = view_section(h->p.v, "COMPARED");
	view_int(v, "FROM_VERSION", from->version);
	view_int(v, "TO_VERSION", to->version);
	TRY(show_changes(c, v, from, to, &n));
	if (n == 0)
		view_show(v, "ALIKE");
	return OK;
}

/* When others had to: who, and the request. */
static void show_approved(struct ctx *c, struct view *v, const struct revision *revision)
{
	if (revision->task.text == NULL)
		return;
	struct view *by = view_section(v, "APPROVED");
	view_text(by, "BY", revision->approved_by);
	view_text(by, "HREF", arena_printf(c->arena, "/tasks/%s", revision->task.text));
}

enum err revisions_show(const struct page *p, int64_t in_force, const struct revision *revision,
    const struct revision *before, struct view **out)
{
	struct view *v = view_include(p->v, "REVISION", "parts/revision.html");
	size_t changes;

	*out = v;
	view_int(v, "VERSION", revision->version);
	if (revision->version == in_force)
		view_show(v, "IN_FORCE");
	page_time(p, v, "TIME", revision->made_us, TIME_SHORT);
	view_text(v, "ACTOR", revision->actor);
	if (*revision->reason != '\0')
		view_text(view_section(v, "REASON"), "TEXT", revision->reason);
	show_approved(p->c, v, revision);
	if (before != NULL)
		return show_changes(p->c, v, before, revision, &changes);
	if (revision->version == 1)
		view_show(v, "MADE");
	return OK;
}

static enum err show_restore(
    const struct history *h, struct view *v, const struct revision *revision)
{
	struct view *restore = view_section(v, "MAY_RESTORE");
	struct json *spec;

	TRY(spec_of(h->p.c, revision, &spec));
	view_int(restore, "SEEN", h->job.version);
	view_text(restore, "HREF",
	    arena_printf(h->p.c->arena, "%s/%" PRId64 "/restore",
		link_job(h->p.c, h->job.name, "revisions"), revision->version));
	return job_asks(&h->p, restore, &h->job, approval_of_edit(h->job.spec, spec));
}

static enum err show_list(const struct history *h)
{
	const struct page *p = &h->p;
	struct view *v;

	for (size_t i = 0; i < h->n; i++) {
		const struct revision *revision = &h->list[i];
		TRY(revisions_show(
		    p, h->job.version, revision, i + 1 < h->n ? revision + 1 : NULL, &v));
		if (h->job.role >= ROLE_EDITOR && revision->version != h->job.version)
			TRY(show_restore(h, v, revision));
	}
	return OK;
}

static enum err show(struct req *r, struct resp *w, struct history *h, int status)
{
	TRY(job_get(r->ctx, req_var(r, "name"), &h->job));
	TRY(job_revisions(r->ctx, h->job.name, &h->list, &h->n));
	TRY(page_open(&h->p, r, w, "revisions.html"));
	view_text(h->p.v, "NAME", h->job.name);
	view_text(h->p.v, "HREF", link_job(r->ctx, h->job.name, NULL));
	view_text(h->p.v, "SELF", link_job(r->ctx, h->job.name, "revisions"));
	TRY(show_comparison(h));
	TRY(show_list(h));
	return page_show(
	    &h->p, status, arena_printf(r->ctx->arena, "Revisions of %s", h->job.name));
}

enum err admin_revisions(struct req *r, struct resp *w)
{
	struct history h = { .from = 0 };

	TRY(query_int(r, "from", 1, INT64_MAX, &h.from));
	TRY(query_int(r, "to", 1, INT64_MAX, &h.to));
	return show(r, w, &h, 200);
}

enum err admin_restore(struct req *r, struct resp *w)
{
	const char *name = req_var(r, "name");
	int64_t version, seen;
	struct job job;
	bool asked;

	TRY(req_var_int(r, "n", &version));
	TRY(job_button_form(r, &seen));
	enum err e = job_restore(r->ctx, name, version, seen, &job);
	e = job_ask_others(r, w, e, NULL, &asked);
	if (asked)
		return OK;
	if (e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_STALE) {
		struct fault fault = r->ctx->fault;
		return job_page(r, w, name, status_of(e),
		    arena_printf(r->ctx->arena, "Revision %" PRId64 " cannot be restored: %s%s%s",
			version, fault.field != NULL ? fault.field : "",
			fault.field != NULL ? " " : "", fault.detail));
	}
	TRY(e);
	return see_other(r, w, "%s?done=restored", link_job(r->ctx, name, NULL));
}
