/* What is stored of types, and what becomes of it. */

#include <string.h>

#include "action/inside.h"
#include "action/own_inside.h"
#include "core/seal.h"
#include "db/db.h"

static const struct db_field row_fields[] = {
	DB_FIELD(struct type_row, name),
	DB_FIELD(struct type_row, own),
	DB_FIELD(struct type_row, definition_text),
	DB_FIELD(struct type_row, version),
	DB_FIELD(struct type_row, updated_us),
	DB_FIELD(struct type_row, updated_by),
	DB_END,
};

enum err type_row_get(struct ctx *c, const char *name, struct type_row *out)
{
	return db_one(c, SQL_TYPE_STORED, DB_ARGS(db_text(name)), row_fields, out);
}

enum err type_row_all(struct ctx *c, struct type_row **out, size_t *n)
{
	return db_many(c, SQL_TYPE_STORED_ALL, DB_NO_ARGS, row_fields, sizeof(**out), out, n);
}

static enum err read_own(struct ctx *c, const struct type_row *row, struct task_type *out)
{
	struct json *definition;

	TRY(json_parse(c, row->definition_text, strlen(row->definition_text), &definition));
	if (row->own)
		return type_parse(c, row->name, definition, out);
	*out = *type_shipped(row->name);
	return type_apply(c, definition, out);
}

enum err type_row_read(struct ctx *c, const struct type_row *row, struct task_type *out)
{
	if (row->own == (type_shipped(row->name) != NULL))
		return fail(c, ERR_NOT_FOUND, NULL, "There is no task type %s.", row->name);
	if (read_own(c, row, out) == OK)
		return OK;
	const char *field = c->fault.field, *why = c->fault.detail;
	return fail(c, ERR_CONFLICT, NULL, "The task type %s cannot be read: %s%s%s", row->name,
	    field != NULL ? field : "", field != NULL ? " " : "", why);
}

enum err type_group_id(struct ctx *c, const char *name, int64_t *id)
{
	struct {
		int64_t id;
	} row;
	static const struct db_field fields[] = { { "id", DB_INT64_, 0 }, DB_END };

	TRY(db_one(c, SQL_TYPE_GROUP, DB_ARGS(db_text(name)), fields, &row));
	*id = row.id;
	return OK;
}

/* ---- the secret */

static const char *secret_place(struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "task_type.secret.%s", name);
}

enum err type_secret(struct ctx *c, const char *name, const char **secret)
{
	struct {
		struct db_blob secret;
	} row;
	static const struct db_field fields[] = { { "secret", DB_BLOB_, 0 }, DB_END };
	enum err e = db_one(c, SQL_TYPE_SECRET, DB_ARGS(db_text(name)), fields, &row);

	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_UNAVAILABLE, NULL,
		    "The task type %s has no secret to sign with: save it once more.", name);
	TRY(e);
	struct sealed sealed = { row.secret.bytes, row.secret.len };
	return unseal(c, secret_place(c, name), &sealed, secret);
}

enum err type_secret_put(struct ctx *c, const char *name, const char *secret)
{
	struct sealed sealed;

	TRY(seal(c, secret_place(c, name), secret, &sealed));
	return db_exec(c, SQL_TYPE_SECRET_PUT,
	    DB_ARGS(db_text(name), db_bytes(sealed.bytes, sealed.len)), NULL);
}
