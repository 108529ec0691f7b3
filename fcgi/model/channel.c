#include "model/channel.h"

#include <inttypes.h>
#include <string.h>

#include "core/config.h"
#include "core/net.h"
#include "core/seal.h"
#include "core/text.h"
#include "model/audit.h"
#include "model/channel_inside.h"
#include "model/job.h"
#include "model/rights.h"
#include "model/team.h"

static const struct db_field fields[] = {
	DB_FIELD(struct channel, id),
	DB_FIELD(struct channel, kind),
	DB_FIELD(struct channel, target),
	DB_FIELD(struct channel, job),
	DB_FIELD(struct channel, on_failure),
	DB_FIELD(struct channel, on_recovery),
	DB_FIELD(struct channel, on_missed),
	DB_FIELD(struct channel, off_us),
	DB_FIELD(struct channel, off_reason),
	DB_FIELD(struct channel, created_us),
	DB_FIELD(struct channel, created_by),
	DB_FIELD(struct channel, here),
	DB_END,
};

enum err channel_manage(struct ctx *c, const char *team, int64_t *team_id)
{
	struct team t;

	TRY(team_named(c, team, &t));
	if (t.role < ROLE_MANAGER)
		return fail(
		    c, ERR_FORBIDDEN, NULL, "Notifications of %s are for its managers.", t.name);
	if (c->actor.token_id != 0 && c->actor.scope < SCOPE_WRITE)
		return fail(c, ERR_FORBIDDEN, NULL, "For this a token needs the scope write.");
	*team_id = t.id;
	return OK;
}

const char *channel_host_only(struct arena *a, const char *kind, const char *target)
{
	const char *host = strstr(target, "://");
	size_t len;

	if (strcmp(kind, "webhook") != 0 || host == NULL)
		return target;
	len = strcspn(host + 3, "/?");
	if (host[3 + len] == '\0' || strcmp(host + 3 + len, "/") == 0)
		return target;
	return arena_printf(a, "%.*s/...", (int)(host + 3 + len - target), target);
}

static void hide_path(struct ctx *c, struct channel *ch)
{
	ch->target = channel_host_only(c->arena, ch->kind, ch->target);
}

enum err channel_list(
    struct ctx *c, const char *team, int64_t job_id, struct channel **out, size_t *n)
{
	struct team t;

	TRY(team_named(c, team, &t));
	TRY(db_many(c, SQL_CHANNEL_LIST, DB_ARGS(db_int(t.id), db_int(job_id)), fields,
	    sizeof(**out), out, n));
	for (size_t i = 0; i < *n && t.role < ROLE_MANAGER; i++)
		hide_path(c, &(*out)[i]);
	return OK;
}

enum err channel_find(struct ctx *c, int64_t team_id, int64_t id, struct channel *out)
{
	enum err e = db_one(c, SQL_CHANNEL_GET, DB_ARGS(db_int(team_id), db_int(id)), fields, out);

	if (e == ERR_NOT_FOUND)
		fault_set(c, NULL, "There is no such channel.");
	return e;
}

enum err channel_get(struct ctx *c, const char *team, int64_t id, struct channel *out)
{
	struct team t;

	TRY(team_named(c, team, &t));
	TRY(channel_find(c, t.id, id, out));
	if (t.role < ROLE_MANAGER)
		hide_path(c, out);
	return OK;
}

/* ---- what may be asked for */

const char *channel_url_wrong(struct ctx *c, const char *url)
{
	const char *list = c->config == NULL ? "" : c->config->webhook_allow;
	struct net_url u;
	bool literal;

	if (!net_url_parse(c->arena, url, &u))
		return "must be https://, a host, perhaps a port, and a path, without user and "
		       "fragment";
	if (net_list_has_host(list, u.host))
		return NULL;
	if (!u.secure)
		return "must be https://: SIGNALBOX_WEBHOOK_ALLOW does not name this host";
	if (!net_host_is_public(u.host, &literal) && literal)
		return "must not be a private address: SIGNALBOX_WEBHOOK_ALLOW does not name it";
	if (strcmp(u.host, "localhost") == 0 || text_ends(u.host, ".localhost"))
		return "must not be this machine: SIGNALBOX_WEBHOOK_ALLOW does not name it";
	return NULL;
}

