#include "model/import.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/import_inside.h"
#include "model/job_inside.h"
#include "model/spec_inside.h"
#include "model/team.h"

enum { ITEM_ARENA = 32 * 1024 * 1024, NAMES_TRIED = 1000, NAMES_BYTES = 8 * 1024 * 1024 };

enum err import_format(struct ctx *c, const char *name, enum import_format *out)
{
	if (name != NULL && strcmp(name, "dkron") == 0)
		*out = IMPORT_DKRON;
	else if (name != NULL && strcmp(name, "crontab") == 0)
		*out = IMPORT_CRONTAB;
	else
		return fail(c, ERR_INVALID, "format", "must be dkron or crontab");
	return OK;
}

/* ---- one job */

struct importing {
	const struct import *import;
	struct import_entries entries;
	struct import_plan *plan;
	struct json *taken;    /* names that were given to entries of this import */
	struct json *existing; /* name → index into jobs */
	struct json *accepted; /* names of entries that are not refused so far */
	struct job *jobs;
	struct import_batch batch;
};

static void refuse(
    struct importing *im, struct import_item *item, const char *field, const char *message)
{
	item->kind = IMPORT_REFUSED;
	item->field = field;
	item->message = message;
	im->plan->count[IMPORT_REFUSED]++;
}

static void done(struct importing *im, struct import_item *item, enum import_kind kind)
{
	item->kind = kind;
	im->plan->count[kind]++;
}

static const char *reason_of(struct ctx *c, const struct importing *im, int64_t line)
{
	if (im->import->reason != NULL && *im->import->reason != '\0')
		return im->import->reason;
	if (im->import->format == IMPORT_DKRON)
		return "Imported from a list of Dkron";
	return arena_printf(c->arena, "Imported from a crontab, line %" PRId64, line);
}

/* Dkron's list cannot say anything about our own fields: they stay. */
static struct json *with_ours(struct ctx *c, const struct json *input, const struct json *spec)
{
	struct json *copy = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(input, i, &key, &value); i++)
		json_set(copy, key, value);
	for (size_t i = 0; i < nspec_fields; i++)
		if (spec_fields[i].ours && json_get(copy, spec_fields[i].name) == NULL)
			json_set(copy, spec_fields[i].name, json_get(spec, spec_fields[i].name));
	return copy;
}

/* In the arena of the whole import. */
static void keep_changes(
    struct arena *a, struct import_item *item, const struct spec_change *changes, size_t n)
{
	item->changes = arena_alloc(a, n, sizeof(*changes));
	item->nchanges = n;
	for (size_t i = 0; i < n; i++)
		item->changes[i] = (struct spec_change){ arena_strdup(a, changes[i].field),
			arena_strdup(a, changes[i].label), arena_strdup(a, changes[i].before),
			arena_strdup(a, changes[i].after) };
}

static struct json *with_team(struct ctx *c, const struct job *job)
{
	struct json *copy = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(job->spec, i, &key, &value); i++)
		json_set(copy, key, value);
	json_set(copy, "team", json_string(c->arena, job->team));
	return copy;
}

/* Whether it stands there already: then nothing is locked or written. */
static enum err is_same(struct ctx *c, const struct import_entry *entry, const struct json *input,
    const struct job *job, bool *out)
{
	struct json *spec;

	TRY(spec_make(c, job->name, entry->merge ? job->spec : NULL, input, &spec));
	*out = json_equal(spec, job->spec) &&
	       (entry->team == NULL || strcmp(entry->team, job->team) == 0);
	return OK;
}

static void taken(void *arg, struct import_item *item)
{
	struct importing *im = arg;

	im->plan->count[item->kind]--;
	refuse(im, item, "name",
	    arena_printf(im->entries.c->arena, "There is a job %s already.", item->name));
}

