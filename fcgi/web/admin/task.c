/* One task, and what people decide on it. */

#include <string.h>

#include "action/change.h"
#include "action/engine.h"
#include "core/text.h"
#include "web/admin/pages.h"
#include "web/admin/request_form.h"
#include "web/admin/task_edit_job.h"
#include "web/admin/task_page.h"

struct decided {
	const char *id, *hash, *comment;
	struct task task;
};

static enum err approve(struct ctx *c, struct decided *d)
{
	return task_approve(c, d->id, d->hash, d->comment, &d->task);
}

static enum err reject(struct ctx *c, struct decided *d)
{
	return task_reject(c, d->id, d->comment, &d->task);
}

static enum err cancel(struct ctx *c, struct decided *d)
{
	return task_cancel(c, d->id, d->comment, &d->task);
}

static enum err comment(struct ctx *c, struct decided *d)
{
	return task_comment(c, d->id, d->comment, &d->task);
}

static enum err renew(struct ctx *c, struct decided *d)
{
	return change_renew(c, d->id, &d->task);
}

/* The buttons of the page. */
static const struct decision {
	const char *name, *done;
	enum err (*decide)(struct ctx *c, struct decided *d);
} decisions[] = {
	{ "approve", "approved", approve },
	{ "reject", "rejected", reject },
	{ "cancel", "withdrawn", cancel },
	{ "comment", "commented", comment },
	{ "renew", "asked", renew },
};

/* A renewal that nobody has to approve any more leaves no other request. */
static const char *done_of(const struct decided *d, const struct decision *decision)
{
	bool at_once = decision->decide == renew && strcmp(d->task.id, d->id) == 0;

	return at_once ? "at-once" : decision->done;
}

static enum err read_decision(struct req *r, struct decided *d, const struct decision **out)
{
	static const char *const known[] = { "do", "hash", "comment", NULL };
	const char *name;

	d->id = req_var(r, "id");
	TRY(form_text(r, "comment", &d->comment));
	d->comment = text_line_feeds(r->ctx->arena, d->comment);
	TRY(form_text(r, "do", &name));
	TRY(form_maybe(r, "hash", &d->hash));
	TRY(form_only(r, known));
	for (size_t i = 0; i < LENGTH(decisions); i++)
		if (strcmp(decisions[i].name, name) == 0) {
			*out = &decisions[i];
			return OK;
		}
	return fail(r->ctx, ERR_INVALID, "do", "must be approve, reject, cancel, comment or renew");
}

enum err admin_task(struct req *r, struct resp *w)
{
	return task_page(r, w, 200, NULL, NULL);
}

/* Whoever may not see the task is told so by the page that is shown again, too. */
enum err admin_task_decide(struct req *r, struct resp *w)
{
	struct decided d = { .hash = "", .comment = "" };
	const struct decision *decision = NULL;
	enum err e = read_decision(r, &d, &decision);

	if (e == OK)
		e = decision->decide(r->ctx, &d);
	if (e == OK)
		return see_other(
		    r, w, "%s?done=%s", task_link(r->ctx, &d.task), done_of(&d, decision));
	if (e != ERR_INVALID && e != ERR_CONFLICT && e != ERR_STALE)
		return e;
	struct fault fault = r->ctx->fault;
	return task_page(r, w, status_of(e), d.comment, &fault);
}

/* ---- something else, before it is approved */

static enum err find(struct req *r, struct task *t, struct task_type *type)
{
	struct ctx *c = r->ctx;

	TRY(task_get(c, req_var(r, "id"), t));
	TRY(type_get(c, t->type, type));
	if (!t->mine && !c->actor.admin)
		return fail(c, ERR_FORBIDDEN, NULL, "Only who asked for it may change it.");
	if (!task_is_open(t) || t->approved)
		return fail(c, ERR_CONFLICT, NULL, "This task can no longer be changed.");
	return OK;
}

/* `who` has changed it meanwhile; NULL: nobody has. */
static enum err show_edit(
    struct req *r, struct resp *w, const struct request_form *form, const char *who)
{
	const char *headline = arena_printf(r->ctx->arena, "Change: %s", form->title);
	struct page p;

	TRY(page_open(&p, r, w, "request.html"));
	view_text(p.v, "HEADLINE", headline);
	view_text(p.v, "LEDE", "It is then checked anew, and approvals that were given are gone.");
	view_text(p.v, "BACK", form->back);
	view_text(p.v, "BACK_LABEL", "The task");
	view_text(p.v, "SEND", "Save");
	if (who != NULL) {
		struct view *stale = view_section(p.v, "STALE");
		view_text(stale, "BY", who);
		view_text(stale, "HREF", arena_printf(r->ctx->arena, "%s/edit", form->back));
	}
	TRY(request_form_show(&p, p.v, form));
	return page_show(&p, form->status, headline);
}

/* Whose the last change was. */
static enum err find_editor(struct ctx *c, const struct task *t, const char **who)
{
	struct task_note *notes;
	size_t n;

	*who = "somebody";
	TRY(task_notes(c, t, &notes, &n));
	for (size_t i = 0; i < n; i++)
		if (strcmp(notes[i].kind, "step") == 0 && strcmp(notes[i].text, "changed") == 0)
			*who = notes[i].actor;
	if (strcmp(*who, c->actor.account) == 0)
		*who = "you yourself, elsewhere,";
	return OK;
}

/* Both are there to be compared: what was typed, and what somebody else has made of it. */
static enum err show_stale(struct req *r, struct resp *w, struct request_form *form)
{
	struct ctx *c = r->ctx;
	const char *who;
	struct task t;

	TRY(task_get(c, req_var(r, "id"), &t));
	TRY(find_editor(c, &t, &who));
	form->status = status_of(ERR_STALE);
	form->version = t.version;
	form->meanwhile = json_stored(c, t.data_text);
	return show_edit(r, w, form, who);
}

enum err admin_task_edit(struct req *r, struct resp *w)
{
	struct task_type type;
	struct task t;

	TRY(find(r, &t, &type));
	if (type.hidden)
		return task_edit_job(r, w, &t);
	struct request_form form = { .fields = type_fields(r->ctx, &type),
		.status = 200,
		.title = t.title,
		.version = t.version,
		.back = task_link(r->ctx, &t) };
	TRY(json_parse(r->ctx, t.data_text, strlen(t.data_text), &form.values));
	return show_edit(r, w, &form, NULL);
}

enum err admin_task_save(struct req *r, struct resp *w)
{
	struct task_type type;
	struct task t, now;

	TRY(find(r, &t, &type));
	if (type.hidden)
		return task_save_job(r, w, &t);
	struct request_form form = { .fields = type_fields(r->ctx, &type),
		.title = t.title,
		.version = t.version,
		.back = task_link(r->ctx, &t) };
	TRY(request_form_read(r, &form, false));
	struct ask ask = { .fields = form.values, .seen = { .version = form.version } };
	enum err e = task_edit_as(r->ctx, t.id, &ask, &now);
	if (e == OK)
		return see_other(r, w, "%s?done=changed", form.back);
	if (e == ERR_STALE)
		return show_stale(r, w, &form);
	if (!request_form_takes(r->ctx, e))
		return e;
	form.status = status_of(e);
	form.fault = r->ctx->fault;
	return show_edit(r, w, &form, NULL);
}
