#ifndef WORK_PASS_H
#define WORK_PASS_H

/*
 * pass: the full comparison. Everything in the engine's list is held against what should be there;
 * what differs, is missing or should be gone goes into the outbox, and a pass without differences
 * writes nothing.
 */

#include "work/worker.h"

void pass_run(struct worker *w);

#endif