static enum err change(struct ctx *c, struct importing *im, const struct import_entry *entry,
    const struct job *job, struct import_item *item)
{
	struct spec_change *changes;
	struct job after;
	bool same;
	struct job_edit edit = { .name = job->name,
		.version = job->version,
		.how = entry->merge ? JOB_MERGE : JOB_REPLACE,
		.team = entry->team,
		.input = entry->merge ? entry->input : with_ours(c, entry->input, job->spec),
		.reason = reason_of(c, im, entry->line) };

	if (im->import->team != NULL && strcmp(im->import->team, job->team) != 0)
		return fail(c, ERR_CONFLICT, "name", "There is a job %s already, in the team %s.",
		    job->name, job->team);
	TRY(job_need(c, job, ROLE_EDITOR));
	item->team = arena_strdup(im->entries.c->arena, job->team);
	TRY(is_same(c, entry, edit.input, job, &same));
	if (same) {
		done(im, item, IMPORT_SAME);
		return OK;
	}
	TRY(batch_flush(&im->batch, taken)); /* its parent may be among them */
	TRY(job_edit_as(c, &edit, "job_import", &after));
	size_t n = spec_diff(c, with_team(c, job), with_team(c, &after), &changes);
	keep_changes(im->entries.c->arena, item, changes, n);
	item->team = arena_strdup(im->entries.c->arena, after.team);
	done(im, item, IMPORT_CHANGE);
	return OK;
}

/* A new job closes no circle; the parent is one of these, or one that the actor may tie jobs to. */
static enum err check_parent(struct ctx *c, struct importing *im, const struct json *spec)
{
	const char *parent = spec_text(spec, "parent_job");
	struct job job;

	if (parent[0] == '\0' || json_get(im->accepted, parent) != NULL)
		return OK;
	enum err e = job_get(c, parent, &job);
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_INVALID, "parent_job", "There is no job %s.", parent);
	TRY(e);
	return job_need(c, &job, ROLE_EDITOR);
}

static enum err create(struct ctx *c, struct importing *im, const struct import_entry *entry,
    const char *name, struct import_item *item)
{
	struct arena *whole = im->entries.c->arena;
	struct json *spec;
	struct team team;

	TRY(job_team(c, im->import->team != NULL ? im->import->team : entry->team, &team));
	TRY(job_name_check(c, name));
	TRY(spec_make(c, name, NULL, entry->input, &spec));
	TRY(check_parent(c, im, spec));
	item->team = arena_strdup(whole, team.name);
	if (im->batch.n == BATCH_MAX)
		TRY(batch_flush(&im->batch, taken));
	batch_add(&im->batch, c,
	    &(struct import_new){ .name = name,
		.team = team.name,
		.team_id = team.id,
		.reason = reason_of(c, im, entry->line),
		.spec = spec,
		.item = item });
	done(im, item, IMPORT_CREATE);
	return OK;
}

/* A copy in the item's own arena: parsing belongs to it. */
static enum err put(struct ctx *c, struct importing *im, const struct import_entry *entry,
    const char *name, struct import_item *item)
{
	const struct json *place = json_get(im->existing, name);
	struct job job;

	if (entry->named_here) {
		enum err e = job_get(c, name, &job);
		if (e == OK)
			return change(c, im, entry, &job, item);
		return e == ERR_NOT_FOUND ? create(c, im, entry, name, item) : e;
	}
	if (place == NULL)
		return create(c, im, entry, name, item);
	job = im->jobs[json_int(place)];
	TRY(job_complete(c, &job));
	return change(c, im, entry, &job, item);
}

/* Whether a name of ours may be this entry's: nobody has it, or a job with the same command. */
static enum err is_free(struct ctx *c, const struct importing *im, const char *name,
    const struct import_entry *entry, bool *out)
{
	struct job job;

	*out = false;
	if (json_get(im->taken, name) != NULL || job_name_check(c, name) != OK)
		return OK;
	enum err e = job_get(c, name, &job);
	if (e == OK)
		*out = strcmp(spec_text(json_get(job.spec, "executor_config"), "command"),
			   spec_text(json_get(entry->input, "executor_config"), "command")) == 0;
	else if (e == ERR_NOT_FOUND)
		TRY(job_name_free(c, name, out));
	else
		return e;
	return OK;
}

static enum err find_name(
    struct ctx *c, struct importing *im, const struct import_entry *entry, const char **out)
{
	for (int i = 1; i <= NAMES_TRIED; i++) {
		const char *name = i == 1 ? entry->name
					  : arena_printf(c->arena, "%s-%d", entry->name, i);
		bool fits;
		TRY(is_free(c, im, name, entry, &fits));
		if (fits) {
			*out = arena_strdup(im->entries.c->arena, name);
			json_set(im->taken, *out, json_boolean(im->entries.c->arena, true));
			return OK;
		}
	}
	return fail(
	    c, ERR_CONFLICT, "name", "There are %d jobs with such a command already.", NAMES_TRIED);
}

static bool is_of_the_entry(enum err e)
{
	return e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_FORBIDDEN || e == ERR_NOT_FOUND ||
	       e == ERR_STALE;
}

