/* The way of a request: what happened, in order, and what is still to come. */

#include <string.h>

#include "core/text.h"
#include "model/task_list.h"
#include "web/admin/link.h"
#include "web/admin/task_way.h"

/* What work and people write down (model/task*.c, action/), and what it is here. */
static const struct known {
	const char *text, *css, *words;
} knowns[] = {
	{ "changed", "succeeded", "Changed" },
	{ "approved again", "succeeded", "Approved again" },
	{ "checked", "succeeded", "Checked" },
	{ "completed", "succeeded", "Done" },
	{ "rejected", "failed", "Rejected" },
	{ "cancelled", "stopped", "Cancelled" },
	{ "failed", "failed", "Failed" },
	{ "expired", "missed", "Expired" },
	{ "token submitted", "succeeded", "Confirmed by who got the mail" },
	{ "token reissued", "succeeded", "A new token sent" },
	{ "actions invalid", "failed", "Checked: it cannot be done as it was asked" },
	{ "Action allow auto approval. Auto approving.", "succeeded", "Approved by rule" },
	{ "Actions allow auto aproval, but task does not.", "succeeded",
	    "Nothing speaks against it; people have to approve it" },
	{ "Task cancelled because it already exists.", "stopped",
	    "Ended: the same was asked for before" },
	{ "Task cancelled because of invalid actions.", "stopped",
	    "Ended: it cannot be done as it was asked" },
	{ "Task cancelled because was an old duplicate.", "stopped",
	    "Ended: the same was asked for anew" },
};

static bool says(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) == 0 && (text[len] == '\0' || text[len] == ':');
}

static const char *name_of(const char *account)
{
	return strcmp(account, "signalbox") == 0 || *account == '\0' ? NULL : account;
}

void way_show(const struct task_shown *s, struct view *v, const struct way_step *step)
{
	struct view *li = view_section(v, "STEP");

	view_text(li, "CSS", step->css);
	view_text(li, "WORDS", step->words);
	if (step->link != NULL) {
		struct view *link = view_section(li, "LINK");
		view_text(link, "HREF", step->href);
		view_text(link, "TEXT", step->link);
	}
	if (step->who != NULL)
		view_text(view_section(li, "BY"), "NAME", step->who);
	if (step->at_us > 0)
		page_time(&s->p, view_section(li, "AT"), "TIME", step->at_us, TIME_SHORT);
	if (step->says != NULL && *step->says != '\0')
		view_text(view_section(li, "SAYS"), "TEXT", step->says);
	if (step->more != NULL)
		view_text(view_section(li, "MORE"), "TEXT", step->more);
}

/* ---- what has been */

static const char *checked(const struct task_shown *s)
{
	const char *what = task_is_of_a_job(&s->task) ? task_checked(s) : NULL;

	return what == NULL ? "Checked: it can be done"
			    : arena_printf(s->p.c->arena, "Checked: %s", what);
}

/* Some actions name a run: "Run 12 of hello succeeded." leads there. */
static void link_to_run(const struct task_shown *s, struct way_step *step)
{
	static const char run[] = "Run ";
	struct arena *a = s->p.c->arena;
	int64_t id;

	if (!text_starts(step->words, run))
		return;
	const char *number = step->words + strlen(run);
	if (!text_int64(arena_strndup(a, number, strspn(number, "0123456789")), 1, INT64_MAX, &id))
		return;
	step->href = link_run(s->p.c, id);
	step->link = step->words;
	step->words = "";
}

static struct way_step step_of(const struct task_shown *s, const struct task_note *note)
{
	struct way_step e = { "succeeded", note->text, .at_us = note->at_us };

	if (strcmp(note->kind, "comment") == 0)
		return (struct way_step){ "said", "Comment", .who = note->actor, .says = note->text,
			.at_us = note->at_us };
	for (size_t i = 0; i < LENGTH(knowns); i++) {
		if (!says(note->text, knowns[i].text))
			continue;
		const char *rest = note->text + strlen(knowns[i].text);
		e.css = knowns[i].css;
		e.words = knowns[i].words;
		e.who = name_of(note->actor);
		e.says = *rest == ':' ? rest + 2 : NULL;
	}
	if (says(note->text, "checked"))
		e.words = checked(s);
	if (note->ord.set)
		link_to_run(s, &e);
	return e;
}

static void show_asked(const struct task_shown *s, struct view *v)
{
	const struct task *t = &s->task;

	way_show(s, v,
	    &(struct way_step){ "succeeded", "Asked",
		.who = *t->requester != '\0' ? t->requester : "a stranger",
		.at_us = t->created_us });
}

/* What actions found out before the approval stands at them, what they did since stands here. What
 * came of a change of a job is said in its own words (task_result.c). */
static bool is_on_the_way(const struct task_shown *s, const struct task_note *note)
{
	const struct task *t = &s->task;

	if (task_is_of_a_job(t))
		return !note->ord.set && !says(note->text, "completed");
	return !note->ord.set || task_note_is_late(t, note);
}

