#include "web/admin/task_page.h"

#include <string.h>

#include "core/text.h"
#include "model/team.h"
#include "web/admin/link.h"
#include "web/admin/request_form.h"
#include "web/admin/task_diff.h"

/* ---- the head */

/* A team may be asked for by who does not see it. */
static enum err show_team(const struct task_shown *s)
{
	const char *name = s->task.team.text;
	struct ctx *c = s->p.c;
	struct team team;

	if (name == NULL)
		return OK;
	struct view *v = view_section(s->p.v, "TEAM");
	view_text(v, "NAME", name);
	enum err e = team_named(c, name, &team);
	if (e == OK)
		view_text(view_section(v, "LINKED"), "HREF",
		    arena_printf(c->arena, "/teams/%s", text_urlencode(c->arena, name)));
	else if (e == ERR_NOT_FOUND)
		view_show(v, "PLAIN");
	else
		return e;
	return OK;
}

static void show_head(const struct task_shown *s)
{
	const struct task *t = &s->task;
	const struct state_words *state = task_state(t);
	struct view *v = s->p.v;

	view_text(v, "TITLE", t->title);
	view_text(v, "CSS", state->css);
	view_text(v, "WORD", state->word);
	view_text(v, "BY", t->mine ? "you" : *t->requester != '\0' ? t->requester : "a stranger");
	page_time(&s->p, v, "ASKED", t->created_us, TIME_RELATIVE | TIME_FOCUS);
	if (task_is_open(t))
		page_time(&s->p, view_section(v, "EXPIRING"), "EXPIRES", t->expires_us, TIME_FOCUS);
	if (task_may_edit(&s->p, t, &s->type))
		view_text(view_section(v, "MAY_EDIT"), "HREF",
		    arena_printf(s->p.c->arena, "%s/edit", task_link(s->p.c, t)));
	if (t->failure.text != NULL)
		view_text(view_section(v, "FAILURE"), "SENTENCE", t->failure.text);
	page_audit(&s->p, "task", t->id);
}

/* ---- what is asked for, and what it does */

static void show_fields(const struct task_shown *s)
{
	struct ctx *c = s->p.c;
	const struct json *data = json_stored(c, s->task.data_text);
	struct view *list = NULL;

	for (const struct input *f = type_fields(c, &s->type); f->name != NULL; f++) {
		struct json *value = json_get(data, f->name);
		if (json_type(value) == JSON_NULL || f->kind == INPUT_PASSWORD)
			continue;
		if (list == NULL)
			list = view_section(s->p.v, "FIELDS");
		struct view *row = view_section(list, "FIELD");
		const char *text = request_value(c, f, value);
		bool lines = strchr(text, '\n') != NULL;
		view_text(row, "LABEL", f->label);
		view_text(view_section(row, lines ? "LINES" : "LINE"), "VALUE", text);
	}
}

static const char *action_css(const struct task_shown *s, const struct task_action *a)
{
	bool begun = strcmp(a->state, "pending") != 0;

	if (begun && !a->valid)
		return "failed";
	if (strcmp(a->state, "done") == 0)
		return "succeeded";
	if (strcmp(a->state, "approved") == 0)
		return task_is_open(&s->task) ? "running" : "stopped";
	return "next";
}

/* Of a change of a job the page says in its own words what it does. */
static bool says_what_it_does(const struct task_shown *s)
{
	return !task_is_of_a_job(&s->task) ||
	       (s->nactions > 0 && strcmp(action_css(s, &s->actions[0]), "failed") == 0);
}

static void show_actions(const struct task_shown *s)
{
	if (!says_what_it_does(s))
		return;
	struct view *does = view_section(s->p.v, "DOES");
	for (size_t i = 0; i < s->nactions; i++) {
		const struct task_action *a = &s->actions[i];
		const struct action *known = action_named(a->name);
		struct view *v = view_section(does, "ACTION");
		view_text(v, "CSS", action_css(s, a));
		view_text(v, "NAME", a->name);
		view_text(v, "HELP", known != NULL ? known->help : "");
		for (size_t k = 0; k < s->nnotes; k++)
			if (s->notes[k].ord.set && s->notes[k].ord.value == a->ord &&
			    !task_note_is_late(&s->task, &s->notes[k])) {
				struct view *note = view_section(v, "NOTE");
				view_text(note, "TEXT", s->notes[k].text);
				page_time(&s->p, note, "TIME", s->notes[k].at_us, TIME_SHORT);
			}
	}
}

/* ---- the decision */

