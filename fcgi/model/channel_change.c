/* Changes of channels: each in one transaction with its audit row. */

#include <inttypes.h>
#include <string.h>

#include "core/config.h"
#include "core/seal.h"
#include "core/time.h"
#include "model/audit.h"
#include "model/channel_inside.h"
#include "model/job.h"
#include "model/message.h"

struct change {
	const char *team;
	int64_t team_id, id, job_id;
	const struct channel_wish *wish;
	struct channel *out;
	const char **secret;
};

static const struct db_field id_fields[] = { DB_FIELD(struct channel, id), DB_END };

static struct json *audited(struct ctx *c, const struct change *ch, const struct channel *channel)
{
	struct json *v = channel_json(c, channel);

	json_set(v, "team", json_string(c->arena, ch->team));
	return v;
}

/* ---- add */

static enum err put_secret(struct ctx *c, int64_t id, const char *secret)
{
	struct sealed sealed;

	TRY(seal(c, channel_secret_place(c->arena, id), secret, &sealed));
	return db_exec(c, SQL_CHANNEL_SECRET_PUT,
	    DB_ARGS(db_int(id), db_bytes(sealed.bytes, sealed.len)), NULL);
}

static enum err check_room(struct ctx *c, int64_t team_id)
{
	struct {
		int64_t n;
	} row;
	static const struct db_field count[] = { { "n", DB_INT64_, 0 }, DB_END };

	TRY(db_one(c, SQL_CHANNEL_COUNT, DB_ARGS(db_int(team_id)), count, &row));
	if (row.n >= CHANNELS_MAX)
		return fail(
		    c, ERR_INVALID, "target", "is one too many: a team has up to %d", CHANNELS_MAX);
	return OK;
}

static enum err add(struct ctx *c, void *arg)
{
	struct change *ch = arg;
	const struct channel_wish *w = ch->wish;
	struct channel made;

	TRY(check_room(c, ch->team_id));
	enum err e = db_one(c, SQL_CHANNEL_ADD,
	    DB_ARGS(db_int(ch->team_id), db_maybe_int(ch->job_id), db_text(w->kind),
		db_text(w->target), db_bool(w->on_failure), db_bool(w->on_recovery),
		db_bool(w->on_missed), db_text(c->actor.account)),
	    id_fields, &made);
	if (e == ERR_CONFLICT)
		return fail(c, e, "target", "%s is told already.", w->target);
	TRY(e);
	if (*ch->secret != NULL)
		TRY(put_secret(c, made.id, *ch->secret));
	TRY(channel_find(c, ch->team_id, made.id, ch->out));
	return audit_add(
	    c, "channel_add", channel_object(c->arena, made.id), NULL, audited(c, ch, ch->out));
}

/* A channel for one job alone: the job must be the team's. */
static enum err find_job(struct ctx *c, struct change *ch)
{
	const char *name = ch->wish->job;
	struct job job;

	if (name == NULL || *name == '\0')
		return OK;
	enum err e = job_get(c, name, &job);
	if (e == ERR_NOT_FOUND || (e == OK && job.team_id != ch->team_id))
		return fail(c, ERR_INVALID, "job",
		    "must be a job of the team: %s has none of this "
		    "name",
		    ch->team);
	TRY(e);
	ch->job_id = job.id;
	return OK;
}

enum err channel_add(struct ctx *c, const char *team, const struct channel_wish *wish,
    struct channel *out, const char **secret)
{
	struct change ch = { .team = team, .wish = wish, .out = out, .secret = secret };

	*secret = NULL;
	TRY(channel_manage(c, team, &ch.team_id));
	TRY(channel_check(c, wish));
	TRY(find_job(c, &ch));
	if (strcmp(wish->kind, "webhook") == 0)
		*secret = seal_webhook_secret(c->arena);
	return db_atomically(c, add, &ch);
}

/* ---- edit, delete, a new secret */

static enum err edit(struct ctx *c, void *arg)
{
	struct change *ch = arg;
	const struct channel_wish *w = ch->wish;
	struct channel was;

	TRY(channel_find(c, ch->team_id, ch->id, &was));
	TRY(db_exec(c, SQL_CHANNEL_EDIT,
	    DB_ARGS(db_int(ch->team_id), db_int(ch->id), db_bool(w->on_failure),
		db_bool(w->on_recovery), db_bool(w->on_missed), db_bool(!w->off),
		db_text(arena_printf(c->arena, "switched off by %s", c->actor.account))),
	    NULL));
	if (w->off)
		TRY(db_exec(c, SQL_MESSAGE_FORGET_CHANNEL,
		    DB_ARGS(db_int(ch->id), db_text("the channel is off")), NULL));
	TRY(channel_find(c, ch->team_id, ch->id, ch->out));
	struct json *before = audited(c, ch, &was), *after = audited(c, ch, ch->out);
	if (json_equal(before, after))
		return OK;
	return audit_add(c, "channel_edit", channel_object(c->arena, ch->id), before, after);
}

