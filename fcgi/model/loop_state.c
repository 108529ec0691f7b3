#include "model/loop_state.h"

enum err loop_state_put(struct ctx *c, const struct loop_state *s)
{
	return db_exec(c, SQL_LOOP_STATE_PUT,
	    DB_ARGS(db_text(s->loop), db_text(s->host), db_int(s->pid), db_int(s->since_us),
		db_int(s->took_us), db_int(s->errors), db_text(s->error.text),
		db_maybe_int(s->error_us.value)),
	    NULL);
}

enum err loop_state_list(struct ctx *c, struct loop_state **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct loop_state, loop),
		DB_FIELD(struct loop_state, host),
		DB_FIELD(struct loop_state, pid),
		DB_FIELD(struct loop_state, since_us),
		DB_FIELD(struct loop_state, passed_us),
		DB_FIELD(struct loop_state, took_us),
		DB_FIELD(struct loop_state, errors),
		DB_FIELD(struct loop_state, error),
		DB_FIELD(struct loop_state, error_us),
		DB_END,
	};

	return db_many(
	    c, SQL_LOOP_STATE_LIST, DB_NO_ARGS, fields, sizeof(struct loop_state), out, n);
}
