#include "work/lost.h"

#include <string.h>

/* So few are asked for one after the other, and looked for in the list once more; of many, many at
 * once. */
enum { FEW = 50, AT_ONCE = 32, ANSWER_ARENA = 160 * 1024 * 1024 };

struct asking {
	struct worker *w;
	const struct outbox_job *jobs;
	bool *there;
	struct arena *arena; /* of one answer */
	struct remote_set *set;
};

/* It was gone at the last comparison, is shown as such, and stays so. */
static bool is_old_news(const struct outbox_job *job)
{
	return strcmp(job->state, "drifted") == 0 && job->known && job->drift_text.text == NULL &&
	       strcmp(job->policy, "revert") != 0;
}

static bool is_there(struct worker *w, const char *name)
{
	struct ctx *c = &w->c;
	const char *engine_name = worker_engine_name(w, name);
	struct json *job;
	enum err e = dkron_job(c, &w->dkron, engine_name, &job);

	return e != ERR_NOT_FOUND || dkron_is_gone(c, &w->dkron, engine_name) != OK;
}

static void ask(const struct asking *q, size_t i)
{
	const char *path = dkron_job_path(q->arena, worker_engine_name(q->w, q->jobs[i].name), "");
	struct remote_ask one = dkron_ask(q->arena, &q->w->dkron, "GET", path, NULL);

	remote_set_add(q->set, &one, &q->there[i]);
}

static enum err take(const struct asking *q)
{
	struct remote_answer answer;
	void *there;

	remote_set_wait(q->set, 1000);
	while (remote_set_take(q->set, q->arena, &answer, &there)) {
		if (answer.end != REMOTE_ANSWERED || (answer.status != 200 && answer.status != 404))
			return fail(&q->w->c, ERR_UNAVAILABLE, NULL,
			    "its list lacks jobs of ours, and asked for one of them it said: %s",
			    dkron_words(q->w->c.arena, &answer));
		*(bool *)there = answer.status == 200;
	}
	arena_reset(q->arena);
	return OK;
}

static enum err ask_many(const struct asking *q, size_t n)
{
	const char *leader;

	for (size_t i = 0; i < n || remote_set_size(q->set) > 0;) {
		for (; i < n && remote_set_size(q->set) < AT_ONCE; i++)
			if (!is_old_news(&q->jobs[i]))
				ask(q, i);
		TRY(take(q));
	}
	/* A server that lost its leader meanwhile said 404 to everything. */
	return dkron_leader(&q->w->c, &q->w->dkron, &leader);
}

enum err lost_ask(
    struct worker *w, const struct outbox_job *jobs, size_t n, bool *there, size_t *nthere)
{
	struct asking q = { .w = w, .jobs = jobs, .there = there };
	enum err e = OK;

	memset(there, 0, n * sizeof(*there));
	if (n > FEW) {
		q.arena = arena_create((size_t)ANSWER_ARENA);
		q.set = remote_set_create();
		e = ask_many(&q, n);
		remote_set_destroy(q.set);
		arena_destroy(q.arena);
	}
	*nthere = 0;
	for (size_t i = 0; i < n; i++) {
		if (n <= FEW && !is_old_news(&jobs[i]))
			there[i] = is_there(w, jobs[i].name);
		*nthere += there[i];
	}
	return e;
}
