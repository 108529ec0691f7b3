/* Which field of the job form a fault is about. */

#include <string.h>

#include "core/text.h"
#include "web/admin/job_fields.h"

/* "executor_config.env", "tags.role", or the form's own name for it. */
static bool is_about(const struct job_field *f, const char *executor, const char *fault)
{
	size_t top = strcspn(fault, ".");

	if (strcmp(fault, f->name) == 0)
		return true;
	if (job_field_is_config(f->kind))
		return text_starts(fault, "executor_config.") &&
		       strcmp(f->executor, executor) == 0 && strcmp(fault + top + 1, f->key) == 0;
	return strlen(f->key) == top && strncmp(fault, f->key, top) == 0;
}

enum job_field_id job_form_fault(struct ctx *c, const struct job_form *form, const char *fault)
{
	struct setting_field setting;
	size_t i = 0;

	if (fault == NULL || settings_fault(c->arena, job_form_executor(form), fault, &setting))
		return JOB_FIELD_COUNT;
	if (strcmp(fault, "executor") == 0 && strcmp(form->text[JOB_EXECUTOR], "other") == 0)
		return JOB_EXECUTOR_NAME;
	while (i < JOB_FIELD_COUNT && !is_about(&form_fields[i], job_form_executor(form), fault))
		i++;
	return (enum job_field_id)i;
}

bool job_form_at(struct ctx *c, const struct job_form *form, const char *fault, const char **name,
    const char **label)
{
	enum job_field_id id = job_form_fault(c, form, fault);
	struct setting_field setting;

	if (id != JOB_FIELD_COUNT) {
		*name = form_fields[id].name;
		*label = form_fields[id].label;
		return true;
	}
	if (fault == NULL || !settings_fault(c->arena, job_form_executor(form), fault, &setting))
		return false;
	*name = setting.name;
	*label = setting.label;
	return true;
}
