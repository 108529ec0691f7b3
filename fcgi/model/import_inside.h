#ifndef MODEL_IMPORT_INSIDE_H
#define MODEL_IMPORT_INSIDE_H

/* import_inside: what the readers of both formats hand to import. */

#include "model/import.h"
#include "model/job.h"
#include "model/team.h"

struct import_entry {
	int64_t line;
	const char *name, *team; /* the team that it names itself; NULL: none */
	struct json *input;      /* fields of a job; NULL: refused */
	bool merge;              /* fields that are not given stay as they are */
	bool named_here; /* by us, from its command: a job with another one is another job */
	const char *field, *message; /* why it is refused */
};

struct import_entries {
	struct ctx *c;
	struct import_entry *list;
	size_t n, room;
	struct import_note *notes;
	size_t nnotes, notes_room;
	struct json *places; /* name → index of the entry that has it; entries_order() makes it */
};

/* A new entry behind the others. ERR_TOO_LARGE: there are IMPORT_JOBS_MAX already. */
MUST_USE enum err entries_add(
    struct import_entries *entries, int64_t line, struct import_entry **out);
/* Beyond a thousand they are not kept. */
void entries_note(struct import_entries *entries, int64_t line, const char *fmt, ...)
    LIKE_PRINTF(3, 4);

/* Indices in the order in which the entries are to be taken: parents first, children as their
 * parent has them. Refuses names that come twice, and circles. */
const size_t *entries_order(struct import_entries *entries);

/* Both refuse single entries in the entry itself. */
MUST_USE enum err listed_read(
    struct ctx *c, const char *text, size_t len, struct import_entries *out);
MUST_USE enum err crontab_read(
    struct ctx *c, const char *text, size_t len, bool user_column, struct import_entries *out);

/* ---- new jobs, many in one statement */

enum { BATCH_MAX = 250 }; /* of at most SPEC_BYTES_MAX each */

struct import_new {
	const char *name, *team, *reason;
	int64_t team_id;
	const struct json *spec; /* checked */
	struct import_item *item;
};

struct import_batch {
	struct ctx *c; /* of the whole import */
	void *arg;     /* for `taken` */
	const char *rows[BATCH_MAX];
	struct import_item *items[BATCH_MAX];
	size_t n;
};

/* `c` may have an arena of its own; there must be room. */
void batch_add(struct import_batch *b, struct ctx *c, const struct import_new *new_job);
/* Calls `taken` for each whose name somebody else has. */
MUST_USE enum err batch_flush(
    struct import_batch *b, void (*taken)(void *arg, struct import_item *item));

/* ---- jobs that are there already */

struct import_difference {
	struct team team;  /* that it is to be in */
	struct json *spec; /* checked */
	struct spec_change *changes;
	size_t nchanges;
	bool same; /* nothing is to be done */
};

/* What the entry makes of the job, with the checks of a change but for its parent and the role. */
MUST_USE enum err import_compare(struct ctx *c, const struct import_entry *entry,
    const struct job *job, struct import_difference *out);
/* Copies them into that arena. */
void import_keep_changes(
    struct arena *a, struct import_item *item, const struct spec_change *changes, size_t n);

/* ---- of a crontab */

/* "m h dom mon dow" as Dkron's six fields; ERR_INVALID "schedule". */
MUST_USE enum err crontab_schedule(struct ctx *c, const char *const five[5], const char **out);
/* "@daily" likewise: as it is without a zone, written out with one, for Dkron heeds none there. */
MUST_USE enum err crontab_macro(
    struct ctx *c, const char *word, const char *zone, const char **out);
/* Whether both day fields must fit a day, as cron reads them. */
bool crontab_needs_both_days(const char *const five[5]);

/* What stands behind the schedule: the command up to the first bare %, and what comes behind it as
 * the input, NULL when there is none. */
void crontab_command(struct ctx *c, const char *text, const char **command, const char **input);
/* A name of a job for a command: "backup", "artisan-schedule-run"; "job" when nothing speaks. */
const char *crontab_name(struct ctx *c, const char *command);
/* The account that a command begins with, where that is the name of no command: then a crontab of
 * the system was pasted as somebody's own. NULL: none. */
const char *crontab_user(const char *command);

#endif
