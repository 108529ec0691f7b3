#include "model/task_change.h"

#include <inttypes.h>
#include <string.h>

#include "core/time.h"
#include "model/job_inside.h"

static bool is_of_a_job(const struct task *t)
{
	return strcmp(t->type, "job-change") == 0 || strcmp(t->type, "job-run") == 0;
}

static enum err read(struct ctx *c, const struct task *t, struct wanted *out)
{
	struct json *data;

	TRY(json_parse(c, t->data_text, strlen(t->data_text), &data));
	wanted_read(data, out);
	out->reason = t->reason;
	return OK;
}

/* Approvers of a group need not be in the team: what the request is about is told to them all the
 * same. */
static enum err job_of(struct ctx *c, const char *name, struct job *out)
{
	struct actor me = c->actor;

	c->actor.admin = true;
	enum err e = job_get(c, name, out);
	c->actor = me;
	return e;
}

enum err task_change_gone(struct ctx *c, const struct task *t, const char **why)
{
	struct wanted w;
	struct job job;

	*why = NULL;
	if (!is_of_a_job(t) || t->completed || t->cancelled)
		return OK;
	TRY(read(c, t, &w));
	enum err e = job_of(c, w.name, &job);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND && w.version != 0)
		*why = arena_printf(c->arena, "%s was deleted meanwhile.", w.name);
	else if (e == OK && w.version != 0 && job.id != w.job_id)
		*why = arena_printf(
		    c->arena, "%s was deleted meanwhile, and another job has its name.", w.name);
	else if (e == OK && w.version == 0)
		*why = arena_printf(c->arena, "There is a job %s already.", w.name);
	else if (e == OK && job.version != w.version)
		*why = arena_printf(c->arena,
		    "%s changed meanwhile: %s saved revision %" PRId64
		    ", and this was made on revision %" PRId64 ". The request must be renewed.",
		    w.name, job.updated_by, job.version, w.version);
	return OK;
}

enum err task_change_done(struct ctx *c, const struct task *t, bool *done)
{
	struct {
		bool done;
	} row = { false };
	static const struct db_field fields[] = { { "done", DB_BOOL_, 0 }, DB_END };

	if (is_of_a_job(t))
		TRY(db_one(c, SQL_APPROVAL_DONE, DB_ARGS(db_text(t->id)), fields, &row));
	*done = row.done;
	return OK;
}

/* ---- for people */

static enum err side(
    struct ctx *c, const struct wanted *w, const struct json *spec, struct task_change_side *out)
{
	struct job job = { .name = w->name, .spec = (struct json *)spec };

	*out = (struct task_change_side){ .there = spec != NULL, .schedule = "" };
	if (spec == NULL)
		return OK;
	out->disabled = json_bool(json_get(spec, "disabled"));
	TRY(job_schedule_words(c, &job, &out->schedule));
	return job_next_fires(c, &job, TASK_CHANGE_FIRES, out->fires_us, &out->nfires);
}

static const struct json *after_of(struct ctx *c, const struct json *spec, const char *team)
{
	struct json *copy = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(spec, i, &key, &value); i++)
		json_set(copy, key, value);
	if (spec != NULL)
		json_set(copy, "team", json_string(c->arena, team));
	return copy;
}

static const char *kind_of(const struct wanted *w)
{
	static const struct {
		const char *verb, *kind;
	} kinds[] = {
		{ "job_add", "create" },
		{ "job_edit", "edit" },
		{ "job_enable", "enable" },
		{ "job_disable", "disable" },
		{ "job_restore", "restore" },
		{ "job_adopt", "adopt" },
		{ "job_delete", "delete" },
	};

	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (strcmp(kinds[i].verb, w->verb) == 0)
			return kinds[i].kind;
	return "run";
}

