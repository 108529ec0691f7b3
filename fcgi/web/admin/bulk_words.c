#include "web/admin/bulk_words.h"

#include <string.h>

/* clang-format off */
static const struct {
	const char *action, *verb, *doing, *done, *tail;
} forms[] = {
	{ "enable",  "Enable",  "Enabling",  "enabled",  "" },
	{ "disable", "Disable", "Disabling", "disabled", "" },
	{ "run",     "Run",     "Asking for a run of", "asked to run", " now" },
	{ "delete",  "Delete",  "Deleting",  "deleted",  "" },
	{ "move",    "Move",    "Moving",    "moved",    "" },
	{ "stop",    "Take back", "Taking back", "taken back", "" },
};

static const struct state_words states[] = {
	{ "waiting",  "queued",    "Waiting" },
	{ "working",  "running",   "Working" },
	{ "stopping", "pending",   "Stopping" },
	{ "stopped",  "stopped",   "Stopped" },
	{ "done",     "succeeded", "Done" },
	{ "same",     "in-sync",   "Unchanged" },
	{ "failed",   "failed",    "Failed" },
};
/* clang-format on */

static size_t form_of(const char *action)
{
	size_t i = 0;

	while (i + 1 < LENGTH(forms) && strcmp(forms[i].action, action) != 0)
		i++;
	return i;
}

/* "12 jobs", "1 run". */
static const char *amount(struct arena *a, const char *action, int64_t n)
{
	return strcmp(action, "stop") == 0 ? words_count(a, n, "run", "runs")
					   : words_count(a, n, "job", "jobs");
}

const char *bulk_question(struct arena *a, const char *action, int64_t n)
{
	size_t i = form_of(action);

	return arena_printf(a, "%s %s%s", forms[i].verb, amount(a, action, n), forms[i].tail);
}

const char *bulk_title(struct arena *a, const struct bulk *b)
{
	size_t i = form_of(b->action);

	if (b->ended_us.set)
		return arena_printf(a, "%s %s", amount(a, b->action, b->done), forms[i].done);
	return arena_printf(a, "%s %s", forms[i].doing, amount(a, b->action, b->total));
}

void bulk_show_state(struct view *v, const char *name, const char *state)
{
	struct view *s = view_include(v, name, "parts/state.html");

	for (size_t i = 0; i < LENGTH(states); i++)
		if (strcmp(states[i].state, state) == 0) {
			view_text(s, "CSS", states[i].css);
			view_text(s, "WORD", states[i].word);
		}
}

static void say(struct page *p, const char *sentence)
{
	view_text(view_section(p->v, "MEANING"), "SENTENCE", sentence);
}

/* "3 of them are ..." when there are any. */
static void say_of(struct page *p, int64_t n, const char *one, const char *many)
{
	if (n > 0)
		say(p, arena_printf(p->c->arena, "%s %s", words_number(p->c->arena, n),
			   n == 1 ? one : many));
}

static void say_delete(struct page *p, const struct bulk_preview *b)
{
	struct arena *a = p->c->arena;

	say(p, "They go from Signalbox and from the engine, and do not run again. Their runs with "
	       "all output stay in the history, and the audit keeps their definitions.");
	if (b->parents > 0)
		say(p, arena_printf(a,
			   "%s stays: %s that %s not chosen would be left without a parent. Choose "
			   "the children as well, or give them another parent first.",
			   words_count(a, b->parents, "job", "jobs"),
			   words_count(a, b->left_behind, "child", "children"),
			   b->left_behind == 1 ? "is" : "are"));
	say_of(p, b->running, "of them runs at this moment: that run goes on to its end.",
	    "of them run at this moment: those runs go on to their end.");
}

static void say_action(struct page *p, enum bulk_kind kind, const struct bulk_preview *b)
{
	switch (kind) {
	case BULK_ENABLE:
		say(p, "They fire by their schedules from then on.");
		say_of(p, b->seen - b->disabled, "of them is enabled already.",
		    "of them are enabled already.");
		break;
	case BULK_DISABLE:
		say(p, "They do not fire until somebody enables them again. What runs at this "
		       "moment goes on to its end.");
		say_of(p, b->disabled, "of them is disabled already.",
		    "of them are disabled already.");
		break;
	case BULK_RUN:
		say(p, "Each runs once, as soon as the engine takes it, whatever its schedule "
		       "says.");
		say_of(p, b->disabled, "of them is disabled, and will not run.",
		    "of them are disabled, and will not run.");
		break;
	case BULK_DELETE:
		say_delete(p, b);
		break;
	case BULK_MOVE:
		say(p, "The members of the new team see and handle them from then on; those of the "
		       "present team no longer do. Schedules and runs stay as they are.");
		break;
	case BULK_STOP:
		say(p, "Those that the engine has not been asked to run yet will not begin. What "
		       "it runs already it cannot stop: those are reported.");
	}
}

void bulk_meaning(struct page *p, const struct bulk_ask *ask, const struct bulk_preview *preview)
{
	say_action(p, ask->kind, preview);
	if (bulk_is_of_runs(ask->kind))
		return;
	say_of(p, ask->kind == BULK_RUN ? preview->not_runnable : preview->not_editable,
	    "is not yours to do this with: it will be reported as failed.",
	    "are not yours to do this with: they will be reported as failed.");
	say_of(
	    p, preview->total - preview->seen, "is not there any more.", "are not there any more.");
}
