#include "model/notification.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "model/audit.h"
#include "model/cursor.h"
#include "model/filter.h"
#include "model/rights.h"
#include "model/task_inside.h"

enum { LIST_MAX = 500 };

static const struct db_field fields[] = {
	DB_FIELD(struct notification, id),
	DB_FIELD(struct notification, task_id),
	DB_FIELD(struct notification, task_type),
	DB_FIELD(struct notification, task_title),
	DB_FIELD(struct notification, error),
	DB_FIELD(struct notification, notes),
	DB_FIELD(struct notification, text),
	DB_FIELD(struct notification, created_us),
	DB_FIELD(struct notification, acknowledged_us),
	DB_FIELD(struct notification, acknowledged_by),
	DB_END,
};

static const struct db_field id_fields[] = { DB_FIELD(struct notification, id), DB_END };

enum err notification_add(
    struct ctx *c, const char *task_id, bool error, const char *text, int64_t *id)
{
	struct json *o = json_object(c->arena), *list = json_array(c->arena);
	struct notification row;

	json_push(list, json_string(c->arena, text));
	json_set(o, error ? "errors" : "notes", list);
	TRY(db_one(c, SQL_NOTIFICATION_ADD,
	    DB_ARGS(db_text(task_id), db_bool(error), db_text(json_write(c->arena, o))), id_fields,
	    &row));
	*id = row.id;
	return OK;
}

static enum err check_query(struct ctx *c, const struct notification_query *query, int64_t *after)
{
	char *place;

	*after = 0;
	if (query->limit < 1 || query->limit > LIST_MAX)
		return fail(c, ERR_INVALID, "limit", "must be 1 to %d", LIST_MAX);
	if (query->task != NULL && !task_id_is_sound(query->task))
		return fail(c, ERR_INVALID, "task", "must be the id of a task");
	if (query->after != NULL &&
	    (!cursor_read(c, query->after, &place) || !text_int64(place, 1, INT64_MAX, after)))
		return cursor_refuse(c);
	return OK;
}

/* Which come next, before any condition; one more than is looked at. */
static enum err look(struct ctx *c, const struct notification_query *query, int64_t after,
    int64_t looked, struct filter_looked *out)
{
	return filter_look(c, SQL_NOTIFICATION_IDS,
	    DB_ARGS(db_int((int64_t)query->kind), db_bool(query->open), db_text(query->task),
		db_int(after), db_int(looked + 1)),
	    looked, out);
}

enum err notification_list(struct ctx *c, const struct notification_query *query,
    struct notification **out, size_t *n, const char **next)
{
	const char *conditions;
	struct filter_looked looked;
	int64_t after;

	TRY(rights_admin(c, "looking at notifications"));
	TRY(check_query(c, query, &after));
	TRY(filter_read(c, query->filters, filter_notification_fields, true, &conditions));
	TRY(look(c, query, after, conditions != NULL ? FILTER_LOOK_MAX : query->limit, &looked));
	TRY(db_many(c, SQL_NOTIFICATION_SHOW,
	    DB_ARGS(db_text(looked.ids), db_text(conditions), db_int(query->limit + 1)), fields,
	    sizeof(**out), out, n));
	if (*n > (size_t)query->limit) {
		*n -= 1;
		looked.next = (*out)[*n - 1].id;
	}
	*next = looked.next != 0 ? cursor_write(c, arena_printf(c->arena, "%" PRId64, looked.next))
				 : NULL;
	return OK;
}

enum err notification_get(struct ctx *c, int64_t id, struct notification *out)
{
	TRY(rights_admin(c, "looking at notifications"));
	enum err e = db_one(c, SQL_NOTIFICATION_GET, DB_ARGS(db_int(id)), fields, out);

	return e == ERR_NOT_FOUND ? fail(c, e, NULL, "There is no such notification.") : e;
}

struct acknowledging {
	struct json *ids;
	int64_t done;
};

static enum err acknowledge(struct ctx *c, void *arg)
{
	struct acknowledging *k = arg;
	struct json *after = json_object(c->arena);

	TRY(db_exec(c, SQL_NOTIFICATION_ACKNOWLEDGE,
	    DB_ARGS(db_text(json_write(c->arena, k->ids)),
		db_text(c->actor.account != NULL ? c->actor.account : "")),
	    &k->done));
	if (k->done == 0)
		return OK;
	json_set(after, "ids", k->ids);
	return audit_add(c, "notification_acknowledge", "notifications", NULL, after);
}

static enum err check_changing(struct ctx *c)
{
	TRY(rights_admin(c, "acknowledging notifications"));
	if (c->actor.token_id != 0 && c->actor.scope < SCOPE_WRITE)
		return fail(c, ERR_FORBIDDEN, NULL, "For this a token needs the scope write.");
	return OK;
}

enum err notification_acknowledge(struct ctx *c, const int64_t *ids, size_t n, int64_t *done)
{
	struct acknowledging k = { .ids = json_array(c->arena) };

	TRY(check_changing(c));
	if (n > NOTIFICATIONS_MANY)
		return fail(c, ERR_INVALID, "ids", "must be at most %d", NOTIFICATIONS_MANY);
	for (size_t i = 0; i < n; i++)
		json_push(k.ids, json_number(c->arena, ids[i]));
	TRY(db_atomically(c, acknowledge, &k));
	*done = k.done;
	return OK;
}

struct json *notification_json(struct ctx *c, const struct notification *n)
{
	struct arena *a = c->arena;
	struct json *o = json_object(a), *notes = NULL;

	if (json_parse(c, n->notes, strlen(n->notes), &notes) != OK)
		notes = NULL;
	json_set(o, "id", json_number(a, n->id));
	json_set(o, "error", json_boolean(a, n->error));
	json_set(o, "notes", notes);
	json_set(o, "task", json_string(a, n->task_id.text));
	json_set(o, "task_type", json_string(a, n->task_type.text));
	json_set(o, "title", json_string(a, n->task_title.text));
	json_set(o, "created_at", json_time(a, n->created_us));
	json_set(o, "acknowledged", json_boolean(a, n->acknowledged_us.set));
	json_set(o, "acknowledged_at", json_time(a, n->acknowledged_us.value));
	json_set(o, "acknowledged_by", json_string(a, n->acknowledged_by.text));
	return o;
}
