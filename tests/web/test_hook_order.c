/* Payloads in any order, and twice. */

#include "web/given_hook.h"

struct order {
	const struct recording *r;
	const char *job;
	size_t at[LINES_MAX];
	const char *got;
};

static enum err tell_in_order(struct ctx *c, void *arg)
{
	struct order *o = arg;

	for (size_t i = 0; i < o->r->n; i++)
		IS(tell(c, o->r->lines[o->at[i]]).status, 204);
	o->got = known_of(c, o->job);
	return ERR_STALE; /* undo it */
}

static void swap(size_t *x, size_t *y)
{
	size_t kept = *x;

	*x = *y;
	*y = kept;
}

static void try_order(struct ctx *c, struct order *o, const char *want)
{
	struct arena *kept = c->arena;

	c->arena = arena_create((size_t)16 << 20);
	if (db_atomically(c, tell_in_order, o) != ERR_STALE)
		FAIL("the database: %s", ctx_fault(c));
	SAME(o->got, want);
	arena_destroy(c->arena);
	c->arena = kept;
}

/* Every order of the first `n`. */
static void permute(struct ctx *c, struct order *o, size_t n, const char *want)
{
	if (n <= 1) {
		try_order(c, o, want);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		permute(c, o, n - 1, want);
		swap(&o->at[n % 2 == 0 ? i : 0], &o->at[n - 1]);
	}
}

static void shuffle(struct order *o, size_t n, unsigned *seed)
{
	for (size_t i = n - 1; i > 0; i--) {
		*seed = *seed * 1103515245 + 12345;
		swap(&o->at[i], &o->at[*seed / 65536 % (i + 1)]);
	}
}

SITE_TEST(the_order_of_payloads_does_not_matter)
{
	unsigned seed = 7;

	given_hook(c, NULL);
	given_team(c, "crew");
	for (size_t i = 0; i < LENGTH(recordings); i++) {
		struct recording r = recorded(c, recordings[i].name);
		struct order o = { .r = &r, .job = recordings[i].job };
		given_job(c, "crew", recordings[i].job);
		for (size_t k = 0; k < r.n; k++)
			o.at[k] = k;
		(void)!db_atomically(c, tell_in_order, &o);
		const char *want = o.got;
		if (r.n <= 4)
			permute(c, &o, r.n, want);
		for (int k = 0; k < check_rounds(12); k++) {
			shuffle(&o, r.n, &seed);
			try_order(c, &o, want);
		}
	}
}
