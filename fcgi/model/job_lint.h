#ifndef MODEL_JOB_LINT_H
#define MODEL_JOB_LINT_H

/*
 * job_lint: what a whole definition does that its author may not expect.
 *
 * Warnings never stop anybody. Those of the schedule alone come from schedule/lint.h, with its
 * codes; these look at the other fields, and at what is known beside the definition:
 *   schedule_unused   a schedule beside a parent: Dkron runs the job after the parent only
 *   disabled          it is switched off: none of its fires happens (a note)
 *   expired           its time is over, or over before the next fire
 *   every_node        no tag with a count: it runs on every node at once
 *   role_tag          the tag role, which Dkron sets to "dkron" on every node
 *   credential        something that looks like one is written out in any field
 *   env_comma         what stands behind a comma of env is no variable: Dkron splits there
 *   streams_mixed     standard output and standard error may come out mixed up (a note)
 *   name_prefix       deleting one job in Dkron wipes the history of the other there
 *   retries_children  a run that succeeds at the second attempt does not start the children
 *   forbid_skips      it usually takes longer than the time between two fires
 */

#include "core/ctx.h"
#include "core/json.h"

struct job_warning {
	const char *code, *message;
	const char *field; /* of the definition, "executor_config.env" */
	bool note;         /* good to know, and nothing to look at twice */
};

/* Of a definition as far as it is one: `spec` needs the shape of spec_draft() only, `name` may be
 * "". */
MUST_USE enum err job_lint(
    struct ctx *c, const char *name, const struct json *spec, struct job_warning **out, size_t *n);

struct json *job_warning_json(struct ctx *c, const struct job_warning *w);

#endif
