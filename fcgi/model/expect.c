#include "model/expect.h"

#include "schedule/schedule.h"

enum {
	LATE_US = 60000000,    /* a fire comes no later than this behind its moment */
	ASKED_US = 2000000,    /* a request so near may have taken the fire's place in our books */
	STRETCH_US = 15000000, /* a restart or election that nobody saw takes this long */
};

static bool covers(const struct quiet *q, int64_t at_us, enum quiet_kind kind, int64_t behind_us)
{
	return q->kind == kind && q->from_us <= at_us && at_us <= q->to_us + behind_us;
}

const struct quiet *expect_quiet(
    const struct expect *e, int64_t at_us, enum quiet_kind kind, int64_t behind_us)
{
	if (covers(&e->pending, at_us, kind, behind_us))
		return &e->pending;
	for (size_t i = 0; i < e->nquiet; i++)
		if (covers(&e->quiet[i], at_us, kind, behind_us))
			return &e->quiet[i];
	return NULL;
}

/* ---- six fields, @at and @after: the moments are known ---- */

/* How much longer than others this one may take. */
static int64_t allowance(const struct expect *e)
{
	const struct schedule *s = e->fires->schedule;

	return schedule_kind(s) == SCHEDULE_AFTER ? s->latest_us - s->at_us : 0;
}

void expect_once(struct expect *e, struct fires *fires)
{
	const struct schedule *s = fires->schedule;

	if (s == NULL || schedule_kind(s) != SCHEDULE_AFTER)
		return;
	if (e->until_us < s->latest_us)
		e->until_us = s->at_us - 1; /* the next version may run it */
	if (e->judged_us == fires->added_us && fires->added_us <= s->latest_us &&
	    e->judged_us >= s->at_us)
		e->judged_us = s->at_us - 1;
	fires->added_us = s->at_us - 1;
}

struct moments {
	int64_t *at;
	bool *taken;
	size_t n;
};

static void list_moments(struct arena *a, const struct expect *e, struct moments *m)
{
	int64_t after_us = e->judged_us, at_us;

	m->at = arena_alloc(a, EXPECT_MAX, sizeof(*m->at));
	m->taken = arena_alloc(a, EXPECT_MAX, sizeof(*m->taken));
	m->n = 0;
	/* What fires a little behind the end takes the runs that are its own. */
	while (m->n < EXPECT_MAX && fires_next(e->fires, after_us, &at_us) && at_us <= e->now_us &&
	       at_us - LATE_US <= e->until_us) {
		m->taken[m->n] = false;
		m->at[m->n++] = after_us = at_us;
	}
}

/* The last moment that is not behind the run: how many moments there are up to it. */
static size_t count_before(const struct moments *m, int64_t began_us)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		if (m->at[mid] <= began_us + EXPECT_EARLY_US)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void answer(struct moments *m, const struct began *b, int64_t more_us)
{
	size_t k = count_before(m, b->at_us);
	int64_t patience = b->asked ? ASKED_US : LATE_US + more_us;

	while (k > 0 && m->taken[k - 1] && !b->asked)
		k--;
	if (k > 0 && b->at_us - m->at[k - 1] <= patience)
		m->taken[k - 1] = true;
}

/* The engine's own fires first: a request takes only what they leave. */
static void answer_all(const struct expect *e, struct moments *m, int64_t last_us)
{
	for (int asked = 0; asked < 2; asked++)
		for (size_t i = 0; i < e->nbegan; i++)
			if (e->began[i].asked == (asked == 1) && e->began[i].at_us <= last_us)
				answer(m, &e->began[i], allowance(e));
}

static int64_t until_of(const struct expect *e, int64_t at_us)
{
	int64_t next_us, until_us = at_us + LATE_US + allowance(e);

	if (fires_next(e->fires, at_us, &next_us) && next_us - EXPECT_EARLY_US < until_us)
		until_us = next_us - EXPECT_EARLY_US;
	return until_us;
}

static void add(struct expected *out, int64_t at_us, int64_t until_us)
{
	out->list[out->n++] = (struct unanswered){ at_us, until_us, out->answered };
	out->answered = false;
}

