#include "model/job.h"

#include <string.h>

#include "core/text.h"
#include "model/approval.h"
#include "model/audit.h"
#include "model/job_inside.h"
#include "model/outbox.h"
#include "model/quota.h"
#include "model/spec_inside.h"
#include "model/team.h"

enum { REASON_MAX = 500 };

const struct db_field job_columns[] = {
	DB_FIELD(struct job, id),
	DB_FIELD(struct job, version),
	DB_FIELD(struct job, team_id),
	DB_FIELD(struct job, name),
	DB_FIELD(struct job, team),
	DB_FIELD(struct job, spec_text),
	DB_FIELD(struct job, disabled),
	DB_FIELD(struct job, created_us),
	DB_FIELD(struct job, updated_us),
	DB_FIELD(struct job, updated_by),
	DB_FIELD(struct job, next_us),
	DB_FIELD(struct job, from_us),
	DB_FIELD(struct job, sync),
	DB_FIELD(struct job, sync_reason),
	DB_FIELD(struct job, synced_us),
	DB_FIELD(struct job, run_id),
	DB_FIELD(struct job, run_began_us),
	DB_FIELD(struct job, run_started_us),
	DB_FIELD(struct job, run_finished_us),
	DB_FIELD(struct job, run_state),
	DB_FIELD(struct job, role),
	DB_END,
};

struct id {
	int64_t id, version;
};

static const struct db_field id_fields[] = {
	DB_FIELD(struct id, id),
	DB_END,
};

static const struct db_field version_fields[] = {
	DB_FIELD(struct id, version),
	DB_END,
};

static enum err no_such(struct ctx *c, const char *name)
{
	return fail(c, ERR_NOT_FOUND, NULL, "There is no job %s.", name);
}

/* The next fire is computed here and now: the stored one is as old as work's last look. */
enum err job_complete(struct ctx *c, struct job *job)
{
	struct fires fires;

	job->spec = NULL;
	TRY(json_parse(c, job->spec_text, strlen(job->spec_text), &job->spec));
	fires_init(c, job->name, job->spec, job->from_us, &fires);
	job->next_us.set = fires_next(&fires, c->now_us, &job->next_us.value);
	if (!job->next_us.set)
		job->next_us.value = 0;
	return OK;
}

enum err job_get(struct ctx *c, const char *name, struct job *out)
{
	enum err e = db_one(c, SQL_JOB_GET,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(name)),
	    job_columns, out);

	if (e == ERR_NOT_FOUND)
		return no_such(c, name);
	TRY(e);
	return job_complete(c, out);
}

enum err job_get_locked(struct ctx *c, const char *name, struct job *out)
{
	struct id id;
	enum err e = db_one(c, SQL_JOB_LOCK,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(name)), id_fields,
	    &id);

	if (e == ERR_NOT_FOUND)
		return no_such(c, name);
	TRY(e);
	return job_get(c, name, out);
}

/* What each role may do with jobs, and the least scope of a token for it. */
static const struct {
	const char *doing;
	enum scope scope;
} needs[] = {
	[ROLE_VIEWER] = { "Seeing", SCOPE_READ },
	[ROLE_OPERATOR] = { "Running", SCOPE_RUN },
	[ROLE_EDITOR] = { "Changing", SCOPE_WRITE },
	[ROLE_MANAGER] = { "Managing", SCOPE_ADMIN },
};

enum err job_need_in(struct ctx *c, const char *team, int64_t has, enum role role)
{
	if (has < (int64_t)role)
		return fail(c, ERR_FORBIDDEN, NULL, "%s jobs of %s needs the role %s.",
		    needs[role].doing, team, role_name(role));
	if (c->actor.token_id != 0 && c->actor.scope < needs[role].scope)
		return fail(c, ERR_FORBIDDEN, NULL, "%s jobs needs a token with a wider scope.",
		    needs[role].doing);
	return OK;
}

enum err job_need(struct ctx *c, const struct job *job, enum role role)
{
	return job->role == ROLE_NONE ? no_such(c, job->name)
				      : job_need_in(c, job->team, job->role, role);
}

/* A team that the actor may put jobs into. One that he cannot see is a wrong value, not a missing
 * page. */
enum err job_team(struct ctx *c, const char *name, struct team *out)
{
	enum err e = name != NULL ? team_named(c, name, out) : team_default(c, out);

	if (e == ERR_NOT_FOUND)
		return ERR_INVALID;
	TRY(e);
	return job_need_in(c, out->name, out->role, ROLE_EDITOR);
}

