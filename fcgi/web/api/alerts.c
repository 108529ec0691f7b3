/* /api/v1/teams/{name}/alerts: where a team is told, what was sent, and sending again. */

#include <inttypes.h>
#include <string.h>

#include "http/doc.h"
#include "model/channel.h"
#include "model/message.h"
#include "model/team.h"
#include "web/api/api.h"

static const char *team_of(const struct req *r)
{
	return req_var(r, "name");
}

static void answer(
    struct req *r, struct resp *w, int status, const struct channel *ch, const char *secret)
{
	struct json *v = channel_json(r->ctx, ch);

	if (secret != NULL)
		json_set(v, "secret", json_string(r->ctx->arena, secret));
	resp_json(r, w, status, v);
}

enum err api_alerts(struct req *r, struct resp *w)
{
	struct json *items = json_array(r->ctx->arena);
	struct channel *channels;
	size_t n;

	TRY(channel_list(r->ctx, team_of(r), 0, &channels, &n));
	for (size_t i = 0; i < n; i++)
		json_push(items, channel_json(r->ctx, &channels[i]));
	api_answer_list(r, w, items, NULL);
	return OK;
}

enum err api_alert(struct req *r, struct resp *w)
{
	struct channel ch;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(channel_get(r->ctx, team_of(r), id, &ch));
	answer(r, w, 200, &ch, NULL);
	return OK;
}

static enum err read_wish(struct req *r, struct channel_wish *wish)
{
	const struct json *v = r->json, *job = json_get(v, "job");
	struct ctx *c = r->ctx;

	TRY(json_read_text(c, v, "kind", &wish->kind));
	TRY(json_read_text(c, v, "target", &wish->target));
	if (json_type(job) != JSON_NULL)
		TRY(json_read_text(c, v, "job", &wish->job));
	TRY(json_read_bool(c, v, "on_failure", &wish->on_failure));
	TRY(json_read_bool(c, v, "on_recovery", &wish->on_recovery));
	TRY(json_read_bool(c, v, "on_missed", &wish->on_missed));
	return json_read_bool(c, v, "off", &wish->off);
}

enum err api_alert_add(struct req *r, struct resp *w)
{
	struct channel_wish wish = {
		.kind = "", .target = "", .on_failure = true, .on_recovery = true, .on_missed = true
	};
	const char *secret;
	struct channel ch;

	TRY(read_wish(r, &wish));
	if (wish.off)
		return fail(r->ctx, ERR_INVALID, "off", "must be false: a new one is on");
	TRY(channel_add(r->ctx, team_of(r), &wish, &ch, &secret));
	resp_header(r, w, "Location",
	    arena_printf(r->ctx->arena, "/api/v1/teams/%s/alerts/%" PRId64, team_of(r), ch.id));
	answer(r, w, 201, &ch, secret);
	return OK;
}

/* Where it goes cannot be changed: that would be another channel. */
static enum err same_place(
    struct ctx *c, const struct channel_wish *wish, const struct channel *was)
{
	const char *job = was->job.text == NULL ? "" : was->job.text;

	if (strcmp(wish->kind, was->kind) != 0)
		return fail(c, ERR_INVALID, "kind", "cannot be changed: make another one");
	if (strcmp(wish->target, was->target) != 0)
		return fail(c, ERR_INVALID, "target", "cannot be changed: make another one");
	if (strcmp(wish->job == NULL ? "" : wish->job, job) != 0)
		return fail(c, ERR_INVALID, "job", "cannot be changed: make another one");
	return OK;
}

enum err api_alert_patch(struct req *r, struct resp *w)
{
	struct channel was, ch;
	int64_t id, team_id;

	TRY(req_var_int(r, "id", &id));
	TRY(channel_manage(r->ctx, team_of(r), &team_id));
	TRY(channel_get(r->ctx, team_of(r), id, &was));
	struct channel_wish wish = { .kind = was.kind,
		.target = was.target,
		.job = was.job.text,
		.on_failure = was.on_failure,
		.on_recovery = was.on_recovery,
		.on_missed = was.on_missed,
		.off = was.off_us.set };
	TRY(read_wish(r, &wish));
	TRY(same_place(r->ctx, &wish, &was));
	TRY(channel_edit(r->ctx, team_of(r), id, &wish, &ch));
	answer(r, w, 200, &ch, NULL);
	return OK;
}

enum err api_alert_delete(struct req *r, struct resp *w)
{
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(channel_delete(r->ctx, team_of(r), id));
	w->status = 204;
	return OK;
}

enum err api_alert_secret(struct req *r, struct resp *w)
{
	struct channel ch;
	const char *secret;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(channel_secret_new(r->ctx, team_of(r), id, &secret));
	TRY(channel_get(r->ctx, team_of(r), id, &ch));
	answer(r, w, 200, &ch, secret);
	return OK;
}

enum err api_alert_test(struct req *r, struct resp *w)
{
	struct channel ch;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(channel_test(r->ctx, team_of(r), id));
	TRY(channel_get(r->ctx, team_of(r), id, &ch));
	answer(r, w, 202, &ch, NULL);
	return OK;
}

/* ---- messages */

static enum err read_query(struct req *r, struct message_query *query)
{
	struct team team;

	query->state = param_text(r, "state");
	(void)param_int(r, "limit", &query->limit);
	(void)param_int(r, "after", &query->after);
	TRY(team_named(r->ctx, team_of(r), &team));
	query->team_id = team.id;
	query->whole = team.role >= ROLE_MANAGER;
	return OK;
}

enum err api_messages(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct message_query query = { .limit = 100 };
	struct json *items = json_array(a);
	const char *next = NULL;
	struct message *messages;
	size_t n, limit;

	TRY(read_query(r, &query));
	limit = (size_t)query.limit++;
	TRY(message_list(r->ctx, &query, &messages, &n));
	for (size_t i = 0; i < n && i < limit; i++)
		json_push(items, message_json(r->ctx, &messages[i]));
	if (n > limit)
		next = arena_printf(a, "%" PRId64, messages[limit - 1].id);
	api_answer_list(r, w, items, next);
	return OK;
}

enum err api_message_again(struct req *r, struct resp *w)
{
	struct message m;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(message_again(r->ctx, team_of(r), id, &m));
	resp_json(r, w, 202, message_json(r->ctx, &m));
	return OK;
}
