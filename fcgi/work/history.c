#include "work/history.h"

#include <inttypes.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "core/time.h"

enum {
	OUTPUTS_MAX = 20,             /* read at one turn */
	OUTPUT_PATIENCE_US = 1500000, /* the webhook brings it sooner, and truer */
	LATER_MS = 5000,
};

struct history {
	struct worker *w;
	const char *job;
	const char *engine_name; /* under which the engine remembers it */
	struct remembered *all;
	size_t n;
	struct run_known *known;
	size_t nknown;
	int64_t began_us, kept_from_us;
	int outputs;
	bool more; /* something is left for the next turn */
};

static bool text_of(const struct json *o, const char *key, const char **out)
{
	*out = json_text(json_get(o, key));
	return (*out)[0] != '\0';
}

/* All but whose it is. */
static bool read_execution(struct worker *w, const struct json *o, struct remembered *out)
{
	const char *start, *end, *node;
	int64_t ns = 0;

	*out = (struct remembered){ .group_ns = json_int(json_get(o, "group")),
		.e = { .code = -1 } };
	if (!text_of(o, "started_at", &start) || !text_of(o, "node_name", &node) ||
	    out->group_ns <= 0)
		return false;
	if (!time_parse_rfc3339_ns(start, &out->e.start_ns) || out->e.start_ns <= 0)
		return false;
	out->e.node = node;
	out->e.id = arena_printf(w->c.arena, "%" PRId64 "-%s", out->e.start_ns, node);
	out->e.attempt = json_int(json_get(o, "attempt"));
	out->e.ended = text_of(o, "finished_at", &end) && time_parse_rfc3339_ns(end, &ns) &&
		       ns >= out->e.start_ns;
	out->e.end_ns = ns;
	out->e.ok = out->e.ended && json_bool(json_get(o, "success"));
	return true;
}

bool remembered_read(struct worker *w, const struct json *o, struct remembered *out)
{
	const char *job;

	if (!read_execution(w, o, out) || !text_of(o, "job_name", &job))
		return false;
	out->job = worker_our_name(w, job);
	return out->job != NULL;
}

static void read_all(struct history *h, const struct json *array)
{
	size_t len = json_length(array);

	h->all = arena_alloc(h->w->c.arena, len, sizeof(*h->all));
	for (size_t i = 0; i < len; i++)
		if (read_execution(h->w, json_at(array, i), &h->all[h->n]) &&
		    h->all[h->n].group_ns / 1000 >= h->kept_from_us)
			h->n++;
}

static const struct run_known *known(const struct history *h, const char *engine_id)
{
	for (size_t i = 0; i < h->nknown; i++)
		if (strcmp(h->known[i].engine_id, engine_id) == 0)
			return &h->known[i];
	return NULL;
}

static bool is_news(const struct history *h, const struct remembered *r)
{
	const struct run_known *k = known(h, r->e.id);

	if (k == NULL)
		return true;
	return r->e.ended && (strcmp(k->state, "running") == 0 || strcmp(k->state, "lost") == 0);
}

static enum err hear(struct history *h, const struct heard_execution *e, size_t n, int64_t group_ns)
{
	bool ours;

	return run_hear(&h->w->c,
	    &(struct heard){ .job = h->job, .group_ns = group_ns, .executions = e, .n = n }, &ours);
}

/* Tells everything about the group of h->all[last], the last of its group, when any of it is news.
 */
static enum err hear_group(struct history *h, size_t last)
{
	struct heard_execution *e = arena_alloc(h->w->c.arena, h->n, sizeof(*e));
	int64_t group_ns = h->all[last].group_ns;
	bool news = false;
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		if (h->all[i].group_ns != group_ns)
			continue;
		if (i > last)
			return OK; /* told with that one */
		news = news || is_news(h, &h->all[i]);
		e[n++] = h->all[i].e;
	}
	if (!news)
		return OK;
	log_event(&h->w->c, LOG_INFO, "run_harvested", LOG_TEXT("job", h->job),
	    LOG_INT("group", group_ns), LOG_INT("executions", (int64_t)n));
	return hear(h, e, n, group_ns);
}