enum err job_check_reason(struct ctx *c, const char *reason)
{
	if (reason == NULL || text_is_text(reason, 0, REASON_MAX))
		return OK;
	return fail(c, ERR_INVALID, "reason", "must be text of at most %d characters", REASON_MAX);
}

static const char *object(struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "job:%s", name);
}

/* What every change leaves behind: a revision, the next fire, and word for the engine. */
static enum err record(
    struct ctx *c, const char *name, struct id id, const struct json *spec, const char *reason)
{
	TRY(db_exec(c, SQL_JOB_REVISE,
	    DB_ARGS(db_int(id.id), db_text(c->actor.account != NULL ? c->actor.account : "nobody"),
		db_text(reason != NULL ? reason : ""), db_int(c->now_us),
		db_text(c->actor.approved_task)),
	    NULL));
	TRY(job_store_next(c, id.id, name, spec, (struct db_maybe_int64){ .set = false }));
	return outbox_put(c, name, id.id, id.version);
}

static void say_why(struct ctx *c, struct json *after, const char *reason)
{
	if (reason != NULL && reason[0] != '\0')
		json_set(after, "reason", json_string(c->arena, reason));
}

enum err job_name_free(struct ctx *c, const char *name, bool *out)
{
	struct {
		bool taken;
	} row;
	static const struct db_field fields[] = { { "taken", DB_BOOL_, 0 }, DB_END };

	TRY(db_one(c, SQL_JOB_TAKEN_NAME, DB_ARGS(db_text(name)), fields, &row));
	*out = !row.taken;
	return OK;
}

static enum err taken(struct ctx *c, const char *name)
{
	return fail(c, ERR_CONFLICT, "name", "There is a job %s already.", name);
}

/* Said before others are asked; what is made meanwhile is met when it is written. */
static enum err check_free(struct ctx *c, const char *name)
{
	bool is_free;

	TRY(job_name_free(c, name, &is_free));
	return is_free ? OK : taken(c, name);
}

enum err job_insert(struct ctx *c, const struct new_job *a)
{
	struct id id = { .version = 1 };
	struct json *spec = NULL, *after = json_object(c->arena);
	struct team team;

	TRY(job_team(c, a->team, &team));
	TRY(spec_make(c, a->name, NULL, a->input, &spec));
	TRY(quota_check(c, &(struct quota_bounds){ 0 }, &team, a->name, NULL, spec));
	TRY(family_check(c, a->name, "", spec));
	TRY(check_free(c, a->name));
	TRY(job_check_new(c, a, &team, spec));
	enum err e = db_one(c, SQL_JOB_ADD,
	    DB_ARGS(db_int(team.id), db_text(a->name), db_text(json_write(c->arena, spec)),
		db_int(c->now_us), db_text(c->actor.account != NULL ? c->actor.account : "nobody")),
	    id_fields, &id);
	if (e == ERR_NOT_FOUND) /* made meanwhile */
		return taken(c, a->name);
	TRY(e);
	TRY(record(c, a->name, id, spec, a->reason));
	json_set(after, "team", json_string(c->arena, team.name));
	json_set(after, "spec", spec);
	say_why(c, after, a->reason);
	return audit_add(c, a->verb != NULL ? a->verb : "job_add", object(c, a->name), NULL, after);
}

struct adding {
	struct new_job job;
	struct job *out;
};

static enum err add(struct ctx *c, void *arg)
{
	const struct adding *a = arg;

	TRY(job_insert(c, &a->job));
	return job_get(c, a->job.name, a->out);
}

enum err job_add(struct ctx *c, const char *name, const char *team, const struct json *input,
    const char *reason, struct job *out)
{
	TRY(job_name_check(c, name));
	TRY(job_check_reason(c, reason));
	return db_atomically(c, add, &(struct adding){ { name, team, reason, input, NULL }, out });
}

struct json *job_differing(struct ctx *c, const struct json *from, const struct json *other,
    const char *team, int64_t version)
{
	struct json *o = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(from, i, &key, &value); i++)
		if (!json_equal(value, json_get(other, key)))
			json_set(o, key, value);
	if (team != NULL)
		json_set(o, "team", json_string(c->arena, team));
	json_set(o, "version", json_number(c->arena, version));
	return o;
}

struct editing {
	const struct job_edit *edit;
	const char *verb;
	struct job *out;
};

