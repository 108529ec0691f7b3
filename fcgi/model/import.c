#include "model/import.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/approval.h"
#include "model/import_inside.h"
#include "model/job_batch.h"
#include "model/job_inside.h"
#include "model/quota.h"
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
	struct job_batch changes;
	struct quota_bounds bounds;
	struct approval_demand demand;
};

static void refuse(
    struct importing *im, struct import_item *item, const char *field, const char *message)
{
	item->kind = IMPORT_REFUSED;
	item->nchanges = 0;
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

static void taken(void *arg, struct import_item *item)
{
	struct importing *im = arg;

	im->plan->count[item->kind]--;
	refuse(im, item, "name",
	    arena_printf(im->entries.c->arena, "There is a job %s already.", item->name));
}

/* Somebody else saved it while this import looked. */
static enum err stale(void *arg, const char *name, int64_t version, void *mark)
{
	struct importing *im = arg;
	struct ctx c = *im->entries.c;
	struct import_item *item = mark;
	struct job job;
	enum err e = job_get(&c, name, &job);

	if (e == OK)
		e = job_check_version(&c, &job, version);
	if (e != ERR_STALE && e != ERR_NOT_FOUND) {
		im->entries.c->fault = c.fault;
		return e != OK ? e : ERR_UNAVAILABLE;
	}
	im->plan->count[item->kind]--;
	refuse(im, item, NULL, c.fault.detail);
	return OK;
}

static enum err flush(struct importing *im)
{
	TRY(batch_flush(&im->batch, taken));
	return job_batch_write(&im->changes);
}

/* Those that came to the team before it are written first, where they are counted. */
static enum err check_quota(struct ctx *c, struct importing *im, const struct team *team,
    const char *name, const struct json *before, const struct json *spec)
{
	TRY(quota_bounds(c, team->id, &im->bounds));
	if (before == NULL && im->bounds.max_jobs.set)
		TRY(flush(im));
	return quota_check(c, &im->bounds, team, name, before, spec);
}

/* A new parent is looked for in what is written, and the order in which children are tied to it
 * counts: such a change is written by itself. */
static enum err put_change(struct ctx *c, struct importing *im, const struct batch_change *change,
    struct import_item *item)
{
	const char *before = spec_text(change->job->spec, "parent_job");
	const char *parent = spec_text(change->spec, "parent_job");
	bool tied = parent[0] != '\0' && strcmp(parent, before) != 0;
	bool moved = change->team->id != change->job->team_id;

	TRY(check_quota(c, im, change->team, change->job->name, moved ? NULL : change->job->spec,
	    change->spec));
	TRY(job_check_edit(c, change->job, change->team, change->spec,
	    &(struct wanted){ .verb = "job_edit", .memo = &im->demand }));
	if (tied) {
		TRY(flush(im));
		TRY(family_check(c, change->job->name, before, change->spec));
	}
	job_batch_add(&im->changes, c, change, item);
	done(im, item, IMPORT_CHANGE);
	return tied ? job_batch_write(&im->changes) : OK;
}

static enum err change(struct ctx *c, struct importing *im, const struct import_entry *entry,
    const struct job *job, struct import_item *item)
{
	struct arena *whole = im->entries.c->arena;
	struct import_difference d;

	if (im->import->team != NULL && strcmp(im->import->team, job->team) != 0)
		return fail(c, ERR_CONFLICT, "name", "There is a job %s already, in the team %s.",
		    job->name, job->team);
	TRY(job_need(c, job, ROLE_EDITOR));
	item->team = arena_strdup(whole, job->team);
	TRY(import_compare(c, entry, job, &d));
	if (d.same) {
		done(im, item, IMPORT_SAME);
		return OK;
	}
	import_keep_changes(whole, item, d.changes, d.nchanges);
	item->team = arena_strdup(whole, d.team.name);
	return put_change(c, im,
	    &(struct batch_change){ job, &d.team, d.spec, reason_of(c, im, entry->line) }, item);
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
	TRY(check_quota(c, im, &team, name, NULL, spec));
	TRY(job_check_new(c, &(struct new_job){ .name = name, .memo = &im->demand }, &team, spec));
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
	TRY(job_batch_seen(c, names.data, &im->jobs, &n));
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
	im->changes = (struct job_batch){ .c = c, .verb = "job_import", .stale = stale, .arg = im };
	const size_t *order = entries_order(&im->entries);
	TRY(family_lock(c)); /* once, before any job is locked: two imports take turns */
	TRY(find_existing(c, im));
	for (size_t i = 0; i < im->entries.n; i++)
		TRY(import_one(im, order[i]));
	TRY(flush(im));
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
	TRY(job_check_reason(c, import->reason));
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
