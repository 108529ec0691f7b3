/* What a cluster of one says of itself. */

#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>

#include "core/text.h"
#include "engine/answer.h"
#include "engine/gotext.h"
#include "engine/handlers.h"
#include "engine/job.h"
#include "engine/node.h"

enum { DAYS_STANDARD = 30, DAYS_MAX = 365 };

enum err engine_index(struct req *r, struct resp *w)
{
	static const char *const counters[][2] = { { "coordinate_resets", "0" },
		{ "encrypted", "false" }, { "event_queue", "0" }, { "event_time", "1" },
		{ "failed", "0" }, { "health_score", "0" }, { "intent_queue", "0" },
		{ "left", "0" }, { "member_time", "1" }, { "members", "1" }, { "query_queue", "0" },
		{ "query_time", "1" } };
	struct arena *a = r->ctx->arena;
	struct json *all = json_object(a), *agent = json_object(a), *serf = json_object(a);

	json_set(agent, "name", json_string(a, NODE_NAME));
	json_set(agent, "version", json_string(a, node_version));
	for (size_t i = 0; i < LENGTH(counters); i++)
		json_set(serf, counters[i][0], json_string(a, counters[i][1]));
	json_set(all, "agent", agent);
	json_set(all, "serf", serf);
	json_set(all, "tags", node_tags(a));
	answer_json(r, w, 200, all);
	return OK;
}

static struct json *member(struct arena *a)
{
	static const struct {
		const char *name;
		int value;
	} protocols[] = { { "Status", 1 }, { "ProtocolMin", 1 }, { "ProtocolMax", 5 },
		{ "ProtocolCur", 2 }, { "DelegateMin", 2 }, { "DelegateMax", 5 },
		{ "DelegateCur", 4 } };
	struct json *v = json_object(a);

	json_set(v, "Name", json_string(a, NODE_NAME));
	json_set(v, "Addr", json_string(a, NODE_ADDRESS));
	json_set(v, "Port", json_number(a, 0)); /* there is nobody to gossip with */
	json_set(v, "Tags", node_tags(a));
	for (size_t i = 0; i < LENGTH(protocols); i++)
		json_set(v, protocols[i].name, json_number(a, protocols[i].value));
	return v;
}

/* A number without meaning, new with each answer, as Dkron gives it. */
static const char *random_id(struct arena *a)
{
	unsigned char bytes[16] = { 0 };

	if (getrandom(bytes, sizeof(bytes), 0) < 0)
		return "00000000-0000-0000-0000-000000000000";
	const char *hex = text_hex(a, bytes, sizeof(bytes));
	return arena_printf(
	    a, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

enum err engine_members(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct json *all = json_array(a), *me = member(a);

	json_set(me, "id", json_string(a, random_id(a)));
	json_set(me, "statusText", json_string(a, "alive"));
	json_push(all, me);
	resp_header(r, w, "X-Total-Count", "1");
	answer_json(r, w, 200, all);
	return OK;
}

/* Without a clock at work there is nobody who leads. */
enum err engine_leader(struct req *r, struct resp *w)
{
	int64_t since;
	bool works;

	TRY(engine_clock(r->ctx, &works, &since));
	if (works)
		answer_json(r, w, 200, member(r->ctx->arena));
	else
		answer_status(r, w, 500);
	return OK;
}

enum err engine_is_leader(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	int64_t since;
	bool works;

	TRY(engine_clock(r->ctx, &works, &since));
	answer_json(
	    r, w, works ? 200 : 404, json_string(a, works ? "I am a leader" : "I am a follower"));
	return OK;
}

enum err engine_health(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct json *v = json_object(a);
	int64_t since;
	bool works;

	TRY(engine_clock(r->ctx, &works, &since));
	json_set(v, "leader", json_boolean(a, works));
	json_set(v, "status", json_string(a, "healthy"));
	answer_json(r, w, 200, v);
	return OK;
}

struct day {
	const char *day;
	int64_t success, failed;
};

enum err engine_stats(struct req *r, struct resp *w)
{
	static const struct db_field fields[] = { DB_FIELD(struct day, day),
		DB_FIELD(struct day, success), DB_FIELD(struct day, failed), DB_END };
	struct arena *a = r->ctx->arena;
	struct json *all = json_object(a), *list = json_array(a);
	int64_t days = answer_number(answer_query(r, "days", "30"));
	struct day *rows;
	size_t n;

	days = days <= 0 ? DAYS_STANDARD : days > DAYS_MAX ? DAYS_MAX : days;
	TRY(db_many(r->ctx, SQL_ENGINE_STATS, DB_ARGS(db_int(days), db_int(r->ctx->now_us)), fields,
	    sizeof(*rows), &rows, &n));
	for (size_t i = 0; i < n; i++) {
		struct json *day = json_object(a);
		json_set(day, "date", json_string(a, arena_printf(a, "%sT00:00:00Z", rows[i].day)));
		json_set(day, "success_count", json_number(a, rows[i].success));
		json_set(day, "failed_count", json_number(a, rows[i].failed));
		json_push(list, day);
	}
	json_set(all, "stats", list);
	answer_json(r, w, 200, all);
	return OK;
}

static void say_paused(struct req *r, struct resp *w, bool paused)
{
	struct arena *a = r->ctx->arena;
	struct json *v = json_object(a);

	json_set(v, "paused", json_boolean(a, paused));
	answer_json(r, w, 200, v);
}

enum err engine_pause_show(struct req *r, struct resp *w)
{
	bool paused;

	TRY(engine_is_paused(r->ctx, &paused));
	say_paused(r, w, paused);
	return OK;
}

enum err engine_pause(struct req *r, struct resp *w)
{
	TRY(db_exec(r->ctx, SQL_ENGINE_PAUSE, DB_ARGS(db_bool(true)), NULL));
	say_paused(r, w, true);
	return OK;
}

enum err engine_unpause(struct req *r, struct resp *w)
{
	TRY(db_exec(r->ctx, SQL_ENGINE_PAUSE, DB_ARGS(db_bool(false)), NULL));
	say_paused(r, w, false);
	return OK;
}