static enum err save(struct ctx *c, const struct editing *e, const struct job *job,
    const struct team *team, const struct json *spec)
{
	struct id id = { .id = job->id };
	bool moved = team->id != job->team_id;

	TRY(quota_check(
	    c, &(struct quota_bounds){ 0 }, team, job->name, moved ? NULL : job->spec, spec));
	TRY(job_check_edit(
	    c, job, team, spec, &(struct wanted){ .verb = e->verb, .reason = e->edit->reason }));
	TRY(db_one(c, SQL_JOB_CHANGE,
	    DB_ARGS(db_int(job->id), db_int(team->id), db_text(json_write(c->arena, spec)),
		db_int(c->now_us), db_text(c->actor.account != NULL ? c->actor.account : "nobody")),
	    version_fields, &id));
	TRY(record(c, job->name, id, spec, e->edit->reason));
	struct json *after = job_differing(
	    c, spec, job->spec, moved ? team->name : NULL, id.version);
	say_why(c, after, e->edit->reason);
	return audit_add(c, e->verb, object(c, job->name),
	    job_differing(c, job->spec, spec, moved ? job->team : NULL, job->version), after);
}

static enum err edit_locked(struct ctx *c, void *arg)
{
	const struct editing *e = arg;
	struct team team;
	struct json *spec = NULL;
	struct job job;

	TRY(job_get_locked(c, e->edit->name, &job));
	TRY(job_need(c, &job, ROLE_EDITOR));
	TRY(job_check_version(c, &job, e->edit->version));
	team = (struct team){ .id = job.team_id, .name = job.team, .role = job.role };
	if (e->edit->team != NULL && strcmp(e->edit->team, job.team) != 0)
		TRY(job_team(c, e->edit->team, &team));
	TRY(spec_make(
	    c, job.name, e->edit->how == JOB_MERGE ? job.spec : NULL, e->edit->input, &spec));
	TRY(family_check(c, job.name, spec_text(job.spec, "parent_job"), spec));
	if (team.id != job.team_id || !json_equal(spec, job.spec))
		TRY(save(c, e, &job, &team, spec));
	return job_get(c, e->edit->name, e->out);
}

enum err job_edit_as(struct ctx *c, const struct job_edit *edit, const char *verb, struct job *out)
{
	TRY(job_check_reason(c, edit->reason));
	return db_atomically(c, edit_locked, &(struct editing){ edit, verb, out });
}

enum err job_edit(struct ctx *c, const struct job_edit *edit, struct job *out)
{
	return job_edit_as(c, edit, "job_edit", out);
}

enum err job_set_disabled(struct ctx *c, const char *name, bool disabled, struct job *out)
{
	struct json *input = json_object(c->arena);

	json_set(input, "disabled", json_boolean(c->arena, disabled));
	struct job_edit edit = { .name = name, .how = JOB_MERGE, .input = input };
	return job_edit_as(c, &edit, disabled ? "job_disable" : "job_enable", out);
}

struct deleting {
	const char *name;
	int64_t version;
};

static enum err end(struct ctx *c, void *arg)
{
	const struct deleting *d = arg;
	struct json *before = json_object(c->arena);
	struct job job;

	TRY(job_get_locked(c, d->name, &job));
	TRY(job_need(c, &job, ROLE_EDITOR));
	TRY(job_check_version(c, &job, d->version));
	TRY(family_lock(c)); /* behind the job's own lock, as in an edit */
	TRY(family_has_none(c, d->name));
	TRY(job_check_end(c, &job, NULL));
	TRY(outbox_put(c, job.name, 0, job.version + 1));
	TRY(db_exec(c, SQL_JOB_LOCK_END, DB_ARGS(db_int(job.id)), NULL));
	TRY(db_exec(c, SQL_JOB_LEAVE_RUNS,
	    DB_ARGS(db_int(job.id), db_text("The job was deleted before this run began."),
		db_int(c->now_us)),
	    NULL));
	TRY(db_exec(c, SQL_JOB_DELETE, DB_ARGS(db_int(job.id)), NULL));
	json_set(before, "team", json_string(c->arena, job.team));
	json_set(before, "version", json_number(c->arena, job.version));
	json_set(before, "spec", job.spec);
	return audit_add(c, "job_delete", object(c, job.name), before, NULL);
}

enum err job_delete(struct ctx *c, const char *name, int64_t version)
{
	return db_atomically(c, end, &(struct deleting){ name, version });
}
