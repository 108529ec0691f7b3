#include "web/admin/job_asks.h"

#include <inttypes.h>

#include "model/task_list.h"
#include "web/admin/task_words.h"

enum { REQUESTS_SHOWN = 20 };

enum err asks_of(const struct page *p, struct view *v, const struct approval_case *of)
{
	struct approval_rule rule;

	TRY(approval_rule(p->c, of, &rule));
	if (rule.required == 0) {
		view_show(v, "AT_ONCE");
		return OK;
	}
	view_text(view_section(v, "ASKS"), "WHO",
	    rule.required == 1
		? "Somebody else has to approve it; until then nothing happens."
		: arena_printf(p->c->arena,
		      "%" PRId64 " others have to approve it; until then nothing happens.",
		      rule.required));
	return OK;
}

enum err job_asks(const struct page *p, struct view *v, const struct job *job, unsigned what)
{
	return asks_of(p, v,
	    &(struct approval_case){ what, json_int(json_get(job->spec, "approvals")), job->team_id,
		job->team_id, NULL, (what & APPROVE_RUN) != 0 ? job->name : NULL });
}

enum err job_requests(const struct page *p, const struct job *job)
{
	struct task_query q = { .job = job->name, .state = "open", .limit = REQUESTS_SHOWN };
	struct task *tasks;
	const char *next;
	size_t n;

	TRY(task_list(p->c, &q, &tasks, &n, &next));
	if (n == 0)
		return OK;
	struct view *list = view_section(p->v, "REQUESTS");
	for (size_t i = 0; i < n; i++) {
		struct view *v = view_section(list, "REQUEST");
		view_text(v, "TITLE", tasks[i].title);
		view_text(v, "HREF", task_link(p->c, &tasks[i]));
		view_text(v, "BY", tasks[i].requester);
		page_time(p, v, "TIME", tasks[i].created_us, TIME_RELATIVE);
		view_text(v, "GIVEN",
		    arena_printf(p->c->arena, "%" PRId64 " of %" PRId64 " approvals",
			tasks[i].given, tasks[i].required));
	}
	return OK;
}
