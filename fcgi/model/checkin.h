#ifndef MODEL_CHECKIN_H
#define MODEL_CHECKIN_H

/*
 * checkin: telling Sentry's cron monitors of each run: in_progress when it begins, ok or error when
 * it ends, each with the job's schedule, so that a monitor makes itself.
 *
 * A job's metadata sentry_margin and sentry_runtime say in minutes how late it may begin (5) and
 * how long it may take (30).
 */

#include "model/alert.h"

enum { CHECKIN_MINUTES_MAX = 43200 };

/* Puts the check-in of a turned run into the outbox; none for a run that was missed (the monitor
 * finds that out) or never began, or whose job is gone. */
MUST_USE enum err checkin_add(struct ctx *c, const struct alert_turned *turned);

/* The body for a job as it stands now. ERR_NOT_FOUND: it is gone. */
MUST_USE enum err checkin_body(
    struct ctx *c, int64_t job_id, const char *status, const char **body, const char **job);

/* SIGNALBOX_SENTRY_URL with <monitor_slug> replaced. */
const char *checkin_url(struct arena *a, const char *url, const char *job);

#endif