static void show_approval(const struct task_shown *s, struct view *v, const struct task_approval *a)
{
	way_show(s, v,
	    &(struct way_step){ "succeeded", "Approved", .who = a->account, .says = a->comment,
		.more = *a->capacity != '\0' ? arena_printf(s->p.c->arena, "as %s", a->capacity)
					     : NULL,
		.at_us = a->at_us });
}

/* Approvals and notes, each in their order, as one. */
static enum err show_past(const struct task_shown *s, struct view *v)
{
	struct task_approval *given;
	size_t n, i = 0;

	TRY(task_approvals(s->p.c, &s->task, &given, &n));
	for (size_t k = 0; k <= s->nnotes; k++) {
		const struct task_note *note = k < s->nnotes ? &s->notes[k] : NULL;
		for (; i < n && (note == NULL || given[i].at_us <= note->at_us); i++)
			show_approval(s, v, &given[i]);
		if (note == NULL || !is_on_the_way(s, note))
			continue;
		struct way_step step = step_of(s, note);
		way_show(s, v, &step);
	}
	return OK;
}

/* ---- what is to come */

/* "You, ada or marta; not kwame, who asked" */
static enum err waits_for(const struct task_shown *s, const char **words)
{
	const struct task *t = &s->task;
	struct ctx *c = s->p.c;
	const char **names, *all = NULL;
	size_t n;
	bool more;

	TRY(task_deciders(c, t, &names, &n, &more));
	for (size_t i = 0; i < n; i++) {
		bool last = i + 1 == n && !more;
		const char *name = strcmp(names[i], s->p.me.name) == 0 ? "you" : names[i];
		all = all == NULL
			  ? name
			  : arena_printf(c->arena, "%s%s%s", all, last ? " or " : ", ", name);
	}
	*words = all == NULL ? arena_printf(c->arena, "%s, or, as there is none, an administrator",
				   task_deciders_words(c, t))
			     : arena_printf(c->arena, "%s: %s%s", task_deciders_words(c, t), all,
				   more ? " or others" : "");
	if (*t->requester != '\0')
		*words = arena_printf(
		    c->arena, "%s; not %s, who asked", *words, t->mine ? "you" : t->requester);
	return OK;
}

static void show_to_come(
    const struct task_shown *s, struct view *v, const char *css, const char *words)
{
	way_show(s, v, &(struct way_step){ css, words });
}

static enum err show_wait(const struct task_shown *s, struct view *v)
{
	const struct task *t = &s->task;
	struct way_step step = { "failed", "It cannot be done as it was asked" };

	if (t->valid) {
		step.css = "pending";
		step.words = arena_printf(s->p.c->arena, "Waits for %s",
		    words_count(
			s->p.c->arena, t->required - t->given, "more approval", "more approvals"));
		TRY(waits_for(s, &step.more));
	} else
		step.more =
		    "What is wrong stands under what it does; it can be changed, or withdrawn.";
	way_show(s, v, &step);
	return OK;
}

/* Whoever is mailed a token has to answer still. */
static bool wants_token(const struct task_shown *s)
{
	for (size_t i = 0; i < s->nactions; i++)
		if (s->actions[i].need_token)
			return true;
	return false;
}

static enum err show_present(const struct task_shown *s, struct view *v)
{
	const char *stage = s->task.stage;

	if (strcmp(stage, "wait") == 0)
		return show_wait(s, v);
	if (strcmp(stage, "prepare") == 0)
		show_to_come(s, v, "running", "Is being checked");
	else if (strcmp(stage, "token") == 0)
		show_to_come(s, v, "queued", "Waits for who got the mail with the token");
	else
		show_to_come(s, v, "running", "Is being done");
	return OK;
}

static void show_rest(const struct task_shown *s, struct view *v)
{
	const struct task *t = &s->task;

	if (strcmp(t->stage, "prepare") == 0 && !s->type.allow_auto_approve && t->required > 0)
		show_to_come(s, v, "next",
		    arena_printf(s->p.c->arena, "Approved by %s", task_deciders_words(s->p.c, t)));
	if (strcmp(t->stage, "wait") == 0 && wants_token(s))
		show_to_come(s, v, "next", "Confirmed by who gets the mail");
	if (!task_is_of_a_job(t))
		show_to_come(s, v, "next", "Done");
}

enum err task_way(const struct task_shown *s, struct view *v, bool *moves)
{
	const struct task *t = &s->task;
	bool goes_on = task_is_open(t) && strcmp(t->state, "failed") != 0;

	*moves = false;
	show_asked(s, v);
	TRY(show_past(s, v));
	if (goes_on)
		TRY(show_present(s, v));
	if (goes_on && (t->valid || strcmp(t->stage, "prepare") == 0))
		show_rest(s, v);
	return task_is_of_a_job(t) ? task_result(s, v, moves) : OK;
}
