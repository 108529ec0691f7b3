/* What an import does, as the API tells it. */

#include "model/import.h"

static struct json *change_json(struct arena *a, const struct spec_change *change)
{
	struct json *o = json_object(a);

	json_set(o, "field", json_string(a, change->field));
	json_set(o, "label", json_string(a, change->label));
	json_set(o, "before", json_string(a, change->before));
	json_set(o, "after", json_string(a, change->after));
	return o;
}

static struct json *item_json(struct arena *a, const struct import_item *item)
{
	struct json *o = json_object(a);

	json_set(o, "line", json_number(a, item->line));
	json_set(o, "name", json_string(a, *item->name != '\0' ? item->name : NULL));
	if (item->kind == IMPORT_REFUSED) {
		json_set(o, "field", json_string(a, item->field));
		json_set(o, "message", json_string(a, item->message));
		return o;
	}
	json_set(o, "team", json_string(a, item->team));
	if (item->kind != IMPORT_CHANGE)
		return o;
	struct json *changes = json_array(a);
	for (size_t i = 0; i < item->nchanges; i++)
		json_push(changes, change_json(a, &item->changes[i]));
	json_set(o, "changes", changes);
	return o;
}

static struct json *notes_json(struct arena *a, const struct import_plan *plan)
{
	struct json *notes = json_array(a);

	for (size_t i = 0; i < plan->nnotes; i++) {
		struct json *o = json_object(a);
		json_set(o, "line", json_number(a, plan->notes[i].line));
		json_set(o, "message", json_string(a, plan->notes[i].message));
		json_push(notes, o);
	}
	return notes;
}

struct json *import_json(struct ctx *c, const struct import_plan *plan)
{
	static const char *const kinds[] = {
		[IMPORT_CREATE] = "create",
		[IMPORT_CHANGE] = "change",
		[IMPORT_SAME] = "same",
		[IMPORT_REFUSED] = "refused",
	};
	struct arena *a = c->arena;
	struct json *o = json_object(a);

	for (size_t kind = 0; kind < LENGTH(kinds); kind++) {
		struct json *list = json_array(a);
		for (size_t i = 0; i < plan->n; i++)
			if (plan->items[i].kind == (enum import_kind)kind)
				json_push(list, item_json(a, &plan->items[i]));
		json_set(o, kinds[kind], list);
	}
	json_set(o, "notes", notes_json(a, plan));
	return o;
}
