#ifndef WEB_ADMIN_JOB_FIELDS_H
#define WEB_ADMIN_JOB_FIELDS_H

/*
 * job_fields: the fields of the job form as one table, and a definition as the texts that stand in
 * them.
 *
 * What a person leaves as it was shown keeps its stored value, byte by byte: the form only changes
 * what was changed in it.
 */

#include "http/http.h"
#include "view/view.h"
#include "web/admin/job_settings.h"
#include "web/admin/when.h"

enum field_kind {
	FIELD_APART, /* name, team, executor, reason: the handlers' own business */
	FIELD_TEXT,  /* a text of the definition */
	FIELD_NUMBER,
	FIELD_FLAG,
	FIELD_TIME,        /* in the reader's zone */
	FIELD_MAP,         /* one name=value a line */
	FIELD_MAPS,        /* one name.key=value a line */
	FIELD_CONFIG,      /* a text of executor_config */
	FIELD_CONFIG_FLAG, /* there "true", or absent */
	FIELD_ENV,         /* there "A=1,B=2"; one a line in the form */
	FIELD_HEADERS,     /* there a JSON list; one a line in the form */
	FIELD_REST,        /* all other keys of executor_config, one key=value a line */
};

/* clang-format off */
/*        id           form name        marker         label                  kind               key in the definition  of executor */
#define JOB_FIELDS(X) \
	X(NAME,        "name",          "NAME",        "Name",                FIELD_APART,       "name",        "") \
	X(TEAM,        "team",          "TEAM",        "Team",                FIELD_APART,       "team",        "") \
	X(REASON,      "reason",        "REASON",      "Reason",              FIELD_APART,       "reason",      "") \
	X(TITLE,       "displayname",   "DISPLAYNAME", "Title",               FIELD_TEXT,        "displayname", "") \
	X(DESCRIPTION, "description",   "DESCRIPTION", "Description",         FIELD_TEXT,        "description", "") \
	X(SCHEDULE,    "schedule",      "SCHEDULE",    "Schedule",            FIELD_TEXT,        "schedule",    "") \
	X(TIMEZONE,    "timezone",      "TIMEZONE",    "Time zone",           FIELD_TEXT,        "timezone",    "") \
	X(STARTS_AT,   "starts_at",     "STARTS_AT",   "Not before",          FIELD_TIME,        "starts_at",   "") \
	X(EXPIRES_AT,  "expires_at",    "EXPIRES_AT",  "Not after",           FIELD_TIME,        "expires_at",  "") \
	X(PARENT,      "parent_job",    "PARENT",      "Or after another job", FIELD_TEXT,       "parent_job",  "") \
	X(EXECUTOR,    "executor",      "EXECUTOR",    "Executor",            FIELD_APART,       "executor",    "") \
	X(EXECUTOR_NAME, "executor_name", "EXECUTOR_NAME", "Name of the executor", FIELD_APART,  "executor",    "other") \
	X(COMMAND,     "command",       "COMMAND",     "Command",             FIELD_CONFIG,      "command",     "shell") \
	X(SHELL,       "shell",         "SHELL",       "Through /bin/sh -c",  FIELD_CONFIG_FLAG, "shell",       "shell") \
	X(CWD,         "cwd",           "CWD",         "Directory",           FIELD_CONFIG,      "cwd",         "shell") \
	X(TIMEOUT,     "timeout",       "TIMEOUT",     "Timeout",             FIELD_CONFIG,      "timeout",     "shell") \
	X(ENV,         "env",           "ENV",         "Environment",         FIELD_ENV,         "env",         "shell") \
	X(METHOD,      "method",        "METHOD",      "Method",              FIELD_CONFIG,      "method",      "http") \
	X(URL,         "url",           "URL",         "Address",             FIELD_CONFIG,      "url",         "http") \
	X(HEADERS,     "headers",       "HEADERS",     "Headers",             FIELD_HEADERS,     "headers",     "http") \
	X(BODY,        "body",          "BODY",        "Body",                FIELD_CONFIG,      "body",        "http") \
	X(HTTP_TIMEOUT, "http_timeout", "HTTP_TIMEOUT", "Timeout, seconds",   FIELD_CONFIG,      "timeout",     "http") \
	X(EXPECT_CODE, "expect_code",   "EXPECT_CODE", "Expected status",     FIELD_CONFIG,      "expectCode",  "http") \
	X(EXPECT_BODY, "expect_body",   "EXPECT_BODY", "Expected answer",     FIELD_CONFIG,      "expectBody",  "http") \
	X(REST,        "config",        "CONFIG",      "Further settings",    FIELD_REST,        "executor_config", "") \
	X(TAGS,        "tags",          "TAGS",        "Nodes with the tags", FIELD_MAP,         "tags",        "") \
	X(RETRIES,     "retries",       "RETRIES",     "Retries",             FIELD_NUMBER,      "retries",     "") \
	X(CONCURRENCY, "concurrency",   "CONCURRENCY", "While a run goes on", FIELD_TEXT,        "concurrency", "") \
	X(DISABLED,    "disabled",      "DISABLED",    "Disabled",            FIELD_FLAG,        "disabled",    "") \
	X(EPHEMERAL,   "ephemeral",     "EPHEMERAL",   "Delete it after its first success", FIELD_FLAG, "ephemeral", "") \
	X(NOTIFY,      "notify",        "NOTIFY",      "Notify the team",     FIELD_FLAG,        "notify",      "") \
	X(DRIFT,       "drift",         "DRIFT",       "When it drifts", FIELD_TEXT, "drift",   "") \
	X(KEEP_DAYS,   "keep_days",     "KEEP_DAYS",   "Keep runs for days",  FIELD_NUMBER,      "keep_days",   "") \
	X(APPROVALS,   "approvals",     "APPROVALS",   "Approvals needed",    FIELD_NUMBER,      "approvals",   "") \
	X(OWNER,       "owner",         "OWNER",       "Owner",               FIELD_TEXT,        "owner",       "") \
	X(OWNER_EMAIL, "owner_email",   "OWNER_EMAIL", "Owner's e-mail",      FIELD_TEXT,        "owner_email", "") \
	X(METADATA,    "metadata",      "METADATA",    "Metadata",            FIELD_MAP,         "metadata",    "") \
	X(PROCESSORS,  "processors",    "PROCESSORS",  "Processors",          FIELD_MAPS,        "processors",  "")

