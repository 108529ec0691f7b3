#ifndef WEB_ADMIN_JOB_SETTINGS_H
#define WEB_ADMIN_JOB_SETTINGS_H

/*
 * job_settings: the fields of the job form for what executors and processors take, as the model's
 * tables have it; those of shell and http that the form shows in a way of its own are not here.
 */

#include "http/http.h"
#include "model/job_spec.h"
#include "view/view.h"

enum { SETTINGS_MAX = 96 };

/* The texts in the fields, by settings_field()'s number, each never NULL; flags are "1" or "". */
struct job_settings {
	const char *text[SETTINGS_MAX];
};

struct setting_field {
	const char *name;        /* in the form: "kafka-topic", "log", "log-forward" */
	const char *owner, *key; /* the executor or processor; key "" is the processor itself */
	const char *label, *help;
	enum setting_kind kind;
	int max;
	bool required;
	bool processor;
};

void settings_of(struct ctx *c, const struct json *spec, struct job_settings *out);
/* What arrived over what was shown; `known` gets the names, SETTINGS_MAX and a NULL at most. */
MUST_USE enum err settings_read(struct req *r, struct job_settings *settings, const char **known);
/* What differs between shown and typed, into copies of the definition's own. `fresh`: the executor
 * is another one than before, and all that was typed for it counts. */
MUST_USE enum err settings_apply(struct ctx *c, const struct job_settings *typed,
    const struct job_settings *shown, bool fresh, struct json *spec);
/* That what was typed for other executors is at least something that a field can hold. */
MUST_USE enum err settings_check_idle(struct ctx *c, const struct job_settings *typed,
    const struct job_settings *shown, const char *executor);
/* Which of them a fault of the model is about. */
bool settings_fault(
    struct arena *a, const char *executor, const char *fault, struct setting_field *out);

bool settings_know_processor(const char *name);

/* Into sections SETTINGS and PROCESSOR; `bad` is the form name of the field at fault, or NULL. */
void settings_show(struct ctx *c, struct view *v, const struct job_settings *typed, const char *bad,
    const char *detail);

#endif
