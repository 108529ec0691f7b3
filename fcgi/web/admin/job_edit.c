/* Making and changing a job: what is done with the form. */

#include <string.h>

#include "model/job.h"
#include "model/job_lint.h"
#include "model/job_spec.h"
#include "model/team.h"
#include "web/admin/job.h"
#include "web/admin/job_form.h"
#include "web/admin/link.h"
#include "web/admin/pages.h"

/* Faults that the person at the form can mend are told in it; all others are dispatch's business.
 */
static bool is_mendable(enum err e)
{
	return e == ERR_INVALID || e == ERR_CONFLICT;
}

/* ---- a new job */

static enum err start_new(struct edit *ed, struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct json *base = json_object(a), *config = json_object(a);
	struct team team;

	*ed = (struct edit){ .team = "", .base = base };
	TRY(page_open(&ed->p, r, w, "job-edit.html"));
	json_set(config, "shell", json_string(a, "true"));
	json_set(base, "executor", json_string(a, "shell"));
	json_set(base, "executor_config", config);
	json_set(base, "notify", json_boolean(a, true)); /* as when nothing is said */
	job_form_of(r->ctx, &ed->p.clock, base, &ed->shown);
	if (team_default(r->ctx, &team) == OK)
		ed->shown.text[JOB_TEAM] = team.name;
	ed->typed = ed->shown;
	return OK;
}

enum err admin_job_new(struct req *r, struct resp *w)
{
	const char *from = NULL, *name = "";
	struct edit ed;
	struct job job;

	TRY(query_text(r, "from", &from));
	TRY(query_text(r, "name", &name));
	TRY(start_new(&ed, r, w));
	if (from != NULL) {
		TRY(job_get(r->ctx, from, &job));
		job_form_of(r->ctx, &ed.p.clock, job.spec, &ed.typed);
		ed.typed.text[JOB_TEAM] = job.team;
		if (*name == '\0')
			name = arena_printf(r->ctx->arena, "%s-copy", job.name);
	}
	ed.typed.text[JOB_NAME] = name;
	return job_form_show(&ed, 200);
}

static enum err add_typed(struct edit *ed, struct req *r, struct job *job)
{
	struct json *input;
	const char **text = ed->typed.text;

	TRY(job_form_read(r, &ed->typed));
	TRY(job_name_check(r->ctx, text[JOB_NAME]));
	TRY(job_form_reason(r->ctx, text[JOB_REASON]));
	TRY(job_form_apply(r->ctx, &ed->p.clock, &ed->typed, &ed->shown, ed->base, &input));
	return job_add(r->ctx, text[JOB_NAME], *text[JOB_TEAM] ? text[JOB_TEAM] : NULL, input,
	    text[JOB_REASON], job);
}

enum err admin_job_add(struct req *r, struct resp *w)
{
	struct edit ed;
	struct job job;
	bool asked;

	TRY(start_new(&ed, r, w));
	enum err e = add_typed(&ed, r, &job);
	e = job_ask_others(r, w, e, ed.typed.text[JOB_REASON], &asked);
	if (asked)
		return OK;
	if (is_mendable(e))
		return job_form_show(&ed, status_of(e));
	TRY(e);
	return see_other(r, w, "%s?done=made", link_job(r->ctx, job.name, NULL));
}

/* ---- a job that is there */

static enum err start_edit(struct edit *ed, struct req *r, struct resp *w, const char *name)
{
	struct job job;

	TRY(job_get(r->ctx, name, &job));
	TRY(job_need(r->ctx, &job, ROLE_EDITOR));
	*ed = (struct edit){
		.name = job.name, .team = job.team, .version = job.version, .base = job.spec
	};
	TRY(page_open(&ed->p, r, w, "job-edit.html"));
	job_form_of(r->ctx, &ed->p.clock, job.spec, &ed->shown);
	ed->shown.text[JOB_NAME] = job.name;
	ed->shown.text[JOB_TEAM] = job.team;
	ed->typed = ed->shown;
	return OK;
}

enum err admin_job_edit(struct req *r, struct resp *w)
{
	struct edit ed;

