/* Lists page by page: under every filter, in steps of any size, the pages together are what a plain
 * question without index or cursor finds: no row lost, none twice. Filters are drawn at random,
 * with a seed that is told on failure. */

#include "model/given_pages.h"
#include "model/run.h"
#include "model/task_list.h"

static void fill(struct ctx *c)
{
	static const char *const teams[] = { "red", "blue", "gray" };

	for (size_t i = 0; i < LENGTH(teams); i++)
		given_team(c, teams[i]);
	given_member(c, "red", "rita", ROLE_VIEWER);
	IS(db_script(c,
	       "SET session_replication_role = replica;"
	       "INSERT INTO job (team_id, name, spec, updated_by, updated_at) SELECT t.id, 'job-' "
	       "|| n, "
	       "'{}', 'x', now() - n / 4 * interval '1 s' FROM generate_series(1, 60) n JOIN team "
	       "t ON "
	       "t.name = (ARRAY['red', 'blue', 'gray'])[n % 3 + 1];"
	       "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, "
	       "requested_by, "
	       "queued_at) SELECT j.id, j.name, j.team_id, n, (ARRAY['succeeded', 'failed', "
	       "'lost', "
	       "'missed', 'stopped'])[n * 7 % 5 + 1], (ARRAY['schedule', 'manual', 'api'])[n % 3 + "
	       "1], CASE "
	       "WHEN n % 3 > 0 THEN 'person-' || n % 5 END, now() - n / 6 * interval '1 s' FROM "
	       "generate_series(1, 1500) n JOIN job j ON j.name = 'job-' || n * 13 % 60 + 1;"
	       "INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, "
	       "started_at, "
	       "run_at) SELECT r.id, r.job_name, r.id || '-' || k, 'node-' || (r.id + k) % 4, k, "
	       "'succeeded', "
	       "r.queued_at, r.queued_at FROM run r, generate_series(1, 2) k;"
	       "INSERT INTO task (type, title, requester, requester_id, team_id, req_id, data, "
	       "data_hash, "
	       "about, state, stage, completed, approver_role, expires_at, due_at) SELECT "
	       "(ARRAY['run-job', "
	       "'invite'])[n % 2 + 1], 'Task ' || n % 11, 'person-' || n % 5, 1, t.id, 'x', '{}', "
	       "n, "
	       "'job:job-' || n % 9, (ARRAY['completed', 'rejected'])[n * 3 % 2 + 1], 'end', n % 2 "
	       "= 0, 4, "
	       "now(), NULL FROM generate_series(1, 700) n JOIN team t ON t.name = (ARRAY['red', "
	       "'blue', "
	       "'gray'])[n % 3 + 1];"
	       "INSERT INTO audit (actor, verb, object, after, req_id, address) SELECT 'person-' "
	       "|| n % 5, "
	       "(ARRAY['job_add', 'sign_in', 'run'])[n % 3 + 1], 'job:job-' || n % 9, "
	       "jsonb_build_object('n', 'lot ' || n % 7), n, '10.0.0.' || n % 4 FROM "
	       "generate_series(1, 600) n;"
	       "SET session_replication_role = origin; ANALYZE job, run, execution, task, audit"),
	    OK);
	act_as_cli(c);
}

PAGES_OF(run_pages, run_query, run, run_list)

static void some_runs(struct ctx *c, unsigned seed)
{
	bool rita = seed % 4 == 0; /* who sees one team */
	static const char *const states[] = { "failed", "lost", "succeeded" },
				 *const triggers[] = { "api", "schedule" },
				 *const nodes[] = { "node-1", "node-9" };
	struct draw d = { c,
		rita ? "r.team_id = (SELECT id FROM team WHERE name = 'red')" : "true" };
	struct run_query q = { .limit = some_limit() < 50 ? 37 : 500 };

	if (rita)
		act_as(c, "rita");
	q.state = drawn(&d, OF(states), "r.state = ", "");
	q.trigger = drawn(&d, OF(triggers), "r.trigger = ", "");
	q.job = drawn(&d, OF(some_jobs), "r.job_name = ", "");
	q.requested_by = drawn(&d, OF(people), "r.requested_by = ", "");
	q.node = drawn(&d, OF(nodes),
	    "EXISTS (SELECT FROM execution e WHERE e.run_id = r.id AND e.node = ", ")");
	if (!rita)
		q.team = drawn(
		    &d, OF(team_names), "r.team_id = (SELECT id FROM team WHERE name = ", ")");
	same_as(c, run_pages(c, q),
	    arena_printf(c->arena, "run r, LATERAL (SELECT r.id) x WHERE %s", d.where),
	    "r.queued_at DESC, r.id DESC");
}

SITE_TEST(pages_of_runs_are_all_of_them_under_any_filter)
{
	fill(c);
	draw_rounds(c, some_runs);
}

