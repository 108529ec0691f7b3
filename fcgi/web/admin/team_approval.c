/* What a team demands before its jobs change: on its page, and the form that sets it. */

#include "model/team_approval.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "model/approval.h"
#include "model/approver.h"
#include "model/rights.h"
#include "web/admin/pages.h"
#include "web/admin/team_more.h"

static const struct {
	const char *kind, *label;
} kinds[] = {
	{ "create", "is made" },
	{ "edit", "is changed" },
	{ "enable", "is enabled or disabled" },
	{ "delete", "is deleted" },
	{ "run", "is run by hand, or made to fire otherwise than now" },
};

static bool has_kind(const char *list, const char *kind)
{
	size_t len = strlen(kind);

	for (const char *s = list; (s = strstr(s, kind)) != NULL; s += len)
		if ((s == list || s[-1] == ' ') && (s[len] == ' ' || s[len] == '\0'))
			return true;
	return false;
}

static const char *kinds_words(struct ctx *c, const char *list)
{
	const char *out = "";

	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (has_kind(list, kinds[i].kind))
			out = arena_printf(
			    c->arena, "%s%s%s", out, *out != '\0' ? ", " : "", kinds[i].label);
	return out;
}

static const char *decider_words(struct ctx *c, const struct team_approval *a)
{
	if (a->group.text != NULL)
		return arena_printf(c->arena, "members of the group %s", a->group.text);
	return a->role == ROLE_MANAGER ? "its managers"
				       : arena_printf(c->arena, "its %ss, and who is more",
					     role_name((enum role)a->role));
}

static void add_option(struct view *v, const char *value, const char *label, bool selected)
{
	struct view *option = view_section(v, "WHO");

	view_text(option, "VALUE", value);
	view_text(option, "LABEL", label);
	if (selected)
		view_show(option, "SELECTED");
}

/* Roles and groups are one choice: "role:manager", "group:release". */
static enum err show_deciders(struct ctx *c, struct view *v, const struct team_approval *a)
{
	struct approver_group *groups;
	size_t n;

	for (int64_t role = ROLE_OPERATOR; role <= ROLE_MANAGER; role++) {
		const char *name = role_name((enum role)role);
		add_option(v, arena_printf(c->arena, "role:%s", name),
		    arena_printf(c->arena,
			role == ROLE_MANAGER ? "%ss of the team"
					     : "%ss of the team, and who is more",
			name),
		    a->group.text == NULL && a->role == role);
	}
	TRY(approver_groups(c, &groups, &n));
	for (size_t i = 0; i < n; i++)
		add_option(v, arena_printf(c->arena, "group:%s", groups[i].name),
		    arena_printf(c->arena, "the group %s", groups[i].name),
		    a->group.text != NULL && strcmp(a->group.text, groups[i].name) == 0);
	return OK;
}

static enum err show_form(const struct page *p, const struct team *team,
    const struct team_approval *a, const struct team_note *note, const struct fault *fault)
{
	struct view *v = view_section(p->v, "APPROVAL_EDIT");
	struct ctx *c = p->c;

	view_text(v, "HREF", arena_printf(c->arena, "/teams/%s/approvals", team->name));
	for (int64_t i = 0; i <= APPROVALS_MAX; i++) {
		struct view *option = view_section(v, "NUMBER");
		view_int(option, "VALUE", i);
		view_text(option, "LABEL", i == 0 ? "none" : arena_printf(c->arena, "%" PRId64, i));
		if (i == a->required)
			view_show(option, "SELECTED");
	}
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		struct view *box = view_section(v, "KIND");
		view_text(box, "NAME", kinds[i].kind);
		view_text(box, "LABEL", kinds[i].label);
		if (has_kind(a->kinds, kinds[i].kind))
			view_show(box, "CHECKED");
	}
	TRY(show_deciders(c, v, a));
	if (a->mails)
		view_show(v, "MAILS");
	if (note->form != NULL && strcmp(note->form, "APPROVAL") == 0)
		view_text(view_section(v, "APPROVAL_BAD"), "DETAIL", page_sentence(c, fault));
	return OK;
}

enum err team_show_approval(const struct page *p, const struct team *team,
    const struct team_note *note, const struct fault *fault)
{
	struct view *v = view_section(p->v, "APPROVAL");
	struct ctx *c = p->c;
	struct team_approval a;

	TRY(team_approval_get(c, team->id, &a));
	if (a.required == 0) {
		view_show(v, "NOBODY");
	} else {
		struct view *some = view_section(v, "SOME");
		view_text(some, "NUMBER",
		    a.required == 1
			? "1 other person"
			: arena_printf(c->arena, "%" PRId64 " other people", a.required));
		view_text(some, "KINDS", kinds_words(c, a.kinds));
		view_text(some, "DECIDERS", decider_words(c, &a));
	}
	return rights_may_grant(team->role, ROLE_VIEWER) ? show_form(p, team, &a, note, fault) : OK;
}

static enum err read_who(struct ctx *c, const char *who, struct team_approval *a)
{
	a->group.text = text_starts(who, "group:") ? who + strlen("group:") : NULL;
	if (a->group.text != NULL)
		return OK;
	a->role = text_starts(who, "role:") ? role_named(who + strlen("role:")) : ROLE_NONE;
	return a->role != ROLE_NONE
		   ? OK
		   : fail(c, ERR_INVALID, "approver_role", "must be one of those on the page");
}

static enum err read_kinds(struct req *r, struct team_approval *a)
{
	a->kinds = "";
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		bool on = false;
		TRY(form_flag(r, kinds[i].kind, &on));
		if (on)
			a->kinds = arena_printf(r->ctx->arena, "%s%s%s", a->kinds,
			    *a->kinds != '\0' ? " " : "", kinds[i].kind);
	}
	return OK;
}

enum err team_save_approval(struct req *r)
{
	static const char *const known[] = { "approvals", "who", "create", "edit", "enable",
		"delete", "run", "mails", NULL };
	struct team_approval a;
	const char *who;
	struct team team;

	TRY(form_text(r, "who", &who));
	TRY(form_only(r, known));
	TRY(team_named(r->ctx, req_var(r, "name"), &team));
	TRY(team_approval_get(r->ctx, team.id, &a));
	TRY(form_int(r, "approvals", 0, APPROVALS_MAX, &a.required));
	TRY(read_who(r->ctx, who, &a));
	TRY(read_kinds(r, &a));
	TRY(form_flag(r, "mails", &a.mails));
	return team_approval_set(r->ctx, team.name, &a);
}
