/* A job that is there already, and what an import makes of it. */

#include <string.h>

#include "model/import_inside.h"
#include "model/job_inside.h"
#include "model/spec_inside.h"

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

void import_keep_changes(
    struct arena *a, struct import_item *item, const struct spec_change *changes, size_t n)
{
	item->changes = arena_alloc(a, n, sizeof(*changes));
	item->nchanges = n;
	for (size_t i = 0; i < n; i++)
		item->changes[i] = (struct spec_change){ arena_strdup(a, changes[i].field),
			arena_strdup(a, changes[i].label), arena_strdup(a, changes[i].before),
			arena_strdup(a, changes[i].after) };
}

/* A team only when the entry names another one; then it must be one to put jobs into. */
enum err import_compare(struct ctx *c, const struct import_entry *entry, const struct job *job,
    struct import_difference *out)
{
	bool moved = entry->team != NULL && strcmp(entry->team, job->team) != 0;
	const struct json *input = entry->merge ? entry->input
						: with_ours(c, entry->input, job->spec);
	struct job after = *job;

	*out = (struct import_difference){
		.team = { .id = job->team_id, .name = job->team, .role = job->role }
	};
	TRY(spec_make(c, job->name, entry->merge ? job->spec : NULL, input, &out->spec));
	out->same = !moved && json_equal(out->spec, job->spec);
	if (moved)
		TRY(job_team(c, entry->team, &out->team));
	after.spec = out->spec;
	after.team = out->team.name;
	if (!out->same)
		out->nchanges = spec_diff(
		    c, job_with_team(c, job), job_with_team(c, &after), &out->changes);
	return OK;
}
