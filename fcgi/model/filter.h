#ifndef MODEL_FILTER_H
#define MODEL_FILTER_H

/*
 * filter: the filters of the lists of tasks, tokens and notifications (prior-systems.md 2.7):
 * {"<field>": {"<operation>": <value>, ...}, ...}, all of which must hold. Of what a task may have
 * several (action__name) one must fit. The outcome is what filter_holds() in SQL takes.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

enum filter_kind { FILTER_TEXT = 1, FILTER_BOOL, FILTER_NUMBER, FILTER_TIME };

/* Who may ask by it: whoever sees the list; admins, of what others are not shown; nobody, of what
 * is a secret. */
enum filter_may { FILTER_ALL, FILTER_ADMINS, FILTER_NOBODY };

struct filter_field {
	const char *name;
	enum filter_kind kind;
	const char *as; /* what the row calls it; NULL: by its name */
	enum filter_may may;
};

/* Ended by name NULL. `of_task` adds the fields of the task behind "task__". */
extern const struct filter_field filter_task_fields[], filter_token_fields[],
    filter_notification_fields[];

/* How many rows of a list are held against conditions at a time: no index heeds them, and who asks
 * waits. A page may be short for it, and its `next` goes on behind what was looked at. */
enum { FILTER_LOOK_MAX = 300 };
struct filter_looked {
	const char *ids; /* an array */
	int64_t next;    /* the last of them when there are more behind it; else 0 */
};
/* `find` gives ids in the list's order, at most one more than `max`. */
MUST_USE enum err filter_look(
    struct ctx *c, enum sql find, struct db_args args, int64_t max, struct filter_looked *out);

/* NULL or "" gives NULL: no condition. ERR_INVALID "filters" says what cannot be read, which field
 * or operation there is not, or which value does not fit. */
MUST_USE enum err filter_read(struct ctx *c, const char *text, const struct filter_field *fields,
    bool of_task, const char **conditions);

#endif