enum job_field_id {
#define X(id, name, marker, label, kind, key, executor) JOB_##id,
	JOB_FIELDS(X)
#undef X
	JOB_FIELD_COUNT
};
/* clang-format on */

struct job_field {
	const char *name, *marker, *label;
	enum field_kind kind;
	const char *key, *executor;
};

extern const struct job_field form_fields[JOB_FIELD_COUNT];

/* The texts in the fields, each never NULL; flags are "1" or "". */
struct job_form {
	const char *text[JOB_FIELD_COUNT];
	struct job_settings settings;
};

bool job_field_is_config(enum field_kind kind); /* something of executor_config */
/* The executor that was chosen, or named under "other". */
const char *job_form_executor(const struct job_form *form);

/* A definition as it stands in the form; the fields apart but the executor's are left empty. */
void job_form_of(
    struct ctx *c, const struct clock *k, const struct json *spec, struct job_form *out);

/* What arrived over what was shown, all of it whatever is returned. ERR_INVALID: a field twice, one
 * that is not of this form, or a box with a value that is not its own. */
MUST_USE enum err job_form_read(struct req *r, struct job_form *form);

/* `base` with what differs between `shown` and `typed`: input for job_add() and job_edit(). What
 * was typed for an executor that was not chosen must be well-formed and is not used. ERR_INVALID
 * names the field as the model does ("executor_config.env") or as the form does. */
MUST_USE enum err job_form_apply(struct ctx *c, const struct clock *k, const struct job_form *typed,
    const struct job_form *shown, const struct json *base, struct json **out);

/* Which field of the form a fault of the model is about; JOB_FIELD_COUNT: none, or a setting. */
enum job_field_id job_form_fault(struct ctx *c, const struct job_form *form, const char *fault);
/* The same by name and label, settings among them; false: no field. */
bool job_form_at(struct ctx *c, const struct job_form *form, const char *fault, const char **name,
    const char **label);

#endif
