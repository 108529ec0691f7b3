#include "web/admin/team_more.h"

#include <inttypes.h>
#include <string.h>

#include "model/invite.h"
#include "model/quota.h"
#include "model/rights.h"

/* ---- who is invited */

static const struct {
	const char *status, *css, *word;
} statuses[] = {
	{ "invited", "queued", "Invited" },
	{ "expired", "missed", "Expired" },
	{ "failed", "failed", "Failed" },
	{ "invalid", "failed", "Invalid" },
};

static void show_invite(const struct page *p, struct view *table, const struct invite *invite)
{
	struct view *row = view_section(table, "ROW");

	view_text(row, "EMAIL", invite->email);
	view_text(row, "HREF", arena_printf(p->c->arena, "/tasks/%s", invite->task));
	view_text(row, "ROLE", invite->role);
	view_text(row, "BY", invite->requester);
	for (size_t i = 0; i < LENGTH(statuses); i++)
		if (strcmp(statuses[i].status, invite->status) == 0) {
			view_text(row, "CSS", statuses[i].css);
			view_text(row, "WORD", statuses[i].word);
		}
	page_time(p, row, "ASKED", invite->asked_us, TIME_SHORT);
}

enum err team_show_invites(const struct page *p, const struct team *team)
{
	struct view *v = view_section(p->v, "INVITES");
	struct invite *invites;
	size_t n;

	TRY(team_invites(p->c, team, &invites, &n));
	view_text(v, "INVITE_HREF",
	    arena_printf(p->c->arena, "/requests/new/invite?team=%s", team->name));
	view_int(v, "COUNT", (int64_t)n);
	struct view *table = n > 0 ? view_section(v, "INVITED") : NULL;
	for (size_t i = 0; i < n; i++)
		show_invite(p, table, &invites[i]);
	return OK;
}

/* ---- its quota */

const char *team_number(struct ctx *c, struct db_maybe_int64 n)
{
	return n.set ? arena_printf(c->arena, "%" PRId64, n.value) : "";
}

static const char *of(struct ctx *c, int64_t n, struct db_maybe_int64 max)
{
	return max.set ? arena_printf(c->arena, "%" PRId64 " of %" PRId64, n, max.value)
		       : arena_printf(c->arena, "%" PRId64 ", no bound", n);
}

static const char *typed(const char *text, const char *is)
{
	return text != NULL ? text : is;
}

static void show_form(const struct page *p, const struct team *team, const struct quota *q,
    const struct team_note *note, const struct fault *fault)
{
	static const char *const sizes[][2] = { { "", "no bounds" }, { "small", "small" },
		{ "medium", "medium" }, { "large", "large" },
		{ "custom", "custom: the numbers below" } };
	struct view *v = view_section(p->v, "QUOTA_EDIT");
	struct ctx *c = p->c;
	bool custom = q->size.text != NULL && strcmp(q->size.text, "custom") == 0;
	const char *chosen = typed(note->quota, q->size.text != NULL ? q->size.text : "");

	view_text(v, "HREF", arena_printf(c->arena, "/teams/%s/quota", team->name));
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		struct view *option = view_section(v, "SIZE");
		view_text(option, "VALUE", sizes[i][0]);
		view_text(option, "LABEL",
		    i > 0 && i < 4
			? arena_printf(c->arena, "%s: %s", sizes[i][1],
			      quota_words(c, &(struct quota[]){ quota_of_size(sizes[i][0]) }[0]))
			: sizes[i][1]);
		if (strcmp(sizes[i][0], chosen) == 0)
			view_show(option, "SELECTED");
	}
	view_text(v, "MAX_JOBS", typed(note->max_jobs, custom ? team_number(c, q->max_jobs) : ""));
	view_text(v, "MIN_INTERVAL",
	    typed(note->min_interval, custom ? team_number(c, q->min_interval_s) : ""));
	view_text(v, "MAX_RUNNING",
	    typed(note->max_running, custom ? team_number(c, q->max_running) : ""));
	if (note->form != NULL && strcmp(note->form, "QUOTA") == 0)
		view_text(view_section(v, "QUOTA_BAD"), "DETAIL", page_sentence(c, fault));
}

enum err team_show_quota(const struct page *p, const struct team *team,
    const struct team_note *note, const struct fault *fault)
{
	struct view *v = view_section(p->v, "QUOTA");
	struct ctx *c = p->c;
	struct quota q;
	int64_t running;

	TRY(quota_get(c, team->id, &q));
	TRY(quota_running(c, team->id, &running));
	view_text(v, "SIZE", q.size.text != NULL ? q.size.text : "none");
	view_text(v, "JOBS", of(c, team->jobs, q.max_jobs));
	view_text(v, "INTERVAL",
	    q.min_interval_s.set
		? arena_printf(c->arena, "%" PRId64 " s at least", q.min_interval_s.value)
		: "any");
	view_text(v, "RUNNING", of(c, running, q.max_running));
	if (p->me.admin)
		show_form(p, team, &q, note, fault);
	else if (rights_may_grant(team->role, ROLE_VIEWER))
		view_text(view_section(v, "ASK"), "HREF",
		    arena_printf(c->arena, "/requests/new/quota?team=%s", team->name));
	return OK;
}