static enum err read_output(struct history *h, const struct remembered *r)
{
	struct worker *w = h->w;
	struct heard_execution e = r->e;
	struct json *o;
	bool ours;

	enum err got = dkron_execution(&w->c, &w->dkron, h->engine_name, r->e.id, &o);
	if (got == ERR_NOT_FOUND)
		return OK; /* dropped from its history meanwhile */
	TRY(got);
	const char *text = json_text(json_get(o, "output"));
	size_t len = strlen(text);
	if (!e.ok)
		e.code = run_exit_code(text, len);
	return run_hear(&w->c,
	    &(struct heard){ .job = h->job,
		.group_ns = r->group_ns,
		.executions = &e,
		.n = 1,
		.output = HEARD_HARVESTED,
		.bytes = text,
		.len = len },
	    &ours);
}

static enum err outputs(struct history *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct remembered *r = &h->all[i];
		const struct run_known *k = known(h, r->e.id);
		if (!r->e.ended || (k != NULL && k->complete))
			continue;
		if (h->outputs == OUTPUTS_MAX ||
		    r->e.end_ns / 1000 > h->began_us - OUTPUT_PATIENCE_US) {
			h->more = true;
			continue;
		}
		h->outputs++;
		TRY(read_output(h, r));
	}
	return OK;
}

static enum err read_history(struct history *h)
{
	struct json *array;
	int64_t oldest_us = h->began_us;

	TRY(dkron_executions(&h->w->c, &h->w->dkron, h->engine_name, &array));
	read_all(h, array);
	for (size_t i = 0; i < h->n; i++)
		if (h->all[i].e.start_ns / 1000 < oldest_us)
			oldest_us = h->all[i].e.start_ns / 1000;
	TRY(run_known(&h->w->c, h->job, oldest_us, &h->known, &h->nknown));
	for (size_t i = h->n; i > 0; i--) /* the engine lists the newest first */
		TRY(hear_group(h, i - 1));
	return outputs(h);
}

static enum err settle(struct history *h, const struct remembered *busy, size_t nbusy)
{
	int64_t *groups = arena_alloc(h->w->c.arena, nbusy, sizeof(*groups));
	size_t n = 0;

	for (size_t i = 0; i < nbusy; i++)
		if (strcmp(busy[i].job, h->job) == 0)
			groups[n++] = busy[i].group_ns;
	return run_settle_ended(&h->w->c, h->job, groups, n);
}

void history_read(
    struct worker *w, const struct harvest *due, const struct remembered *busy, size_t nbusy)
{
	struct history h = { .w = w,
		.job = due->job_name,
		.engine_name = worker_engine_name(w, due->job_name),
		.began_us = time_now_us(),
		.kept_from_us = due->kept_from_us };
	enum err e = read_history(&h);

	if (e == ERR_NOT_FOUND) /* of a job that is not there, nothing more will come */
		e = dkron_is_gone(&w->c, &w->dkron, h.engine_name);
	if (e == OK)
		e = settle(&h, busy, nbusy);
	if (e == OK)
		e = harvest_read(&w->c, due, h.began_us);
	if (e == OK && h.more)
		e = harvest_later(
		    &w->c, h.job, h.outputs == OUTPUTS_MAX ? 0 : OUTPUT_PATIENCE_US / 1000);
	if (!worker_ok(w, "history", e))
		(void)worker_ok(w, "harvest_later", harvest_later(&w->c, h.job, LATER_MS));
}

enum err history_take_over(struct worker *w, const char *job, const char *engine_name, bool *whole)
{
	struct history h = {
		.w = w, .job = job, .engine_name = engine_name, .began_us = time_now_us()
	};

	TRY(read_history(&h));
	*whole = !h.more;
	for (size_t i = 0; i < h.n; i++)
		*whole = *whole && h.all[i].e.ended;
	return OK;
}