enum err channel_check(struct ctx *c, const struct channel_wish *wish)
{
	bool mail = strcmp(wish->kind, "mail") == 0;
	const char *wrong = NULL;

	if (!mail && strcmp(wish->kind, "webhook") != 0)
		return fail(c, ERR_INVALID, "kind", "must be mail or webhook");
	if (mail && !email_is_valid(wish->target))
		wrong = "must be a mail address, such as ops@example.org";
	if (!mail)
		wrong = channel_url_wrong(c, wish->target);
	if (wrong != NULL)
		return fail(c, ERR_INVALID, "target", "%s", wrong);
	return channel_check_events(c, wish);
}

enum err channel_check_events(struct ctx *c, const struct channel_wish *wish)
{
	if (!wish->on_failure && !wish->on_recovery && !wish->on_missed)
		return fail(
		    c, ERR_INVALID, "events", "must be at least one of failure, recovery, missed");
	return OK;
}

/* ---- for work */

enum err channel_for_job(
    struct ctx *c, int64_t job_id, const char *event, struct channel **out, size_t *n)
{
	static const struct db_field where[] = { DB_FIELD(struct channel, id),
		DB_FIELD(struct channel, kind), DB_FIELD(struct channel, target), DB_END };

	return db_many(c, SQL_CHANNEL_FOR_JOB, DB_ARGS(db_int(job_id), db_text(event)), where,
	    sizeof(**out), out, n);
}

struct going {
	int64_t id;
	const char *why;
};

static enum err switch_off(struct ctx *c, void *arg)
{
	struct going *g = arg;
	struct {
		const char *team;
	} row;
	static const struct db_field team_fields[] = { { "team", DB_TEXT_, 0 }, DB_END };
	struct json *after = json_object(c->arena);
	enum err e = db_one(
	    c, SQL_CHANNEL_OFF, DB_ARGS(db_int(g->id), db_text(g->why)), team_fields, &row);

	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(db_exec(c, SQL_MESSAGE_FORGET_CHANNEL,
	    DB_ARGS(db_int(g->id), db_text("the channel is off")), NULL));
	json_set(after, "team", json_string(c->arena, row.team));
	json_set(after, "off", json_boolean(c->arena, true));
	json_set(after, "reason", json_string(c->arena, g->why));
	return audit_add(c, "channel_off", channel_object(c->arena, g->id), NULL, after);
}

enum err channel_gone(struct ctx *c, int64_t id, const char *why)
{
	return db_atomically(c, switch_off, &(struct going){ id, why });
}

/* ---- words */

const char *channel_object(struct arena *a, int64_t id)
{
	return arena_printf(a, "channel:%" PRId64, id);
}

const char *channel_secret_place(struct arena *a, int64_t id)
{
	return arena_printf(a, "channel.secret.%" PRId64, id);
}

struct json *channel_json(struct ctx *c, const struct channel *ch)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "id", json_number(a, ch->id));
	json_set(v, "kind", json_string(a, ch->kind));
	json_set(v, "target", json_string(a, ch->target));
	json_set(v, "job", json_string(a, ch->job.text));
	json_set(v, "on_failure", json_boolean(a, ch->on_failure));
	json_set(v, "on_recovery", json_boolean(a, ch->on_recovery));
	json_set(v, "on_missed", json_boolean(a, ch->on_missed));
	json_set(v, "off", json_boolean(a, ch->off_us.set));
	json_set(v, "off_at", json_time(a, ch->off_us.set ? ch->off_us.value : 0));
	json_set(v, "off_reason", json_string(a, ch->off_reason.text));
	json_set(v, "created_at", json_time(a, ch->created_us));
	json_set(v, "created_by", json_string(a, ch->created_by));
	return v;
}
