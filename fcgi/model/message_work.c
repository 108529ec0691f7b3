#include "model/message_work.h"

enum { KEEP_SENT_DAYS = 14, KEEP_OTHER_DAYS = 30 };

static const struct db_field fields[] = {
	DB_FIELD(struct message_item, id),
	DB_FIELD(struct message_item, attempts),
	DB_FIELD(struct message_item, made_us),
	DB_FIELD(struct message_item, give_up_us),
	DB_FIELD(struct message_item, channel_id),
	DB_FIELD(struct message_item, key),
	DB_FIELD(struct message_item, kind),
	DB_FIELD(struct message_item, event),
	DB_FIELD(struct message_item, target),
	DB_FIELD(struct message_item, payload),
	DB_FIELD(struct message_item, secret),
	DB_FIELD(struct message_item, team),
	DB_FIELD(struct message_item, task_type),
	DB_END,
};

enum err message_take(
    struct ctx *c, size_t max, int64_t lease_ms, struct message_item **out, size_t *n)
{
	return db_many(c, SQL_MESSAGE_TAKE, DB_ARGS(db_int((int64_t)max), db_int(lease_ms)), fields,
	    sizeof(**out), out, n);
}

enum err message_sent(struct ctx *c, int64_t id, bool told)
{
	return db_exec(c, SQL_MESSAGE_SENT, DB_ARGS(db_int(id), db_bool(told)), NULL);
}

enum err message_retry(struct ctx *c, int64_t id, const char *why, int64_t again_ms)
{
	return db_exec(
	    c, SQL_MESSAGE_RETRY, DB_ARGS(db_int(id), db_text(why), db_int(again_ms)), NULL);
}

enum err message_failed(
    struct ctx *c, int64_t id, const char *why, struct message_unsent **out, size_t *n)
{
	static const struct db_field unsent_fields[] = {
		DB_FIELD(struct message_unsent, task_id),
		DB_FIELD(struct message_unsent, text),
		DB_FIELD(struct message_unsent, notification_id),
		DB_END,
	};

	return db_many(c, SQL_MESSAGE_FAILED, DB_ARGS(db_int(id), db_text(why)), unsent_fields,
	    sizeof(**out), out, n);
}

enum err message_silence(struct ctx *c)
{
	TRY(db_exec(c, SQL_MESSAGE_DECIDED, DB_NO_ARGS, NULL));
	return db_exec(c, SQL_MESSAGE_SILENCE, DB_NO_ARGS, NULL);
}

enum err message_drop(struct ctx *c, int64_t id, const char *why)
{
	return db_exec(c, SQL_MESSAGE_DROP, DB_ARGS(db_int(id), db_text(why)), NULL);
}

enum err message_expire(struct ctx *c)
{
	return db_exec(
	    c, SQL_MESSAGE_EXPIRE, DB_ARGS(db_int(KEEP_SENT_DAYS), db_int(KEEP_OTHER_DAYS)), NULL);
}
