/* Dkron's own list of jobs: what GET /v1/jobs answers and POST /v1/restore takes. */

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "model/import_inside.h"

/* A name in Dkron as ours: without the namespace, when it is in ours. */
static const char *our_name(struct ctx *c, const char *name)
{
	const char *prefix = c->config->namespace;
	bool ours = *prefix != '\0' && text_starts(name, prefix);

	return ours ? name + strlen(prefix) : name;
}

/* The mark is put on anew by whoever writes the engine. */
static struct json *without_mark(struct ctx *c, const struct json *metadata)
{
	struct json *copy = json_copy(c->arena, metadata);

	json_remove(copy, "signalbox");
	return copy;
}

static struct json *input_of(struct import_entries *out, const struct json *job, int64_t index)
{
	struct ctx *c = out->c;
	struct json *input = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(job, i, &key, &value); i++) {
		if (!spec_knows(key))
			entries_note(
			    out, index, "“%.60s” is no field of a job and was left out.", key);
		else if (strcmp(key, "parent_job") == 0 && json_type(value) == JSON_STRING)
			json_set(input, key, json_string(c->arena, our_name(c, json_text(value))));
		else if (strcmp(key, "metadata") == 0 && json_type(value) == JSON_OBJECT)
			json_set(input, key, without_mark(c, value));
		else if (strcmp(key, "name") != 0)
			json_set(input, key, value);
	}
	return input;
}

static enum err read_job(struct import_entries *out, const struct json *job, int64_t index)
{
	const struct json *name = json_get(job, "name"), *team = json_get(job, "team");
	struct import_entry *entry;

	TRY(entries_add(out, index, &entry));
	entry->name = our_name(out->c, json_text(name));
	if (json_type(job) != JSON_OBJECT) {
		entry->message = "must be an object: a job";
	} else if (json_type(name) != JSON_STRING) {
		entry->field = "name";
		entry->message = "must be given";
	} else if (team != NULL && json_type(team) != JSON_STRING) {
		entry->field = "team";
		entry->message = "must be text";
	} else {
		entry->team = team != NULL ? json_text(team) : NULL;
		entry->input = input_of(out, job, index);
	}
	return OK;
}

enum err listed_read(struct ctx *c, const char *text, size_t len, struct import_entries *out)
{
	struct json *list;

	TRY(json_parse(c, text, len, &list));
	if (json_type(list) == JSON_OBJECT)
		return read_job(out, list, 0);
	if (json_type(list) != JSON_ARRAY)
		return fail(c, ERR_INVALID, NULL, "The body must be a JSON list of jobs.");
	for (size_t i = 0; i < json_length(list); i++)
		TRY(read_job(out, json_at(list, i), (int64_t)i));
	return OK;
}
