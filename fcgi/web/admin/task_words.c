#include "web/admin/task_words.h"

#include <string.h>

#include "action/change.h"
#include "model/team.h"

enum { PIP_STEP = 12 };

/* clang-format off */
static const struct state_words states[] = {
	{ "approved",       "running",   "In progress" },
	{ "awaiting_token", "queued",    "Waits for token" },
	{ "completed",      "succeeded", "Completed" },
	{ "rejected",       "failed",    "Rejected" },
	{ "cancelled",      "stopped",   "Cancelled" },
	{ "expired",        "missed",    "Expired" },
	{ "failed",         "failed",    "Failed" },
};
/* clang-format on */

static bool waits(const struct task *t)
{
	return strcmp(t->stage, "wait") == 0;
}

static bool failed(const struct task *t)
{
	return strcmp(t->state, "failed") == 0;
}

const struct state_words *task_state(const struct task *t)
{
	static const struct state_words checked = { "", "running", "Being checked" },
					impossible = { "", "failed", "Not possible" },
					yours = { "", "pending", "To approve" },
					others = { "", "pending", "Waits for approval" };

	for (size_t i = 0; i < LENGTH(states); i++)
		if (strcmp(states[i].state, t->state) == 0)
			return &states[i];
	if (!waits(t))
		return &checked;
	if (!t->valid)
		return &impossible;
	return task_may_approve(t) ? &yours : &others;
}

bool task_is_open(const struct task *t)
{
	return !t->completed && !t->cancelled;
}

bool task_moves(const struct task *t)
{
	return task_is_open(t) && !waits(t) && !failed(t) && strcmp(t->stage, "token") != 0;
}

bool task_is_of_a_job(const struct task *t)
{
	return strcmp(t->type, "job-change") == 0 || strcmp(t->type, "job-run") == 0;
}

bool task_note_is_late(const struct task *t, const struct task_note *note)
{
	return t->approved_us.set && note->at_us >= t->approved_us.value;
}

bool task_may_approve(const struct task *t)
{
	if (!t->decider || t->hash.text == NULL || !t->valid)
		return false;
	return failed(t) || (waits(t) && !t->decided);
}

bool task_may_reject(const struct task *t)
{
	return t->decider && task_is_open(t) && !t->approved;
}

/* Who asked withdraws; who manages it takes back what he may no longer reject, or what others
 * decide. */
bool task_may_cancel(const struct task *t)
{
	return task_is_open(t) && (t->mine || (t->manages && (t->approved || !t->decider)));
}

bool task_may_edit(const struct page *p, const struct task *t, const struct task_type *type)
{
	struct wanted wanted;
	struct json *data;

	if (!type->hidden)
		return (t->mine || p->me.admin) && task_is_open(t) && !t->approved;
	if (json_parse(p->c, t->data_text, strlen(t->data_text), &data) != OK)
		return false;
	wanted_read(data, &wanted);
	return change_is_editable(t, &wanted);
}

const char *task_link(struct ctx *c, const struct task *t)
{
	return arena_printf(c->arena, "/tasks/%s", t->id);
}

const char *task_type_words(struct arena *a, const char *type)
{
	char *words = arena_strdup(a, type);

	for (char *s = words; *s != '\0'; s++)
		if (*s == '-')
			*s = ' ';
	return words;
}

/* "a manager", "an operator or higher" */
static const char *role_words(enum role role)
{
	static const char *const words[] = {
		[ROLE_NONE] = "an administrator",
		[ROLE_VIEWER] = "any member",
		[ROLE_OPERATOR] = "an operator, editor or manager",
		[ROLE_EDITOR] = "an editor or manager",
		[ROLE_MANAGER] = "a manager",
	};

	return words[role];
}

const char *task_deciders_words(struct ctx *c, const struct task *t)
{
	if (t->approver_group.text != NULL)
		return arena_printf(c->arena, "the group %s", t->approver_group.text);
	if (!t->approver_role.set || t->team.text == NULL)
		return role_words(ROLE_NONE);
	return arena_printf(
	    c->arena, "%s of %s", role_words((enum role)t->approver_role.value), t->team.text);
}

const char *type_deciders_words(struct ctx *c, const struct task_type *type)
{
	const char *who = role_words(type->team_field != NULL ? type->approver_role : ROLE_NONE);

	if (type->approver_group != NULL)
		who = arena_printf(c->arena, "the group %s", type->approver_group);
	else if (type->team_field != NULL && type->approver_role != ROLE_NONE)
		who = arena_printf(c->arena, "%s of the team", who);
	if (type->required > 1)
		who = arena_printf(c->arena, "%d of %s", (int)type->required, who);
	return type->allow_auto_approve ? arena_printf(c->arena, "by itself, or %s", who) : who;
}

void task_pips(const struct page *p, struct view *v, const char *name, const struct task *t)
{
	struct view *pips = view_include(v, name, "parts/pips.html");
	struct arena *a = p->c->arena;

	view_int(pips, "WIDTH", PIP_STEP * t->required - 2);
	for (int64_t i = 0; i < t->required; i++) {
		struct view *pip = view_section(pips, "PIP");
		view_text(pip, "CSS", i < t->given ? "succeeded" : "open");
		view_text(pip, "R", i < t->given ? "4.5" : "4");
		view_int(pip, "X", PIP_STEP * i + 5);
	}
	view_text(pips, "GIVEN", words_number(a, t->given));
	view_text(pips, "REQUIRED", words_number(a, t->required));
}