/* Where there is no job, there is no field either: not even with what it would be by itself. */
static size_t leave_side_empty(const struct wanted *w, struct spec_change *changes, size_t nchanges)
{
	size_t n = 0;

	for (size_t i = 0; i < nchanges; i++) {
		struct spec_change one = changes[i];
		if (w->before == NULL)
			one.before = "";
		if (w->spec == NULL)
			one.after = "";
		if (*one.before != '\0' || *one.after != '\0')
			changes[n++] = one;
	}
	return n;
}

static enum err other(struct ctx *c, struct task_change *ch, const char *there,
    const struct json *member, struct task_change_other *out)
{
	const struct wanted w = { .team = ch->wanted.team, .spec = json_get(member, "definition") };
	struct job_warning *warnings;
	size_t n;

	*out = (struct task_change_other){ .name = json_text(json_get(member, "job")),
		.there = there,
		.parent = json_text(json_get(w.spec, "parent_job")) };
	n = spec_diff(c, json_object(c->arena), after_of(c, w.spec, w.team), &out->changes);
	out->nchanges = leave_side_empty(&w, out->changes, n);
	TRY(job_lint(c, out->name, w.spec, &warnings, &n));
	if (n == 0)
		return OK;
	struct job_warning *all = arena_alloc(c->arena, ch->nwarnings + n, sizeof(*all));
	if (ch->nwarnings > 0)
		memcpy(all, ch->warnings, ch->nwarnings * sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		all[ch->nwarnings + i] = warnings[i];
		all[ch->nwarnings + i].message = arena_printf(
		    c->arena, "%s: %s", out->name, warnings[i].message);
	}
	ch->warnings = all;
	ch->nwarnings += n;
	return OK;
}

/* Parents first, as they will be made; jsonb has lost the order in which they were asked for. */
static void sort_others(struct task_change *ch)
{
	size_t placed = 0;

	for (size_t at = 0; at <= placed && placed < ch->nothers; at++) {
		const char *parent = at == 0 ? ch->wanted.name : ch->others[at - 1].name;
		for (size_t i = placed; i < ch->nothers; i++) {
			struct task_change_other one = ch->others[i];
			if (strcmp(one.parent, parent) != 0)
				continue;
			memmove(&ch->others[placed + 1], &ch->others[placed],
			    (i - placed) * sizeof(one));
			ch->others[placed++] = one;
		}
	}
}

static enum err fill_others(struct ctx *c, struct task_change *ch)
{
	struct json *member = NULL;
	const char *there = NULL;

	ch->others = arena_alloc(c->arena, json_length(ch->wanted.along) + 1, sizeof(*ch->others));
	for (size_t i = 0; json_member(ch->wanted.along, i, &there, &member); i++)
		TRY(other(c, ch, there, member, &ch->others[ch->nothers++]));
	sort_others(ch);
	return OK;
}

static enum err fill(struct ctx *c, struct task_change *ch)
{
	const struct wanted *w = &ch->wanted;
	const struct json *nothing = json_object(c->arena);

	ch->kind = kind_of(w);
	TRY(side(c, w, w->before, &ch->before));
	TRY(side(c, w, w->spec, &ch->after));
	if (w->before != NULL || w->spec != NULL)
		ch->nchanges = spec_diff(c, w->before != NULL ? w->before : nothing,
		    after_of(c, w->spec, w->team), &ch->changes);
	ch->nchanges = leave_side_empty(w, ch->changes, ch->nchanges);
	if (w->spec != NULL)
		TRY(job_lint(c, w->name, w->spec, &ch->warnings, &ch->nwarnings));
	return fill_others(c, ch);
}

enum err task_change(struct ctx *c, const struct task *t, struct task_change **out)
{
	*out = NULL;
	if (!is_of_a_job(t))
		return OK;
	struct task_change *ch = arena_new(c->arena, struct task_change);
	TRY(read(c, t, &ch->wanted));
	TRY(task_change_gone(c, t, &ch->gone));
	ch->renewable = t->mine && !t->completed && !t->cancelled &&
			(ch->gone != NULL || strcmp(t->state, "failed") == 0);
	TRY(fill(c, ch));
	*out = ch;
	return OK;
}
