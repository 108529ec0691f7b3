/* An alert in words and as JSON, and into the outbox. */

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "model/alert.h"
#include "model/channel.h"
#include "model/message.h"

static const char superseded[] = "it recovered before this could be sent";

static bool is(const struct alert *alert, const char *event)
{
	return strcmp(alert->event.text, event) == 0;
}

/* "failed 14 times since 21 Nov 02:30 UTC" */
static const char *count(struct arena *a, const struct alert *alert)
{
	const char *since = time_moment(a, alert->since_us.value);

	if (!alert->since_us.set || alert->failures < 1)
		return "was bad";
	if (alert->failures == 1)
		return arena_printf(a, "failed on %s", since);
	return arena_printf(a, "failed %" PRId64 " times since %s", alert->failures, since);
}

static const char *headline(struct arena *a, const struct alert *alert)
{
	if (is(alert, "missed"))
		return arena_printf(a, "%s was missed", alert->job);
	if (is(alert, "recovery"))
		return alert->healed
			   ? arena_printf(a, "%s is well after all", alert->job)
			   : arena_printf(a, "%s recovered: %s", alert->job, count(a, alert));
	if (alert->failures > 1)
		return arena_printf(a, "%s %s", alert->job, count(a, alert));
	return arena_printf(
	    a, strcmp(alert->run_state, "lost") == 0 ? "%s was lost" : "%s failed", alert->job);
}

static const char *sentence(struct arena *a, const struct alert *alert)
{
	const char *job = alert->job;

	if (is(alert, "missed"))
		return arena_printf(a, "Job %s should have run, and no run answered.", job);
	if (is(alert, "recovery") && alert->healed)
		return arena_printf(
		    a, "The run of %s that was told to be bad ended well after all.", job);
	if (is(alert, "recovery"))
		return arena_printf(a, "Job %s succeeds again. It %s.", job, count(a, alert));
	if (strcmp(alert->run_state, "lost") == 0)
		return arena_printf(a, "A run of job %s was lost: its end never came.", job);
	return arena_printf(a, "Job %s %s.", job, count(a, alert));
}

static const char *run_url(struct ctx *c, const struct alert *alert)
{
	return message_url(c, arena_printf(c->arena, "/runs/%" PRId64, alert->run_id));
}

static const char *job_url(struct ctx *c, const struct alert *alert)
{
	return message_url(
	    c, arena_printf(c->arena, "/jobs/%s", text_urlencode(c->arena, alert->job)));
}

static struct json *one(struct arena *a, const char *name, const char *value)
{
	struct json *v = json_object(a), *list = json_array(a);

	json_set(v, name, json_string(a, value));
	json_push(list, v);
	return list;
}

static const char *mail(struct ctx *c, const struct alert *alert)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "SENTENCE", json_string(a, sentence(a, alert)));
	json_set(v, "JOB", json_string(a, alert->job));
	json_set(v, "TEAM", json_string(a, alert->team));
	json_set(v, "RUN", json_number(a, alert->run_id));
	json_set(v, "RUN_STATE", json_string(a, alert->run_state));
	json_set(v, "RUN_URL", json_string(a, run_url(c, alert)));
	json_set(v, "JOB_URL", json_string(a, job_url(c, alert)));
	json_set(v, "AT", json_string(a, time_moment(a, alert->run_finished_us.value)));
	if (alert->run_reason.text != NULL)
		json_set(v, "REASON", one(a, "TEXT", alert->run_reason.text));
	if (alert->exit_code.set && !is(alert, "recovery"))
		json_set(
		    v, "EXIT", one(a, "CODE", arena_printf(a, "%" PRId64, alert->exit_code.value)));
	json_set(v, "WHERE",
	    json_string(a, message_url(c, arena_printf(a, "/teams/%s/alerts", alert->team))));
	return message_mail(c, &(struct message_mail){ .template = "alert",
				   .subject = arena_printf(a, "[Signalbox] %s", headline(a, alert)),
				   .values = v });
}

static struct json *run_json(struct ctx *c, const struct alert *alert)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a);

	json_set(v, "id", json_number(a, alert->run_id));
	json_set(v, "state", json_string(a, alert->run_state));
	json_set(v, "trigger", json_string(a, alert->run_trigger));
	json_set(v, "reason", json_string(a, alert->run_reason.text));
	json_set(
	    v, "exit_code", alert->exit_code.set ? json_number(a, alert->exit_code.value) : NULL);
	json_set(v, "started_at", json_time(a, alert->run_started_us.value));
	json_set(v, "finished_at", json_time(a, alert->run_finished_us.value));
	json_set(v, "url", json_string(a, run_url(c, alert)));
	return v;
}

static const char *webhook(struct ctx *c, const struct alert *alert)
{
	struct arena *a = c->arena;
	struct json *v = json_object(a), *data = json_object(a);
	const char *type = is(alert, "failure")    ? "job.failed"
			   : is(alert, "recovery") ? "job.recovered"
						   : "job.missed";

	json_set(data, "job", json_string(a, alert->job));
	json_set(data, "team", json_string(a, alert->team));
	json_set(data, "state", json_string(a, alert->state));
	json_set(data, "failures", json_number(a, alert->healed ? 0 : alert->failures));
	json_set(data, "since", json_time(a, alert->since_us.value));
	json_set(data, "sentence", json_string(a, sentence(a, alert)));
	json_set(data, "url", json_string(a, job_url(c, alert)));
	json_set(data, "run", run_json(c, alert));
	json_set(v, "type", json_string(a, type));
	json_set(v, "timestamp", json_time(a, alert->run_finished_us.value));
	json_set(v, "data", data);
	return json_write(a, v);
}

/* What has not left and is no longer so does not leave. *none: nothing of it was ever told there.
 */
static enum err supersede(
    struct ctx *c, int64_t job_id, const struct alert *alert, const struct channel *to, bool *none)
{
	static const struct db_field fields[] = { DB_FIELD(struct message, id), DB_END };
	struct message *dropped;
	size_t n = 0;

	if (is(alert, "recovery"))
		TRY(db_many(c, SQL_MESSAGE_SUPERSEDE,
		    DB_ARGS(db_int(to->id), db_int(job_id), db_text(superseded)), fields,
		    sizeof(*dropped), &dropped, &n));
	*none = alert->healed && n > 0;
	return OK;
}

static enum err tell_one(
    struct ctx *c, int64_t job_id, const struct alert *alert, const struct channel *to)
{
	bool is_mail = strcmp(to->kind, "mail") == 0, none;
	struct arena *a = c->arena;

	TRY(supersede(c, job_id, alert, to, &none));
	if (none)
		return OK;
	return message_add(
	    c, &(struct message_new){ .kind = is_mail ? MESSAGE_MAIL : MESSAGE_WEBHOOK,
		   .event = alert->event.text,
		   .about = arena_printf(a, "job:%s", alert->job),
		   .line = arena_printf(a, "channel:%" PRId64 " job:%" PRId64, to->id, job_id),
		   .target = to->target,
		   .team_id = alert->team_id,
		   .channel_id = to->id,
		   .job_id = job_id,
		   .run_id = alert->run_id,
		   .payload = is_mail ? mail(c, alert) : webhook(c, alert) });
}

enum err alert_tell(struct ctx *c, int64_t job_id, const struct alert *alert)
{
	struct channel *to;
	size_t n;

	TRY(channel_for_job(c, job_id, alert->event.text, &to, &n));
	for (size_t i = 0; i < n; i++)
		TRY(tell_one(c, job_id, alert, &to[i]));
	return OK;
}
