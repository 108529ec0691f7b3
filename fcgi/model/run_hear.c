#include "model/run_hear.h"

#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "core/time.h"
#include "db/db.h"
#include "model/spec_inside.h"
#include "schedule/schedule.h"

enum {
	FIRE_US = 150000,            /* a scheduler is not later than this with a fire */
	KEEP_OUT_BEFORE_US = 150000, /* a request needs less than this to become a group */
	KEEP_OUT_AFTER_US = 200000,
	RING = 256000, /* what an engine keeps of an output; a full ring has lost its beginning */
};

static const char no_job[] = "";

struct verdict {
	const char *verdict;
	struct db_maybe schedule, timezone;
};

static const struct db_field verdict_fields[] = {
	DB_FIELD(struct verdict, verdict),
	DB_FIELD(struct verdict, schedule),
	DB_FIELD(struct verdict, timezone),
	DB_END,
};

static bool parse(struct ctx *c, const char *schedule, const char *timezone, const char *job,
    struct schedule **out)
{
	struct fault kept = c->fault;
	bool ok = schedule_parse(c, schedule, timezone, spec_engine_name(c, job), out) == OK;

	c->fault = kept;
	return ok;
}

/* Could the group be a fire of the schedule rather than the answer to a request? Asked only for a
 * group that began in the first 150 ms of a second while a request was on its way; the dispatcher
 * keeps out of those moments (run_dispatch_delay_us()), so a yes is a fire. */
static bool is_fire(
    struct ctx *c, const char *schedule, const char *timezone, const char *job, int64_t group_ns)
{
	struct schedule *s;

	if (group_ns % 1000000000 >= (int64_t)FIRE_US * 1000 ||
	    !parse(c, schedule, timezone, job, &s))
		return false;
	/* @every fires at whole seconds too, but which ones only the engine knows. */
	return schedule_kind(s) == SCHEDULE_EVERY || schedule_fires_at(s, group_ns / 1000);
}

int64_t run_dispatch_delay_us(
    struct ctx *c, const char *schedule, const char *timezone, const char *job, int64_t now_us)
{
	int64_t within = now_us % US_PER_S;
	int64_t fire_us = within < KEEP_OUT_AFTER_US ? now_us - within : now_us - within + US_PER_S;
	struct schedule *s;

	if (within >= KEEP_OUT_AFTER_US && within < US_PER_S - KEEP_OUT_BEFORE_US)
		return 0;
	if (!parse(c, schedule, timezone, job, &s))
		return 0;
	if (schedule_kind(s) != SCHEDULE_EVERY && !schedule_fires_at(s, fire_us))
		return 0;
	return fire_us + KEEP_OUT_AFTER_US - now_us;
}

int64_t run_exit_code(const char *output, size_t len)
{
	static const char prefix[] = "exit status ";
	const size_t skip = sizeof(prefix) - 1;
	char digits[4] = "";
	size_t n = 0;
	int64_t code = -1;

	if (len <= skip || len >= RING || memcmp(output, prefix, skip) != 0)
		return -1;
	while (n < sizeof(digits) - 1 && skip + n < len && output[skip + n] != '\n') {
		digits[n] = output[skip + n];
		n++;
	}
	if (skip + n == len || output[skip + n] != '\n' || !text_int64(digits, 0, 255, &code))
		return -1;
	return code;
}

static struct json *fact(struct arena *a, const struct heard_execution *e)
{
	struct json *f = json_object(a);

	json_set(f, "id", json_string(a, e->id));
	json_set(f, "node", json_string(a, e->node));
	json_set(f, "start", json_number(a, e->start_ns));
	if (e->ended) {
		json_set(f, "end", json_number(a, e->end_ns));
		json_set(f, "ok", json_boolean(a, e->ok));
	}
	if (e->settled)
		json_set(f, "settled", json_boolean(a, true));
	if (e->live)
		json_set(f, "live", json_boolean(a, true));
	if (e->attempt > 0)
		json_set(f, "attempt", json_number(a, e->attempt));
	if (e->code >= 0)
		json_set(f, "code", json_number(a, e->code));
	return f;
}

static enum err hear(struct ctx *c, const struct heard *h, const char *facts, struct db_arg fire,
    struct verdict *out)
{
	struct db_arg bytes = db_bytes(h->output != HEARD_NO_OUTPUT ? h->bytes : NULL, h->len);

	return db_one(c, SQL_RUN_HEAR,
	    DB_ARGS(db_text(h->job), db_int(h->group_ns), db_text(facts),
		db_text(h->n > 0 ? h->executions[0].id : no_job), db_int(h->output), bytes, fire,
		db_bool(h->count)),
	    verdict_fields, out);
}

enum err run_hear(struct ctx *c, const struct heard *h, bool *known)
{
	struct json *facts = json_array(c->arena);
	struct verdict v;

	for (size_t i = 0; i < h->n; i++)
		json_push(facts, fact(c->arena, &h->executions[i]));
	const char *text = json_write(c->arena, facts);
	TRY(hear(c, h, text, db_text(NULL), &v));
	if (strcmp(v.verdict, "ask") == 0) {
		bool fire = v.schedule.text != NULL &&
			    is_fire(c, v.schedule.text,
				v.timezone.text != NULL ? v.timezone.text : "", h->job,
				h->group_ns);
		TRY(hear(c, h, text, db_bool(fire), &v));
	}
	*known = strcmp(v.verdict, "unknown") != 0;
	return OK;
}

enum err hook_count(struct ctx *c, const char *what)
{
	return db_exec(c, SQL_HOOK_COUNTED, DB_ARGS(db_text(what)), NULL);
}

enum err run_harvest_soon(struct ctx *c, const char *job)
{
	struct {
		bool harvest_soon;
	} row;
	static const struct db_field fields[] = { { "harvest_soon", DB_BOOL_, 0 }, DB_END };

	return db_one(c, SQL_HARVEST_SOON, DB_ARGS(db_text(job)), fields, &row);
}

enum err run_metrics(struct ctx *c, struct metric **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct metric, name),
		DB_FIELD(struct metric, label),
		DB_FIELD(struct metric, value),
		DB_END,
	};

	return db_many(c, SQL_METRICS, DB_NO_ARGS, fields, sizeof(struct metric), out, n);
}