static enum err put_entry(
    struct ctx *c, struct importing *im, const struct import_entry *entry, struct import_item *item)
{
	struct arena *whole = im->entries.c->arena;

	if (entry->named_here)
		TRY(find_name(c, im, entry, &item->name));
	TRY(put(c, im, entry, item->name, item));
	json_set(im->accepted, item->name, json_boolean(whole, true));
	return OK;
}

/* In an arena of its own: ten thousand jobs would not fit into that of the request. */
static enum err import_one(struct importing *im, size_t i)
{
	const struct import_entry *entry = &im->entries.list[i];
	struct import_item *item = &im->plan->items[i];
	struct ctx c = *im->entries.c;
	enum err e = OK;

	*item = (struct import_item){ .line = entry->line, .name = entry->name, .team = "" };
	if (entry->input == NULL) {
		refuse(im, item, entry->field, entry->message);
		return OK;
	}
	c.arena = arena_create(ITEM_ARENA);
	e = put_entry(&c, im, entry, item);
	struct arena *whole = im->entries.c->arena;
	const char *field = c.fault.field != NULL ? arena_strdup(whole, c.fault.field) : NULL;
	if (e != OK && is_of_the_entry(e)) {
		refuse(im, item, field, arena_strdup(whole, c.fault.detail));
		e = OK;
	} else if (e != OK) {
		im->entries.c->fault = c.fault;
		im->entries.c->fault.field = field;
		im->entries.c->fault.detail = arena_strdup(whole, c.fault.detail);
		im->entries.c->fault.cause = c.fault.cause != NULL
						 ? arena_strdup(whole, c.fault.cause)
						 : NULL;
	}
	arena_destroy(c.arena);
	return e;
}

/* ---- all of them */

/* Those of the names that a list gives which one may see. */
static enum err find_existing(struct ctx *c, struct importing *im)
{
	struct buf names;
	size_t n;

	buf_init(&names, c->arena, NAMES_BYTES);
	for (size_t i = 0; i < im->entries.n; i++) {
		const struct import_entry *entry = &im->entries.list[i];
		if (entry->input != NULL && !entry->named_here &&
		    job_name_check(c, entry->name) == OK)
			buf_printf(&names, "%s%s", names.len > 0 ? "\n" : "", entry->name);
	}
	im->existing = json_object(c->arena);
	if (names.len == 0)
		return OK;
	TRY(db_many(c, SQL_IMPORT_EXISTING,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(names.data)),
	    job_columns, sizeof(*im->jobs), &im->jobs, &n));
	for (size_t i = 0; i < n; i++)
		json_set(im->existing, im->jobs[i].name, json_number(c->arena, (int64_t)i));
	return OK;
}

static enum err import_all(struct ctx *c, void *arg)
{
	struct importing *im = arg;

	memset(im->plan->count, 0, sizeof(im->plan->count));
	im->taken = json_object(c->arena);
	im->accepted = json_object(c->arena);
	im->batch = (struct import_batch){ .c = c, .arg = im };
	const size_t *order = entries_order(&im->entries);
	TRY(family_lock(c)); /* once, before any job is locked: two imports take turns */
	TRY(find_existing(c, im));
	for (size_t i = 0; i < im->entries.n; i++)
		TRY(import_one(im, order[i]));
	TRY(batch_flush(&im->batch, taken));
	im->plan->done = !im->import->preview && im->plan->count[IMPORT_REFUSED] == 0;
	return im->plan->done ? OK : ERR_STALE; /* takes all of it back */
}

enum err job_import(struct ctx *c, const struct import *import, struct import_plan *out)
{
	struct importing im = { .import = import, .entries = { .c = c }, .plan = out };

	*out = (struct import_plan){ .n = 0 };
	if (import->len > IMPORT_BYTES_MAX)
		return fail(c, ERR_TOO_LARGE, NULL, "An import must not exceed %d bytes.",
		    IMPORT_BYTES_MAX);
	TRY(team_check_filter(c, import->team));
	if (import->format == IMPORT_DKRON)
		TRY(listed_read(c, import->text, import->len, &im.entries));
	else
		TRY(crontab_read(c, import->text, import->len, import->user_column, &im.entries));
	out->n = im.entries.n;
	out->items = arena_alloc(c->arena, out->n + 1, sizeof(*out->items));
	enum err e = db_atomically(c, import_all, &im);
	out->notes = im.entries.notes;
	out->nnotes = im.entries.nnotes;
	return e == ERR_STALE ? OK : e;
}
