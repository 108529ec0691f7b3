/* /settings/engine: how the engine stands, what differs there, and comparing it all now. */

#include <string.h>

#include "core/config.h"
#include "core/time.h"
#include "model/comparison.h"
#include "model/drift.h"
#include "model/outbox.h"
#include "web/admin/link.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

enum { DRIFTS = 20 };

static const char *engine_words(struct ctx *c, const struct engine_state *s)
{
	const char *name = strcmp(s->kind, "dkron") == 0 ? "Dkron" : "Embedded engine";

	return arena_printf(c->arena, "%s%s%s %s%s", name, *s->version != '\0' ? " " : "",
	    s->version, s->reachable ? "answers" : "is away",
	    s->reachable && *s->leader != '\0' ? arena_printf(c->arena, ", leader %s", s->leader)
					       : "");
}

static enum err show_nodes(const struct page *p, const struct engine_state *s)
{
	struct json *nodes;

	TRY(json_parse(p->c, s->nodes, strlen(s->nodes), &nodes));
	if (json_length(nodes) == 0) {
		view_show(p->v, "NO_NODES");
		return OK;
	}
	struct view *table = view_section(p->v, "NODES");
	for (size_t i = 0; i < json_length(nodes); i++) {
		const struct json *node = json_at(nodes, i);
		const char *name = json_text(json_get(node, "name"));
		const char *status = json_text(json_get(node, "status"));
		struct view *row = view_section(table, "ROW");
		view_text(row, "NAME", name);
		view_text(row, "CSS", strcmp(status, "alive") == 0 ? "succeeded" : "failed");
		view_text(row, "WORD", status);
		view_text(row, "ROLE",
		    strcmp(name, s->leader) == 0          ? "leader"
		    : json_bool(json_get(node, "server")) ? "server"
							  : "agent");
		view_text(row, "ADDRESS", json_text(json_get(node, "address")));
	}
	return OK;
}

static enum err show_engine(const struct page *p)
{
	struct engine_state s;
	enum err e = engine_state_get(p->c, &s);

	if (e == ERR_NOT_FOUND) {
		view_text(p->v, "STATE_CSS", "queued");
		view_text(p->v, "STATE", "Not seen yet: is signalbox work running?");
		view_show(p->v, "NO_NODES");
		return OK;
	}
	TRY(e);
	view_text(p->v, "STATE_CSS", s.reachable ? "succeeded" : "failed");
	view_text(p->v, "STATE", engine_words(p->c, &s));
	page_time(
	    p, view_section(p->v, "CHECKED"), "TIME", s.checked_us, TIME_RELATIVE | TIME_FOCUS);
	if (!s.reachable)
		view_text(view_section(p->v, "AWAY"), "TEXT", s.reason.text);
	return show_nodes(p, &s);
}

static void show_count(const struct page *p, const char *label, int64_t n, const char *sync)
{
	struct view *v = view_section(p->v, "COUNT");
	struct view *shown = view_section(v, n > 0 && sync != NULL ? "LINK" : "BARE");

	view_text(v, "LABEL", label);
	view_text(shown, "NUMBER", words_number(p->c->arena, n));
	if (n > 0 && sync != NULL)
		view_text(shown, "HREF", arena_printf(p->c->arena, "/jobs?sync=%s", sync));
}

static enum err show_counts(const struct page *p)
{
	struct outbox_counts n;

	TRY(outbox_counts(p->c, &n));
	show_count(p, "In sync", n.in_sync, NULL);
	show_count(p, "Pending", n.pending, "pending");
	show_count(p, "Failing", n.failing, "failing");
	show_count(p, "Drifted", n.drifted, "drifted");
	return OK;
}

static enum err show_drifts(const struct page *p)
{
	struct drift_line *lines;
	size_t n;

	TRY(drift_list(p->c, DRIFTS + 1, &lines, &n));
	if (n == 0) {
		view_show(p->v, "NO_DRIFT");
		return OK;
	}
	struct view *table = view_section(p->v, "DRIFTS");
	for (size_t i = 0; i < n && i < DRIFTS; i++) {
		struct view *row = view_section(table, "ROW");
		view_text(row, "HREF", link_job(p->c, lines[i].name, NULL));
		view_text(row, "NAME", lines[i].name);
		view_text(row, "WHAT", lines[i].gone ? "gone from the engine" : lines[i].fields);
		if (lines[i].refused.text != NULL)
			view_text(view_section(row, "REFUSED"), "TEXT", lines[i].refused.text);
		page_time(p, row, "TIME", lines[i].found_us, TIME_RELATIVE);
	}
	if (n > DRIFTS)
		view_show(table, "MORE");
	return OK;
}

static void show_report(const struct page *p, const struct comparison_report *r)
{
	static const char *const policies[][2] = { { "show", "shown and left" },
		{ "revert", "put back" }, { "adopt", "adopted" } };
	const struct {
		const char *label;
		int64_t n;
	} facts[] = { { "Jobs", r->jobs }, { "Put back", r->reverted }, { "Adopted", r->adopted },
		{ "Left as drifted", r->drifted }, { "Deleted copies", r->strays } };
	struct arena *a = p->c->arena;
	struct view *v = view_section(p->v, "DONE");

	page_time(p, v, "TIME", r->began_us.value, TIME_RELATIVE);
	view_text(v, "TOOK", words_span(a, r->took_us));
	if (r->problem.text != NULL)
		view_text(view_section(v, "PROBLEM"), "TEXT", r->problem.text);
	for (size_t i = 0; i < LENGTH(facts); i++) {
		struct view *fact = view_section(v, "FACT");
		view_text(fact, "LABEL", facts[i].label);
		view_text(fact, "NUMBER", words_number(a, facts[i].n));
	}
	for (size_t i = 0; i < LENGTH(policies); i++)
		if (strcmp(p->c->config->drift, policies[i][0]) == 0)
			view_text(v, "POLICY", policies[i][1]);
}

static enum err show_comparison(const struct page *p)
{
	struct arena *a = p->c->arena;
	struct comparison_report r;

	TRY(comparison_get(p->c, &r));
	view_text(p->v, "EVERY", words_span(a, config_int(p->c->config->reconcile_s) * US_PER_S));
	if (r.asked_us.set && (!r.began_us.set || r.asked_us.value > r.began_us.value))
		view_text(view_section(p->v, "WAITS"), "WHO", r.asked_by.text);
	if (r.began_us.set)
		show_report(p, &r);
	else
		view_show(p->v, "NEVER");
	view_text(p->v, "UNMANAGED", words_count(a, r.unmanaged, "job", "jobs"));
	if (r.unmanaged > 0)
		view_show(p->v, "ANY_UNMANAGED");
	return OK;
}

enum err admin_engine(struct req *r, struct resp *w)
{
	struct page p;

	TRY(page_open(&p, r, w, "engine.html"));
	TRY(show_engine(&p));
	TRY(show_counts(&p));
	TRY(show_drifts(&p));
	TRY(show_comparison(&p));
	TRY(page_done(&p));
	return page_show(&p, 200, "Engine");
}

enum err admin_engine_resync(struct req *r, struct resp *w)
{
	int64_t asked_us;

	TRY(comparison_ask(r->ctx, &asked_us));
	return see_other(r, w, "/settings/engine?done=resync");
}
