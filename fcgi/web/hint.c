#include "web/hint.h"

#include "core/config.h"
#include "schedule/lint.h"
#include "schedule/schedule.h"
#include "schedule/words.h"

struct question {
	const char *expression, *timezone, *job;
	int64_t count;
};

static enum err read_question(struct req *r, struct question *q)
{
	static const char *const known[] = { "expression", "timezone", "count", "job", NULL };

	*q = (struct question){ .timezone = "", .job = "", .count = 5 };
	TRY(query_only(r, known));
	TRY(query_text(r, "expression", &q->expression));
	TRY(query_text(r, "timezone", &q->timezone));
	TRY(query_text(r, "job", &q->job));
	TRY(query_int(r, "count", 1, 100, &q->count));
	if (q->expression == NULL)
		return fail(r->ctx, ERR_INVALID, "expression", "must be given");
	return OK;
}

static struct json *next_json(struct ctx *c, const struct schedule *s, int64_t count)
{
	struct json *next = json_array(c->arena);
	int64_t t = c->now_us;

	for (int64_t i = 0; i < count && schedule_next_from(s, c->now_us, t, &t); i++)
		json_push(next, json_time(c->arena, t));
	return next;
}

static struct json *warnings_json(struct ctx *c, const struct schedule *s)
{
	struct json *list = json_array(c->arena);
	struct schedule_warning *warnings;
	size_t n = schedule_lint(c, s, c->now_us, &warnings);

	for (size_t i = 0; i < n; i++) {
		struct json *item = json_object(c->arena);
		json_set(item, "code", json_string(c->arena, warnings[i].code));
		json_set(item, "message", json_string(c->arena, warnings[i].message));
		json_push(list, item);
	}
	return list;
}

enum err hint_schedule(struct req *r, struct json **out)
{
	struct ctx *c = r->ctx;
	struct question q;
	struct schedule *s;

	TRY(read_question(r, &q));
	TRY(schedule_parse(c, q.expression, q.timezone,
	    arena_printf(c->arena, "%s%s", c->config->namespace, q.job), &s));
	struct json *v = json_object(c->arena);
	json_set(v, "sentence", json_string(c->arena, schedule_words(c, s)));
	json_set(v, "next", next_json(c, s, q.count));
	json_set(v, "warnings", warnings_json(c, s));
	*out = v;
	return OK;
}
