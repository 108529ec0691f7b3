#ifndef WEB_GATE_GATE_H
#define WEB_GATE_GATE_H

/*
 * gate: what is asked of Dkron's API but may not simply pass.
 *
 * nginx sends here every method but GET and HEAD under /dkron/v1/, the reads that auth refused, to
 * hear why, and the dashboard's address when the embedded engine runs, which has none. Nothing is
 * forwarded: a change made behind our back would be drift.
 */

#include "http/http.h"

extern const struct site gate_site;

#endif
