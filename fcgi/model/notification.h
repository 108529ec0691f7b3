#ifndef MODEL_NOTIFICATION_H
#define MODEL_NOTIFICATION_H

/* notification: something that admins should know of a task: it waits for them, or it went wrong.
 * It stays until somebody acknowledges it, or until somebody was sent it. */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

struct notification {
	int64_t id;
	struct db_maybe task_id, task_type, task_title;
	bool error;
	const char *notes; /* JSON: {"notes":[...]}, of an error {"errors":[...]} */
	const char *text;  /* the first of them */
	int64_t created_us;
	struct db_maybe_int64 acknowledged_us;
	struct db_maybe acknowledged_by; /* "signalbox": it was sent, is safe, or approved by now */
};

/* In the transaction of what it tells. Who else is told: action/tell.c. */
MUST_USE enum err notification_add(
    struct ctx *c, const char *task_id, bool error, const char *text, int64_t *id);

/* ---- for admins: ERR_FORBIDDEN to others */

enum notification_kind { NOTIFICATIONS_ALL, NOTIFICATIONS_STANDARD, NOTIFICATIONS_ERROR };
struct notification_query {
	enum notification_kind kind;
	bool open;           /* only those that nobody has acknowledged */
	const char *task;    /* its UUID; NULL: of all */
	const char *after;   /* what *next was; NULL: from the newest */
	int64_t limit;       /* 1..500 */
	const char *filters; /* filter_notification_fields; NULL: none */
};
/* Newest first; *next NULL: there are no more. */
MUST_USE enum err notification_list(struct ctx *c, const struct notification_query *query,
    struct notification **out, size_t *n, const char **next);
MUST_USE enum err notification_get(struct ctx *c, int64_t id, struct notification *out);

/* Unknown ones and those that are acknowledged already are left alone; *done how many were not. */
enum { NOTIFICATIONS_MANY = 500 };
MUST_USE enum err notification_acknowledge(
    struct ctx *c, const int64_t *ids, size_t n, int64_t *done);

struct json *notification_json(struct ctx *c, const struct notification *n);

#endif