static const char *approve_hint(const struct task_shown *s)
{
	const struct task *t = &s->task;
	struct arena *a = s->p.c->arena;
	int64_t left = t->required - t->given - 1;

	if (strcmp(t->state, "failed") == 0)
		return "It goes on where it stopped, with what was approved before.";
	if (left > 0)
		return arena_printf(a, "Yours is one of %s: after it, %s.",
		    words_count(a, t->required, "approval", "approvals"),
		    words_count(a, left, "more is needed", "more are needed"));
	return "It then goes on at once, exactly as it stands here.";
}

/* Asked once more, and what ends is named; the section stands twice, at the button and behind it.
 */
static void show_end(const struct task_shown *s, struct view *v)
{
	const struct task *t = &s->task;
	struct arena *a = s->p.c->arena;
	struct view *end = view_section(v, "CANCEL");

	view_text(end, "LABEL", t->mine ? "Withdraw" : "Cancel this task");
	view_text(end, "QUESTION", t->mine ? "Withdraw this request?" : "Cancel this task?");
	view_text(end, "WHAT", *t->title != '\0' ? t->title : task_type_words(a, t->type));
	if (strcmp(t->stage, "token") == 0)
		view_show(end, "MAILED");
	if (t->given > 0 && !t->approved)
		view_text(view_section(end, "GIVEN"), "TEXT",
		    arena_printf(a, "%s.",
			words_count(a, t->given, "approval given so far is lost",
			    "approvals given so far are lost")));
	if (t->approved)
		view_show(end, "BEGUN");
}

static void show_decision(const struct task_shown *s, const char *comment)
{
	const struct task *t = &s->task;
	struct view *v = view_section(s->p.v, "DECISION");

	view_text(v, "HREF", task_link(s->p.c, t));
	view_text(v, "OF", t->hash.text != NULL ? t->hash.text : "");
	view_text(v, "COMMENT", comment != NULL ? comment : "");
	bool decides = task_may_approve(t) || task_may_reject(t);
	bool may = decides || task_may_cancel(t);
	view_text(v, "HEADLINE", decides ? "Your decision" : "Add a comment");
	view_text(v, "COMMENT_LABEL", may ? "Only comment" : "Comment");
	if (may)
		view_show(v, "DECIDES");
	if (task_may_approve(t)) {
		struct view *yes = view_section(v, "APPROVE");
		view_text(yes, "HASH", t->hash.text);
		view_text(yes, "SHORT_HASH", arena_strndup(s->p.c->arena, t->hash.text, 12));
		view_text(yes, "HINT", approve_hint(s));
		view_text(
		    yes, "LABEL", strcmp(t->state, "failed") == 0 ? "Approve again" : "Approve");
	}
	if (t->decided && task_is_open(t) && !t->approved)
		view_show(v, "DECIDED");
	if (task_may_reject(t))
		view_show(v, "REJECT");
	if (task_may_cancel(t))
		show_end(s, v);
}

/* ---- together */

static enum err show_way(const struct task_shown *s)
{
	bool moves;

	TRY(task_way(s, s->p.v, &moves));
	if (task_is_open(&s->task) || moves)
		view_text(view_section(s->p.v, "LIVE"), "SECONDS",
		    task_moves(&s->task) ? "1"
		    : moves              ? "2"
					 : "5");
	return OK;
}

static enum err look_up(struct task_shown *s, const char *id)
{
	struct ctx *c = s->p.c;
	enum err e;

	TRY(task_get(c, id, &s->task));
	TRY(task_actions(c, &s->task, &s->actions, &s->nactions));
	TRY(task_notes(c, &s->task, &s->notes, &s->nnotes));
	e = type_get(c, s->task.type, &s->type);
	if (e == ERR_NOT_FOUND) { /* an own type that was deleted: its tasks stay to be read */
		s->type = (struct task_type){ .name = s->task.type, .hidden = true };
		return OK;
	}
	return e;
}

enum err task_page(
    struct req *r, struct resp *w, int status, const char *comment, const struct fault *fault)
{
	struct task_shown s = { .nactions = 0 };
	bool changes_job;

	TRY(page_open(&s.p, r, w, "task.html"));
	TRY(look_up(&s, req_var(r, "id")));
	show_head(&s);
	TRY(show_team(&s));
	if (*s.task.reason != '\0')
		view_text(view_section(s.p.v, "WHY"), "TEXT", s.task.reason);
	TRY(task_diff(&s.p, &s.task, &changes_job));
	if (!changes_job)
		show_fields(&s);
	show_actions(&s);
	show_decision(&s, comment);
	TRY(show_way(&s));
	TRY(task_mails(&s, s.p.v));
	TRY(task_job(&s));
	if (fault != NULL)
		view_text(view_section(s.p.v, "WRONG"), "SENTENCE", page_sentence(r->ctx, fault));
	TRY(page_done(&s.p));
	return page_show(&s.p, status, s.task.title);
}
