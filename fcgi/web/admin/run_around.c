#include "web/admin/run_around.h"

#include <inttypes.h>
#include <string.h>

#include "core/time.h"
#include "model/alert.h"
#include "model/channel.h"
#include "model/message.h"
#include "web/admin/alerts_page.h"
#include "web/admin/link.h"

enum { FRESH_S = 60 };

/* The end is a moment of the engine's clock, which may be ahead of ours. */
bool run_is_fresh(const struct ctx *c, const struct run *run)
{
	int64_t ago_us = run->finished_us.set ? c->now_us - run->finished_us.value : INT64_MAX;

	return ago_us > -(int64_t)FRESH_S * US_PER_S && ago_us < (int64_t)FRESH_S * US_PER_S;
}

static bool went_wrong(const struct run *run)
{
	return strcmp(run->state, "failed") == 0 || strcmp(run->state, "lost") == 0 ||
	       strcmp(run->state, "missed") == 0;
}

static enum err show_error(const struct page *p, const struct run *run)
{
	const char *error;

	TRY(run_error(p->c, run->id, &error));
	if (error != NULL)
		view_text(view_section(p->v, "ERROR"), "TEXT", error);
	return OK;
}

static enum err show_good(const struct page *p, struct view *v, const struct run *run)
{
	struct run good;
	int64_t id;

	TRY(run_last_good(p->c, run->id, &id));
	enum err e = id == 0 ? ERR_NOT_FOUND : run_get(p->c, id, &good);
	if (e == ERR_NOT_FOUND) {
		view_show(v, "NO_GOOD");
		return OK;
	}
	TRY(e);
	struct view *shown = view_section(v, "GOOD");
	view_int(shown, "ID", good.id);
	view_text(shown, "HREF", link_run(p->c, good.id));
	page_time(p, shown, "TIME", good.finished_us.set ? good.finished_us.value : good.queued_us,
	    TIME_RELATIVE);
	return OK;
}

/* How the job stands now: this run need not be its last. */
static enum err show_now(
    const struct page *p, struct view *v, const struct run *run, const struct job *job)
{
	struct alert_state state;

	if (job->run_id.set && job->run_id.value != run->id && job->run_state.text != NULL) {
		struct view *last = view_section(v, "LATER_RUN");
		view_int(last, "ID", job->run_id.value);
		view_text(last, "HREF", link_run(p->c, job->run_id.value));
		page_state(last, "STATE", job->run_state.text);
	}
	TRY(alert_state_get(p->c, job->id, &state));
	if (state.failures > 1 && state.since_us.set) {
		struct view *bad = view_section(v, "IN_A_ROW");
		view_text(
		    bad, "COUNT", words_count(p->c->arena, state.failures, "bad run", "bad runs"));
		page_time(p, bad, "TIME", state.since_us.value, TIME_SHORT);
	}
	if (job->next_us.set && !job->disabled)
		page_coming(p, view_section(v, "NEXT"), "TIME", job->next_us.value, TIME_SHORT);
	else
		view_text(view_section(v, "NO_NEXT"), "WHY",
		    job->disabled ? "none, the job is disabled" : "none by a schedule");
	return OK;
}

/* ---- who was told */

static void show_message(const struct page *p, struct view *v, const struct message *m)
{
	view_text(v, "TO", m->target);
	alerts_message_state(v, m);
	page_time(p, v, "TIME", m->done_us.set ? m->done_us.value : m->made_us, TIME_SHORT);
	if (m->reason.text != NULL)
		view_text(view_section(v, "WHY"), "TEXT", m->reason.text);
}

/* Why nobody heard of it, as far as settings say. */
static enum err why_nobody(
    const struct page *p, const struct run *run, const struct job *job, const char **out)
{
	bool missed = strcmp(run->state, "missed") == 0;
	struct channel *channels;
	size_t n;

	*out = "the job says that nobody is to be told";
	if (!json_bool(json_get(job->spec, "notify")))
		return OK;
	*out = "neither a mail address nor a webhook of the team wants to hear of it";
	TRY(channel_list(p->c, job->team, job->id, &channels, &n));
	for (size_t i = 0; i < n; i++)
		if (!channels[i].off_us.set &&
		    (missed ? channels[i].on_missed : channels[i].on_failure))
			*out = run_is_fresh(p->c, run)
				   ? "not yet"
				   : "what decided was a run that began later, or the job was "
				     "disabled";
	return OK;
}

static enum err show_told(
    const struct page *p, struct view *v, const struct run *run, const struct job *job)
{
	struct message *messages;
	const char *why;
	int64_t before;
	size_t n;

	TRY(message_of_run(p->c, job->id, run->id, &messages, &n));
	if (n == 0 && !went_wrong(run))
		return OK;
	struct view *told = view_section(v, "TOLD");
	view_text(told, "ALERTS_HREF", alerts_link(p->c, job->team, ""));
	for (size_t i = 0; i < n; i++)
		show_message(p, view_section(told, "MESSAGE"), &messages[i]);
	if (n > 0)
		return OK;
	TRY(message_told_before(p->c, job->id, run->id, &before));
	if (before > 0) {
		struct view *of = view_section(told, "BEFORE");
		view_int(of, "ID", before);
		view_text(of, "HREF", link_run(p->c, before));
		return OK;
	}
	TRY(why_nobody(p, run, job, &why));
	view_text(view_section(told, "NOBODY"), "WHY", why);
	return OK;
}

enum err run_around(const struct page *p, const struct run *run, const struct job *job)
{
	if (went_wrong(run))
		TRY(show_error(p, run));
	struct view *v = view_section(p->v, "AROUND");
	if (run_is_fresh(p->c, run))
		view_text(view_section(v, "FRESH"), "FROM",
		    arena_printf(p->c->arena, "%s?output=none", link_run(p->c, run->id)));
	TRY(show_good(p, v, run));
	if (job == NULL)
		return OK;
	TRY(show_now(p, view_section(v, "STANDS"), run, job));
	return show_told(p, v, run, job);
}