	TRY(start_edit(&ed, r, w, req_var(r, "name")));
	return job_form_show(&ed, 200);
}

static enum err save_typed(struct edit *ed, struct req *r, int64_t version)
{
	const char **text = ed->typed.text;
	struct job_edit change = { .name = ed->name, .version = version, .how = JOB_REPLACE };
	struct json *input;
	struct job job;

	if (strcmp(text[JOB_NAME], ed->name) != 0)
		return fail(r->ctx, ERR_INVALID, "name", "is fixed once a job is made");
	TRY(job_form_reason(r->ctx, text[JOB_REASON]));
	TRY(job_form_apply(r->ctx, &ed->p.clock, &ed->typed, &ed->shown, ed->base, &input));
	change.input = input;
	change.team = *text[JOB_TEAM] ? text[JOB_TEAM] : NULL;
	change.reason = text[JOB_REASON];
	return job_edit(r->ctx, &change, &job);
}

enum err admin_job_save(struct req *r, struct resp *w)
{
	struct edit ed;
	int64_t version = 0;
	bool asked;

	TRY(start_edit(&ed, r, w, req_var(r, "name")));
	enum err e = job_form_read(r, &ed.typed);
	if (e == OK)
		e = form_int(r, "version", 1, INT64_MAX, &version);
	if (e == OK)
		e = save_typed(&ed, r, version);
	e = job_ask_others(r, w, e, ed.typed.text[JOB_REASON], &asked);
	if (asked)
		return OK;
	if (e == ERR_STALE) {
		struct job_form typed = ed.typed;
		TRY(start_edit(&ed, r, w, req_var(r, "name")));
		ed.typed = typed;
		TRY(job_form_merge(&ed, version));
		return job_form_show(&ed, status_of(ERR_STALE));
	}
	if (is_mendable(e))
		return job_form_show(&ed, status_of(e));
	TRY(e);
	return see_other(r, w, "%s?done=saved", link_job(r->ctx, ed.name, NULL));
}

/* ---- while it is typed */

/* As far as what is typed is a definition; ERR_INVALID: not yet. */
static enum err lint_typed(struct edit *ed, struct req *r, struct job_warning **out, size_t *n)
{
	const char *name;
	struct json *input, *spec;

	TRY(job_form_read(r, &ed->typed));
	name = ed->typed.text[JOB_NAME];
	TRY(job_form_apply(r->ctx, &ed->p.clock, &ed->typed, &ed->shown, ed->base, &input));
	TRY(spec_draft(r->ctx, name, NULL, input, &spec));
	return job_lint(r->ctx, name, spec, out, n);
}

/* Each with the field of the form that it is about. */
static struct json *warnings_json(
    struct ctx *c, const struct job_form *form, const struct job_warning *warnings, size_t n)
{
	struct json *list = json_array(c->arena);

	for (size_t i = 0; i < n; i++) {
		struct json *item = job_warning_json(c, &warnings[i]);
		const char *name, *label;
		if (job_form_at(c, form, warnings[i].field, &name, &label)) {
			json_set(item, "at",
			    json_string(c->arena, arena_printf(c->arena, "f-%s", name)));
			json_set(item, "label", json_string(c->arena, label));
		}
		json_push(list, item);
	}
	return list;
}

enum err admin_job_check(struct req *r, struct resp *w)
{
	const char *version = NULL, *name = "";
	struct job_warning *warnings = NULL;
	struct json *answer;
	struct edit ed;
	size_t n = 0;

	TRY(form_maybe(r, "version", &version));
	TRY(form_maybe(r, "name", &name));
	TRY(version == NULL ? start_new(&ed, r, w) : start_edit(&ed, r, w, name));
	enum err e = lint_typed(&ed, r, &warnings, &n);
	if (e != OK && e != ERR_INVALID)
		return e;
	answer = json_object(r->ctx->arena);
	json_set(answer, "warnings", warnings_json(r->ctx, &ed.typed, warnings, n));
	resp_json(r, w, 200, answer);
	return OK;
}