enum err channel_edit(struct ctx *c, const char *team, int64_t id, const struct channel_wish *wish,
    struct channel *out)
{
	struct change ch = { .team = team, .id = id, .wish = wish, .out = out };

	TRY(channel_manage(c, team, &ch.team_id));
	TRY(channel_check_events(c, wish));
	return db_atomically(c, edit, &ch);
}

static enum err drop(struct ctx *c, void *arg)
{
	struct change *ch = arg;
	struct channel was;

	TRY(channel_find(c, ch->team_id, ch->id, &was));
	TRY(db_exec(c, SQL_MESSAGE_FORGET_CHANNEL,
	    DB_ARGS(db_int(ch->id), db_text("the channel was deleted")), NULL));
	TRY(db_exec(c, SQL_CHANNEL_DROP, DB_ARGS(db_int(ch->team_id), db_int(ch->id)), NULL));
	return audit_add(
	    c, "channel_delete", channel_object(c->arena, ch->id), audited(c, ch, &was), NULL);
}

enum err channel_delete(struct ctx *c, const char *team, int64_t id)
{
	struct change ch = { .team = team, .id = id };

	TRY(channel_manage(c, team, &ch.team_id));
	return db_atomically(c, drop, &ch);
}

static enum err replace_secret(struct ctx *c, void *arg)
{
	struct change *ch = arg;
	struct channel was;

	TRY(channel_find(c, ch->team_id, ch->id, &was));
	if (strcmp(was.kind, "webhook") != 0)
		return fail(c, ERR_CONFLICT, NULL, "Only a webhook has a secret.");
	TRY(put_secret(c, ch->id, *ch->secret));
	return audit_add(
	    c, "channel_secret", channel_object(c->arena, ch->id), NULL, audited(c, ch, &was));
}

enum err channel_secret_new(struct ctx *c, const char *team, int64_t id, const char **secret)
{
	struct change ch = { .team = team, .id = id, .secret = secret };

	TRY(channel_manage(c, team, &ch.team_id));
	*secret = seal_webhook_secret(c->arena);
	return db_atomically(c, replace_secret, &ch);
}

/* ---- a test */

static const char *test_mail(struct ctx *c, const struct change *ch)
{
	struct json *values = json_object(c->arena);
	const char *page = arena_printf(c->arena, "/teams/%s/alerts", ch->team);

	json_set(values, "TEAM", json_string(c->arena, ch->team));
	json_set(values, "BY", json_string(c->arena, c->actor.account));
	json_set(values, "URL", json_string(c->arena, message_url(c, page)));
	return message_mail(
	    c, &(struct message_mail){ .template = "test",
		   .subject = arena_printf(c->arena, "[Signalbox] A test for %s", ch->team),
		   .values = values });
}

static const char *test_webhook(struct ctx *c, const struct change *ch)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a), *data = json_object(a);

	json_set(data, "team", json_string(a, ch->team));
	json_set(data, "by", json_string(a, c->actor.account));
	json_set(v, "type", json_string(a, "test"));
	json_set(v, "timestamp", json_time(a, c->now_us));
	json_set(v, "data", data);
	return json_write(a, v);
}

static enum err test(struct ctx *c, void *arg)
{
	struct change *ch = arg;
	struct channel to;

	TRY(channel_find(c, ch->team_id, ch->id, &to));
	if (to.off_us.set)
		return fail(c, ERR_CONFLICT, NULL, "It is off: switch it on before a test.");
	bool mail = strcmp(to.kind, "mail") == 0;
	TRY(message_add(c, &(struct message_new){ .kind = mail ? MESSAGE_MAIL : MESSAGE_WEBHOOK,
			       .event = "test",
			       .about = arena_printf(c->arena, "team:%s", ch->team),
			       .target = to.target,
			       .team_id = ch->team_id,
			       .channel_id = to.id,
			       .payload = mail ? test_mail(c, ch) : test_webhook(c, ch) }));
	return audit_add(
	    c, "channel_test", channel_object(c->arena, to.id), NULL, audited(c, ch, &to));
}

enum err channel_test(struct ctx *c, const char *team, int64_t id)
{
	struct change ch = { .team = team, .id = id };

	TRY(channel_manage(c, team, &ch.team_id));
	return db_atomically(c, test, &ch);
}