static void some_tasks(struct ctx *c, unsigned seed)
{
	static const char *const types[] = { "invite", "nothing" },
				 *const words[] = { "task 1", "zebra" },
				 *const states[] = { "completed", "rejected" },
				 *const filters[] = { "Task 3", "Task 99" };

	(void)seed;
	struct draw d = { c, "t.req_id = 'x'" };
	struct task_query q = { .whose = TASKS_ALL };
	const char *exact;
	struct buf ids;
	buf_init(&ids, c->arena, IDS_BYTES);
	q.limit = some_limit() == 1 ? 41 : some_limit() + 20;
	q.type = drawn(&d, OF(types), "t.type = ", "");
	q.state = drawn(&d, OF(states), "t.state = ", "");
	q.requester = drawn(&d, OF(people), "t.requester = ", "");
	q.team = drawn(&d, OF(team_names), "t.team_id = (SELECT id FROM team WHERE name = ", ")");
	q.q = drawn(&d, OF(words), "lower(t.title) LIKE '%' || ", " || '%'");
	if ((exact = drawn(&d, OF(filters), "t.title = ", "")) != NULL)
		q.filters = arena_printf(c->arena, "{\"title\":{\"exact\":\"%s\"}}", exact);
	do {
		struct task *tasks = NULL;
		const char *next = NULL;
		size_t n = 0;
		IS(task_list(c, &q, &tasks, &n, &next), OK);
		for (size_t i = 0; i < n; i++)
			told(&ids, tasks[i].seq);
		q.after = next;
	} while (q.after != NULL);
	same_as(c, ids.data,
	    arena_printf(c->arena, "task t, LATERAL (SELECT t.seq AS id) x WHERE %s", d.where),
	    "t.seq DESC");
}

SITE_TEST(pages_of_tasks_are_all_of_them_under_any_filter)
{
	fill(c);
	draw_rounds(c, some_tasks);
}

static void some_audit(struct ctx *c, unsigned seed)
{
	static const char *const verbs[] = { "sign_in", "nothing" },
				 *const words[] = { "lot 3", "zebra" },
				 *const objects[] = { "job:job-3", "job:", "job:none" },
				 *const addresses[] = { "10.0.0.1", "10.9.9.9" };

	(void)seed;
	struct draw d = { c, "true" };
	struct audit_query q = { .limit = 0 };
	struct buf ids;
	buf_init(&ids, c->arena, IDS_BYTES);
	q.limit = some_limit() == 1 ? 37 : some_limit() + 20;
	q.oldest_first = random() % 2 == 0;
	q.actor = drawn(&d, OF(people), "a.actor = ", "");
	q.verb = drawn(&d, OF(verbs), "a.verb = ", "");
	q.object = drawn(&d, OF(objects), "starts_with(a.object, ", ")");
	q.address = drawn(&d, OF(addresses), "a.address = ", "");
	q.q = drawn(&d, OF(words), "a.after::text LIKE '%' || ", " || '%'");
	do {
		struct audit_row *rows = NULL;
		const char *next = NULL;
		size_t n = 0;
		IS(audit_list(c, &q, &rows, &n, &next), OK);
		for (size_t i = 0; i < n; i++)
			told(&ids, rows[i].id);
		q.after = next;
	} while (q.after != NULL);
	same_as(c, ids.data,
	    arena_printf(c->arena, "audit a, LATERAL (SELECT a.id) x WHERE %s", d.where),
	    q.oldest_first ? "a.id" : "a.id DESC");
}

SITE_TEST(pages_of_the_audit_are_all_of_it_under_any_filter)
{
	fill(c);
	draw_rounds(c, some_audit);
}

SITE_TEST(a_cursor_that_no_list_gave_is_refused_by_name)
{
	static const char *const cursors[] = { "x", "-1", "0", "1.", ".1", "1.x",
		"9223372036854775808", "1.9223372036854775808", "1 OR 1=1",
		"bisgMCAwIA==", "99999999999999999.1" };

	act_as_cli(c);
	for (size_t i = 0; i < LENGTH(cursors); i++) {
		struct run_query runs = { .after = cursors[i] };
		struct task_query tasks = { .after = cursors[i] };
		struct audit_query audit = { .after = cursors[i], .limit = 10 };
		struct job_query jobs = { .after = cursors[i], .limit = 10 };
		const char *next;
		void *rows;
		size_t n;
		IS(run_list(c, &runs, (struct run **)&rows, &n, &next), ERR_INVALID);
		SAME(c->fault.field, "after");
		IS(task_list(c, &tasks, (struct task **)&rows, &n, &next), ERR_INVALID);
		SAME(c->fault.field, "after");
		IS(audit_list(c, &audit, (struct audit_row **)&rows, &n, &next), ERR_INVALID);
		SAME(c->fault.field, "after");
		IS(job_list(c, &jobs, (struct job **)&rows, &n, &next), ERR_INVALID);
		SAME(c->fault.field, "after");
	}
}
