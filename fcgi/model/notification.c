#include "model/notification.h"

static const struct db_field none[] = { DB_END };

enum err notification_add(struct ctx *c, const char *task_id, bool error, const char *text)
{
	struct json *o = json_object(c->arena), *list = json_array(c->arena);
	char row;

	json_push(list, json_string(c->arena, text));
	json_set(o, error ? "errors" : "notes", list);
	return db_one(c, SQL_NOTIFICATION_ADD,
	    DB_ARGS(db_text(task_id), db_bool(error), db_text(json_write(c->arena, o))), none,
	    &row);
}
