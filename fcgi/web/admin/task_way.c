/* The way of a request: what happened, in order, and what is still to come. */

#include <string.h>

#include "core/text.h"
#include "model/task_list.h"
#include "web/admin/task_page.h"

struct event {
	int64_t at_us;
	const char *css, *words, *who, *says;
};

/* What work and people write down (model/task*.c, action/), and what it is here. */
static const struct known {
	const char *text, *css, *words;
} knowns[] = {
	{ "changed", "succeeded", "Changed" },
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

static struct event event_of(const struct task_note *note)
{
	struct event e = { note->at_us, "succeeded", note->text, NULL, NULL };

	if (strcmp(note->kind, "comment") == 0)
		return (struct event){ note->at_us, "said", "Comment", note->actor, note->text };
	for (size_t i = 0; i < LENGTH(knowns); i++) {
		if (!says(note->text, knowns[i].text))
			continue;
		const char *rest = note->text + strlen(knowns[i].text);
		e.css = knowns[i].css;
		e.words = knowns[i].words;
		e.who = name_of(note->actor);
		e.says = *rest == ':' ? rest + 2 : NULL;
	}
	return e;
}

static void show_event(const struct task_shown *s, struct view *v, const struct event *e)
{
	struct view *step = view_section(v, "STEP");

	view_text(step, "CSS", e->css);
	view_text(step, "WORDS", e->words);
	if (e->who != NULL)
		view_text(view_section(step, "BY"), "NAME", e->who);
	if (e->at_us > 0)
		page_time(&s->p, view_section(step, "AT"), "TIME", e->at_us, TIME_SHORT);
	if (e->says != NULL && *e->says != '\0')
		view_text(view_section(step, "SAYS"), "TEXT", e->says);
}

static void show_to_come(struct view *v, const char *css, const char *words, const char *more)
{
	struct view *step = view_section(v, "STEP");

	view_text(step, "CSS", css);
	view_text(step, "WORDS", words);
	if (more != NULL)
		view_text(view_section(step, "MORE"), "TEXT", more);
}

/* ---- what has been */

static void show_asked(const struct task_shown *s, struct view *v)
{
	const struct task *t = &s->task;

	show_event(s, v,
	    &(struct event){ t->created_us, "succeeded", "Asked",
		*t->requester != '\0' ? t->requester : "a stranger", NULL });
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
			show_event(s, v,
			    &(struct event){ given[i].at_us, "succeeded", "Approved",
				given[i].account, given[i].comment });
		if (note == NULL || note->ord.set)
			continue;
		struct event e = event_of(note);
		show_event(s, v, &e);
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
	*words = all == NULL ? arena_printf(c->arena, "%s: nobody there but administrators",
				   task_deciders_words(c, t))
			     : arena_printf(c->arena, "%s: %s%s", task_deciders_words(c, t), all,
				   more ? " or others" : "");
	if (*t->requester != '\0')
		*words = arena_printf(
		    c->arena, "%s; not %s, who asked", *words, t->mine ? "you" : t->requester);
	return OK;
}

static enum err show_wait(const struct task_shown *s, struct view *v)
{
	const struct task *t = &s->task;
	struct arena *a = s->p.c->arena;
	const char *who;

	if (!t->valid) {
		show_to_come(v, "failed", "It cannot be done as it was asked",
		    "What is wrong stands under what it does; it can be changed, or withdrawn.");
		return OK;
	}
	TRY(waits_for(s, &who));
	show_to_come(v, "pending",
	    arena_printf(a, "Waits for %s",
		words_count(a, t->required - t->given, "more approval", "more approvals")),
	    who);
	show_to_come(v, "next", "Done as it was asked", NULL);
	return OK;
}

static enum err show_future(const struct task_shown *s, struct view *v)
{
	const struct task *t = &s->task;

	if (!task_is_open(t) || strcmp(t->state, "failed") == 0)
		return OK;
	if (strcmp(t->stage, "wait") == 0)
		return show_wait(s, v);
	if (strcmp(t->stage, "prepare") == 0)
		show_to_come(v, "running", "Is being checked", NULL);
	else if (strcmp(t->stage, "token") == 0)
		show_to_come(v, "queued", "Waits for who got the mail with the token", NULL);
	else
		show_to_come(v, "running", "Is being done", NULL);
	return OK;
}

enum err task_way(const struct task_shown *s, struct view *v)
{
	show_asked(s, v);
	TRY(show_past(s, v));
	return show_future(s, v);
}