static void judge_moments(struct arena *a, const struct expect *e, struct expected *out)
{
	int64_t limit_us = e->now_us - e->grace_us - allowance(e);
	struct moments m;

	list_moments(a, e, &m);
	out->more = m.n == EXPECT_MAX && m.at[m.n - 1] <= e->until_us;
	if (out->more && m.at[m.n - 1] - e->grace_us < limit_us)
		limit_us = m.at[m.n - 1] - e->grace_us;
	/* What began later answers a moment that is not in the list. */
	answer_all(e, &m, out->more ? m.at[m.n - 1] : e->now_us);
	for (size_t i = 0; i < m.n && m.at[i] <= limit_us && m.at[i] <= e->until_us; i++) {
		if (m.taken[i])
			out->answered = true;
		else
			add(out, m.at[i], until_of(e, m.at[i]));
		/* From fire to fire, as the engine goes: around a change of the clock the next one
		 * is not the same from anywhere. */
		out->judged_us = m.at[i];
	}
	out->over = !fires_next(e->fires, out->judged_us, &out->next_us) ||
		    out->next_us > e->until_us;
}

/* ---- @every: a chain from one fire to the next ---- */

/* The first fire behind, or INT64_MAX. */
static int64_t fire_behind(const struct expect *e, int64_t after_us)
{
	for (size_t i = 0; i < e->nbegan; i++)
		if (!e->began[i].asked && e->began[i].at_us > after_us + EXPECT_EARLY_US)
			return e->began[i].at_us;
	return INT64_MAX;
}

static bool begins_anew(const struct quiet *q, int64_t after_us, int64_t before_us)
{
	return q->kind != QUIET_NONE && q->kind != QUIET_UNWATCHED && q->from_us <= before_us &&
	       q->to_us + EXPECT_RESUME_US > after_us;
}

/* What may have begun an interval anew that was going on, or NULL. A restart that nobody saw is
 * within the patience of two intervals. */
static const struct quiet *restart(const struct expect *e, int64_t after_us, int64_t before_us)
{
	if (begins_anew(&e->pending, after_us, before_us))
		return &e->pending;
	for (size_t i = 0; i < e->nquiet; i++)
		if (begins_anew(&e->quiet[i], after_us, before_us))
			return &e->quiet[i];
	return NULL;
}

/* One link; false when there is nothing more to say now. */
static bool link_on(const struct expect *e, struct expected *out)
{
	int64_t every_us = e->fires->schedule->every_us;
	int64_t at_us = out->judged_us + every_us, fire_us = fire_behind(e, out->judged_us);
	bool dark = expect_quiet(e, at_us, QUIET_AWAY, 0) != NULL ||
		    expect_quiet(e, at_us, QUIET_PENDING, 0) != NULL;
	int64_t last_us = at_us + every_us + (dark ? 0 : STRETCH_US);
	const struct quiet *anew = dark ? NULL : restart(e, out->judged_us, at_us + every_us);

	if (at_us > e->until_us || (e->fires->expires_us != 0 && at_us >= e->fires->expires_us))
		return false;
	if (fire_us <= last_us) {
		out->judged_us = fire_us;
		out->answered = true;
	} else if (anew != NULL && anew->kind != QUIET_LEADER && anew->from_us > at_us) {
		out->judged_us = at_us; /* it went dark before one could tell */
	} else if (anew != NULL)
		out->judged_us = anew->to_us + EXPECT_RESUME_US;
	else if (e->now_us - e->grace_us < last_us)
		return false;
	else {
		add(out, at_us, at_us + every_us);
		out->judged_us = at_us;
	}
	return true;
}

static void judge_chain(const struct expect *e, struct expected *out)
{
	int links = 0;

	if (out->judged_us < e->fires->starts_us)
		out->judged_us = e->fires->starts_us;
	while (links < EXPECT_MAX && link_on(e, out))
		links++;
	out->more = links == EXPECT_MAX;
	out->next_us = out->judged_us + e->fires->schedule->every_us;
	out->over = (e->fires->expires_us != 0 && out->next_us >= e->fires->expires_us) ||
		    out->next_us > e->until_us;
}

void expect_judge(struct arena *a, const struct expect *e, struct expected *out)
{
	*out = (struct expected){ .judged_us = e->judged_us };
	out->list = arena_alloc(a, EXPECT_MAX, sizeof(*out->list));
	if (e->fires->schedule == NULL)
		out->over = true;
	else if (schedule_kind(e->fires->schedule) == SCHEDULE_EVERY)
		judge_chain(e, out);
	else
		judge_moments(a, e, out);
	if (out->over)
		out->next_us = 0;
}
