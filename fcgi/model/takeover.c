#include "model/takeover.h"

#include <string.h>

#include "core/config.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/job_spec.h"

enum err takeover_put(
    struct ctx *c, const char *engine_name, const char *job_name, const char *definition)
{
	return db_exec(c, SQL_TAKEOVER_PUT,
	    DB_ARGS(db_text(engine_name), db_text(job_name), db_text(definition)), NULL);
}

static enum err one_name(struct ctx *c, enum sql find, const char *engine_name, const char **out)
{
	static const struct db_field fields[] = { { "job_name", DB_TEXT_, 0 }, DB_END };

	return db_one(c, find, DB_ARGS(db_text(engine_name)), fields, out);
}

enum err takeover_of(struct ctx *c, const char *engine_name, const char **job_name)
{
	return one_name(c, SQL_TAKEOVER_OF, engine_name, job_name);
}

enum err takeover_neighbour(struct ctx *c, const struct takeover *t, const char **engine_name)
{
	return one_name(c, SQL_TAKEOVER_NEIGHBOUR, t->engine_name, engine_name);
}

enum err takeover_due(struct ctx *c, size_t max, struct takeover **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct takeover, engine_name),
		DB_FIELD(struct takeover, job_name),
		DB_FIELD(struct takeover, definition_text),
		DB_FIELD(struct takeover, there),
		DB_FIELD(struct takeover, moved),
		DB_END,
	};

	return db_many(c, SQL_TAKEOVER_DUE,
	    DB_ARGS(db_int((int64_t)max), db_text(c->config->namespace)), fields,
	    sizeof(struct takeover), out, n);
}

enum err takeover_on_again(struct ctx *c, const struct takeover *t)
{
	return db_exec(c, SQL_TAKEOVER_ON_AGAIN, DB_ARGS(db_text(t->engine_name)), NULL);
}

enum err takeover_later(struct ctx *c, const struct takeover *t, int64_t ms, const char *why)
{
	return db_exec(c, SQL_TAKEOVER_LATER,
	    DB_ARGS(db_text(t->engine_name), db_int(ms), db_text(why)), NULL);
}

struct ending {
	const struct takeover *t;
	bool deleted;
};

static enum err end(struct ctx *c, void *arg)
{
	const struct ending *e = arg;
	struct json *before = json_object(c->arena), *definition = NULL;

	TRY(db_exec(c, SQL_TAKEOVER_END, DB_ARGS(db_text(e->t->engine_name)), NULL));
	if (!e->deleted || e->t->moved) /* the move itself is in the audit */
		return OK;
	TRY(json_parse(c, e->t->definition_text, strlen(e->t->definition_text), &definition));
	json_set(before, "engine_name", json_string(c->arena, e->t->engine_name));
	json_set(before, "spec", definition);
	return audit_add(
	    c, "job_adopt_end", arena_printf(c->arena, "job:%s", e->t->job_name), before, NULL);
}

enum err takeover_end(struct ctx *c, const struct takeover *t, bool deleted)
{
	return db_atomically(c, end, &(struct ending){ t, deleted });
}

static struct json *switched_off(struct ctx *c, const struct json *fields)
{
	struct json *copy = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(fields, i, &key, &value); i++)
		json_set(copy, key, value);
	json_set(copy, "disabled", json_boolean(c->arena, true));
	return copy;
}

bool takeover_is_same(struct ctx *c, const struct json *definition, const struct json *engine_job)
{
	return json_equal(
	    switched_off(c, definition), switched_off(c, spec_of_engine(c, engine_job)));
}

struct json *takeover_off(struct ctx *c, const char *engine_name, const struct json *engine_job)
{
	struct json *o = switched_off(c, spec_of_engine(c, engine_job));

	json_set(o, "name", json_string(c->arena, engine_name));
	return o;
}
