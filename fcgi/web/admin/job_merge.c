/* Two people at one form. */

#include <string.h>

#include "model/job.h"
#include "model/job_spec.h"
#include "web/admin/job_form.h"

static enum err find_revision(struct ctx *c, const char *name, int64_t version, struct json **spec)
{
	struct revision *revisions;
	size_t n;

	TRY(job_revisions(c, name, &revisions, &n));
	for (size_t i = 0; i < n; i++)
		if (revisions[i].version == version)
			return json_parse(
			    c, revisions[i].spec_text, strlen(revisions[i].spec_text), spec);
	*spec = NULL;
	return OK;
}

enum err job_form_merge(struct edit *ed, int64_t version)
{
	struct ctx *c = ed->p.c;
	struct spec_change *changes;
	struct job_form before;
	struct json *was, *is;
	const char *fields = "";

	TRY(find_revision(c, ed->name, version, &was));
	TRY(find_revision(c, ed->name, ed->version, &is));
	ed->merged = "fields that are no longer on record";
	if (was == NULL || is == NULL)
		return OK;
	job_form_of(c, &ed->p.clock, was, &before);
	before.text[JOB_TEAM] = json_text(json_get(was, "team"));
	for (size_t i = 0; i < JOB_FIELD_COUNT; i++)
		if (i != JOB_NAME && i != JOB_REASON &&
		    strcmp(ed->typed.text[i], before.text[i]) == 0)
			ed->typed.text[i] = ed->shown.text[i];
	for (size_t i = 0; i < SETTINGS_MAX && ed->typed.settings.text[i] != NULL; i++)
		if (strcmp(ed->typed.settings.text[i], before.settings.text[i]) == 0)
			ed->typed.settings.text[i] = ed->shown.settings.text[i];
	size_t n = spec_diff(c, was, is, &changes);
	for (size_t i = 0; i < n; i++)
		fields = arena_printf(
		    c->arena, "%s%s%s", fields, i == 0 ? "" : ", ", changes[i].label);
	ed->merged = n == 0 ? "nothing that is left" : fields;
	return OK;
}
