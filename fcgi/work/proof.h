#ifndef WORK_PROOF_H
#define WORK_PROOF_H

/*
 * proof: before a fire is called missed, the engine is asked: does it have the job as it stands
 * here, and does its own history hold no run that answers?
 */

#include "model/missed.h"
#include "work/worker.h"

enum proof_end {
	PROOF_HOLDS, /* `began` of the stretch now holds all that the engine knows too */
	PROOF_LATER, /* nobody can tell now */
	PROOF_NEVER, /* these moments can no longer be judged */
	PROOF_SPENT, /* the engine took the job away itself: nothing more will come */
};

struct proof {
	enum proof_end end;
	const struct json *copy; /* of a version that it should have: what it has; NULL: nothing */
	int64_t since_us;        /* its history reaches back to here; 0: to the beginning */
	bool gone;               /* it has no job of this name */
	bool unheard;            /* it holds runs that we have not heard of yet */
};

/* Adds the engine's runs to w->expect.began. */
void proof_get(struct worker *w, struct watched *watched, struct proof *out);

#endif
