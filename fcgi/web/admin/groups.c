/* /settings/groups: named groups of people who may approve. */

#include <string.h>

#include "model/approver.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"
#include "web/admin/words.h"

/* What a form left to say, and what stood in it. */
struct typed {
	const char *name, *description, *members;
	int64_t version; /* of the group that was seen; APPROVER_NEW: none */
};

static void show_row(struct ctx *c, struct view *table, const struct approver_group *g)
{
	struct view *row = view_section(table, "ROW");
	struct arena *a = c->arena;

	view_text(row, "NAME", g->name);
	view_text(row, "HREF", arena_printf(a, "/settings/groups/%s", g->name));
	view_text(row, "DESCRIPTION", g->description);
	view_text(row, "MEMBERS", g->names);
	view_text(row, "TEAMS", words_count(a, g->teams, "team", "teams"));
}

static enum err show_list(struct req *r, struct resp *w, int status, const struct typed *typed)
{
	struct fault fault = r->ctx->fault;
	struct approver_group *groups;
	struct page p;
	size_t n;

	TRY(page_open(&p, r, w, "groups.html"));
	TRY(approver_groups(r->ctx, &groups, &n));
	struct view *table = n > 0 ? view_section(p.v, "TABLE") : NULL;
	for (size_t i = 0; i < n; i++)
		show_row(p.c, table, &groups[i]);
	if (n == 0)
		view_show(p.v, "NONE");
	view_text(p.v, "NEW_NAME", typed != NULL ? typed->name : "");
	view_text(p.v, "NEW_DESCRIPTION", typed != NULL ? typed->description : "");
	view_text(p.v, "NEW_MEMBERS", typed != NULL ? typed->members : "");
	if (typed != NULL)
		view_text(view_section(p.v, "BAD"), "DETAIL", page_sentence(r->ctx, &fault));
	TRY(page_done(&p));
	return page_show(&p, status, "Groups");
}

enum err admin_groups(struct req *r, struct resp *w)
{
	return show_list(r, w, 200, NULL);
}

/* Names with spaces, commas or lines between. */
static const struct json *names_of(struct ctx *c, const char *text)
{
	static const char between[] = " ,\t\r\n";
	struct json *names = json_array(c->arena);

	for (const char *s = text + strspn(text, between); *s != '\0'; s += strspn(s, between)) {
		size_t len = strcspn(s, between);
		json_push(names, json_string_n(c->arena, s, len));
		s += len;
	}
	return names;
}

static enum err save(struct req *r, const char *name, struct typed *typed)
{
	static const char *const known[] = { "name", "description", "members", "version", NULL };
	struct approver_group g;

	typed->name = name;
	if (name == NULL)
		TRY(form_text(r, "name", &typed->name));
	TRY(form_text(r, "description", &typed->description));
	TRY(form_text(r, "members", &typed->members));
	if (name != NULL)
		TRY(form_int(r, "version", 1, INT64_MAX, &typed->version));
	TRY(form_only(r, known));
	return approver_group_put(r->ctx,
	    &(struct approver_wish){
		typed->name, typed->description, names_of(r->ctx, typed->members), typed->version },
	    &g);
}

static enum err answer(struct req *r, struct resp *w, enum err e, const struct typed *typed)
{
	if (e == OK)
		return see_other(r, w, "/settings/groups?done=saved");
	if (e != ERR_INVALID && e != ERR_CONFLICT)
		return e;
	return show_list(r, w, status_of(e), typed);
}

enum err admin_group_add(struct req *r, struct resp *w)
{
	struct typed typed = { "", "", "", APPROVER_NEW };
	enum err e = save(r, NULL, &typed);

	return answer(r, w, e, &typed);
}

/* Both are there to be compared. */
static void show_stale(struct view *v, const struct approver_group *now, const struct typed *typed)
{
	struct view *stale = view_section(v, "STALE");

	if (strcmp(now->description, typed->description) != 0)
		view_text(view_section(stale, "OF"), "TEXT", now->description);
	view_text(stale, "MEMBERS", *now->names != '\0' ? now->names : "nobody");
}

static enum err show_one(struct req *r, struct resp *w, int status, const struct typed *typed)
{
	struct fault fault = r->ctx->fault;
	struct approver_group g;
	struct page p;

	TRY(page_open(&p, r, w, "group.html"));
	TRY(approver_group_get(r->ctx, req_var(r, "name"), &g));
	view_text(p.v, "NAME", g.name);
	view_text(p.v, "HREF", arena_printf(r->ctx->arena, "/settings/groups/%s", g.name));
	view_text(p.v, "TEAMS", words_count(r->ctx->arena, g.teams, "team", "teams"));
	view_text(p.v, "DESCRIPTION", typed != NULL ? typed->description : g.description);
	view_text(p.v, "MEMBERS", typed != NULL ? typed->members : g.names);
	view_int(p.v, "VERSION", g.version);
	if (status == status_of(ERR_STALE))
		show_stale(p.v, &g, typed);
	else if (typed != NULL)
		view_text(view_section(p.v, "BAD"), "DETAIL", page_sentence(r->ctx, &fault));
	TRY(page_done(&p));
	page_audit(&p, "group", g.name);
	return page_show(&p, status, g.name);
}

enum err admin_group(struct req *r, struct resp *w)
{
	return show_one(r, w, 200, NULL);
}

enum err admin_group_save(struct req *r, struct resp *w)
{
	struct typed typed = { "", "", "", 0 };
	struct approver_group g;

	TRY(approver_group_get(r->ctx, req_var(r, "name"), &g));
	enum err e = save(r, g.name, &typed);
	if (e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_STALE)
		return show_one(r, w, status_of(e), &typed);
	TRY(e);
	return see_other(r, w, "/settings/groups/%s?done=saved", g.name);
}

enum err admin_group_delete(struct req *r, struct resp *w)
{
	struct approver_group g;

	TRY(approver_group_get(r->ctx, req_var(r, "name"), &g));
	enum err e = approver_group_delete(r->ctx, g.name);
	if (e == ERR_CONFLICT)
		return show_one(r, w, status_of(e),
		    &(struct typed){ g.name, g.description, g.names, g.version });
	TRY(e);
	return see_other(r, w, "/settings/groups?done=saved");
}
