#ifndef MODEL_EXPECT_H
#define MODEL_EXPECT_H

/*
 * expect: which fires of a definition nobody answered. Pure: the caller brings clock and facts.
 *
 * Never a false one goes before finding all. A fire is given up when the grace is over; a run
 * answers the last fire before it, or an earlier one when that has its answer. Of @every, whose
 * phase only the engine knows, a fire is missed when two intervals pass without one, and whatever
 * may have begun the interval anew puts that off.
 */

#include "model/job_inside.h"

enum { EXPECT_MAX = 1000, EXPECT_EARLY_US = 200000, EXPECT_RESUME_US = 15000000 };

/* A run began; `asked`: because somebody wanted it. */
struct began {
	int64_t at_us;
	bool asked;
};

/* The engine could not be reached, was not watched, took another leader, or did not have this
 * version yet. */
enum quiet_kind { QUIET_NONE, QUIET_AWAY, QUIET_UNWATCHED, QUIET_LEADER, QUIET_PENDING };
struct quiet {
	int64_t from_us, to_us;
	enum quiet_kind kind;
	const char *reason; /* what was heard then; may be NULL */
};

struct expect {
	const struct fires *fires;
	int64_t judged_us, until_us; /* fires behind and up to here; of @every, judged_us is one */
	int64_t now_us, grace_us;    /* now by the engine's clock */
	const struct began *began;   /* ascending, from judged_us on */
	size_t nbegan;
	const struct quiet *quiet; /* ascending */
	size_t nquiet;
	struct quiet pending; /* QUIET_NONE: there was none */
};

/* A fire nobody answered; a run that begins before `until_us` still would. */
struct unanswered {
	int64_t at_us, until_us;
	bool first; /* the fire before it was answered, as far as we looked */
};

struct expected {
	int64_t judged_us, next_us; /* where to go on; the fire expected behind it, 0: none */
	bool answered;              /* the last fire judged was */
	bool over;                  /* nothing will be expected any more */
	bool more;                  /* there were more than EXPECT_MAX: come again at once */
	struct unanswered *list;    /* arena-owned */
	size_t n;
};

/* @after fires once behind its moment, and may be as late as its grace says, whenever the
 * definition is saved or the engine begins again meanwhile: looked at from its moment on, or not at
 * all. */
void expect_once(struct expect *e, struct fires *fires);

void expect_judge(struct arena *a, const struct expect *e, struct expected *out);

/* The stretch of that kind in which the moment lies, or that ended at most `behind_us` before it;
 * NULL: none. */
const struct quiet *expect_quiet(
    const struct expect *e, int64_t at_us, enum quiet_kind kind, int64_t behind_us);

#endif
