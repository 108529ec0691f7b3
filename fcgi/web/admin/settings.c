/* The settings as they are in effect, and how everything that we rest on is doing. */

#include <string.h>

#include "core/config.h"
#include "core/time.h"
#include "core/version.h"
#include "model/health.h"
#include "model/loop_state.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

/* Shape and colour of a health, as the stylesheet has them for states. */
static const char *css_of(enum health health)
{
	static const char *const css[] = { [HEALTH_WELL] = "succeeded",
		[HEALTH_OFF] = "disabled",
		[HEALTH_DEGRADED] = "drifted",
		[HEALTH_FAILING] = "failed" };

	return css[health];
}

static void show_finding(struct page *p, struct view *table, const struct finding *f)
{
	struct view *row = view_section(table, "FINDING");

	view_text(row, "CSS", css_of(f->health));
	view_text(row, "STATE", health_words(f->health));
	view_text(row, "WHAT", f->what);
	view_text(row, "DETAIL", f->detail);
	if (f->advice == NULL || f->health == HEALTH_OFF || f->health == HEALTH_WELL)
		return;
	struct view *notice = view_section(p->v, "NOTICE");
	view_text(notice, "CSS", f->health == HEALTH_FAILING ? "failed" : "caution");
	view_text(notice, "WHAT", f->what);
	view_text(notice, "DETAIL", f->detail);
	view_text(notice, "ADVICE", f->advice);
}

static enum err show_health(struct page *p)
{
	struct health_report report;
	size_t ill = 0;

	TRY(health_look(p->c, &report));
	for (size_t i = 0; i < report.n; i++) {
		show_finding(p, p->v, &report.list[i]);
		ill += report.list[i].health >= HEALTH_DEGRADED;
	}
	view_text(p->v, "LEDE",
	    ill == 0 ? "Everything is well."
		     : arena_printf(p->c->arena, "%s a look.",
			   words_count(p->c->arena, (int64_t)ill, "thing needs", "things need")));
	view_text(p->v, "OURS", SIGNALBOX_VERSION);
	view_text(p->v, "POSTGRES", report.postgres);
	view_text(p->v, "ENGINE_KIND",
	    strcmp(report.engine_kind, "dkron") == 0 ? "Dkron" : "Embedded engine");
	view_text(p->v, "ENGINE_VERSION", *report.engine != '\0' ? report.engine : "not known");
	return OK;
}

static void show_loop(struct page *p, struct view *table, const struct loop_state *s)
{
	struct view *row = view_section(table, "LOOP");
	bool silent = p->c->now_us - s->passed_us > LOOP_SILENT_S * US_PER_S;

	view_text(row, "CSS", silent ? "missed" : "succeeded");
	view_text(row, "STATE", silent ? "silent" : "at work");
	view_text(row, "NAME", s->loop);
	view_text(row, "HOST", s->host);
	view_int(row, "PID", s->pid);
	page_time(p, row, "SINCE", s->since_us, TIME_SHORT);
	page_time(p, row, "PASSED", s->passed_us, TIME_RELATIVE);
	view_text(row, "TOOK", words_span(p->c->arena, s->took_us));
	view_text(row, "ERRORS", words_number(p->c->arena, s->errors));
	if (s->error.text == NULL || !s->error_us.set)
		return;
	struct view *error = view_section(row, "ERROR");
	view_text(error, "TEXT", s->error.text);
	page_time(p, error, "TIME", s->error_us.value, TIME_RELATIVE);
}

static enum err show_loops(struct page *p)
{
	struct loop_state *loops;
	size_t n;

	TRY(loop_state_list(p->c, &loops, &n));
	if (n == 0) {
		view_show(p->v, "NO_LOOPS");
		return OK;
	}
	struct view *table = view_section(p->v, "LOOPS");
	for (size_t i = 0; i < n; i++)
		show_loop(p, table, &loops[i]);
	return OK;
}

static void show_settings(struct page *p)
{
	struct config_row s;

	for (size_t i = 0; config_row(p->c->config, i, &s); i++) {
		struct view *row = view_section(p->v, "SETTING");
		view_text(row, "NAME", s.name);
		view_text(row, "HELP", s.help);
		view_text(row, "FROM", config_from_words(s.from));
		if (!s.set)
			view_show(row, "UNSET");
		else if (s.secret)
			view_show(row, "SECRET");
		else
			view_text(view_section(row, "VALUE"), "TEXT", s.value);
	}
}

enum err admin_settings(struct req *r, struct resp *w)
{
	struct page p;

	TRY(page_open(&p, r, w, "settings.html"));
	TRY(show_health(&p));
	TRY(show_loops(&p));
	show_settings(&p);
	return page_show(&p, 200, "Settings");
}
