#include "web/admin/job_drift.h"

#include <string.h>

#include "model/drift.h"
#include "web/admin/diff.h"
#include "web/admin/link.h"

enum err job_show_drift(const struct page *p, const struct job *job, bool *shown)
{
	struct drift d;

	*shown = false;
	if (strcmp(job->sync, "drifted") != 0)
		return OK;
	enum err e = drift_get(p->c, job, &d);
	if (e == ERR_NOT_FOUND)
		return OK; /* settled in this very moment */
	TRY(e);
	*shown = true;
	struct view *v = view_section(p->v, "DRIFT");
	page_time(p, v, "TIME", d.found_us, TIME_RELATIVE);
	if (d.engine == NULL)
		view_show(v, "GONE");
	else
		diff_show(
		    view_section(v, "CHANGES"), "On the engine", "Here", d.changes, d.nchanges);
	if (d.refused.text != NULL)
		view_text(view_section(v, "REFUSED"), "TEXT", d.refused.text);
	if (job->role < ROLE_EDITOR)
		return OK;
	struct view *settle = view_section(v, "MAY_SETTLE");
	view_text(settle, "REVERT", link_job(p->c, job->name, "revert"));
	view_text(settle, "WORD", d.engine == NULL ? "Put it back" : "Revert to ours");
	if (d.engine != NULL)
		view_text(
		    view_section(settle, "ADOPT"), "HREF", link_job(p->c, job->name, "adopt"));
	return OK;
}
