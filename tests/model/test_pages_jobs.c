/* As test_pages.c, of the list of jobs in each of its orders, and of what is held against
 * conditions a bounded number at a time. */

#include <string.h>

#include "model/filter.h"
#include "model/given_pages.h"
#include "model/notification.h"

/* Keys are shared by several jobs each, some have none; names and words meet LIKE's own signs. */
static void fill(struct ctx *c)
{
	static const char *const teams[] = { "red", "blue", "gray" };

	for (size_t i = 0; i < LENGTH(teams); i++)
		given_team(c, teams[i]);
	given_member(c, "red", "rita", ROLE_VIEWER);
	IS(db_script(c,
	       "SET session_replication_role = replica;"
	       "INSERT INTO job (team_id, name, spec, updated_by, updated_at) SELECT t.id, "
	       "(ARRAY['job-', 'Job_', 'lot%', 'Ärger '])[n % 4 + 1] || n, jsonb_build_object("
	       "'disabled', n % 5 = 0, 'description', 'Lot ' || n % 7 || ' of 10%', 'tags', "
	       "jsonb_build_object('zone', n % 3 || '')), 'x', now() - n / 4 * interval '1 s' FROM "
	       "generate_series(1, 260) n JOIN team t ON t.name = (ARRAY['red', 'blue', "
	       "'gray'])[n % 3 + 1];"
	       "INSERT INTO job_now (job_id, next_at, run_state, run_began_at) SELECT id, CASE "
	       "WHEN "
	       "id % 3 > 0 THEN now() + id % 17 * interval '1 min' END, (ARRAY['failed', "
	       "'succeeded', 'running', NULL])[id % 4 + 1], CASE WHEN id % 4 < 3 THEN now() - id % "
	       "23 * interval '1 min' END FROM job;"
	       "INSERT INTO outbox (job_name, job_id, wanted, state) SELECT name, id, 1, "
	       "(ARRAY['in_sync', 'drifted', 'pending', 'failing'])[id % 4 + 1] FROM job WHERE id "
	       "% 9 > 0;"
	       "INSERT INTO tag (name, value) VALUES ('zone', '0'), ('zone', '1'), ('zone', '2');"
	       "INSERT INTO job_tag (tag_id, job_id) SELECT t.id, j.id FROM job j JOIN tag t ON "
	       "t.name = 'zone' AND t.value = j.spec->'tags'->>'zone';"
	       "SET session_replication_role = origin; ANALYZE job, job_now, outbox, job_tag"),
	    OK);
	act_as_cli(c);
}

PAGES_OF(job_pages, job_query, job, job_list)

static const struct {
	const char *key;
	bool by_name;
} keys[] = {
	[JOB_BY_NAME] = { "j.name COLLATE \"C\"", true },
	[JOB_BY_NEXT] = { "coalesce(n.next_at, 'infinity')", false },
	[JOB_BY_LAST_RUN] = { "coalesce(n.run_began_at, '-infinity')", false },
	[JOB_BY_UPDATED] = { "j.updated_at", false },
};

static void some_listed_jobs(struct ctx *c, unsigned seed)
{
	bool rita = seed % 4 == 0; /* who sees one team */
	static const char *const states[] = { "failed", "succeeded", "running", "missed" },
				 *const syncs[] = { "in_sync", "drifted", "failing" },
				 *const words[] = { "lot 3", "0%", "job_", "ÄRGER", "zebra" },
				 *const flags[] = { "true", "false" },
				 *const tags[] = { "zone", "zone:1", "zone:9", "other" };
	struct draw d = { c,
		rita ? "j.team_id = (SELECT id FROM team WHERE name = 'red')" : "true" };
	struct job_query q = { .limit = some_limit(),
		.sort = (enum job_sort)(random() % 4),
		.descending = random() % 2 == 0 };
	const char *down = q.descending ? " DESC" : "";

	if (rita)
		act_as(c, "rita");
	q.last = drawn(&d, OF(states), "n.run_state = ", "");
	q.sync = drawn(&d, OF(syncs), "o.state = ", "");
	q.enabled = drawn(
	    &d, OF(flags), "NOT coalesce((j.spec->>'disabled')::boolean, false) = ", "");
	q.tag = drawn(&d, OF(tags),
	    "(SELECT bool_or(e.key = w.w OR e.key || ':' || e.value = w.w) FROM "
	    "jsonb_each_text(j.spec->'tags') e, (SELECT ",
	    "::text AS w) w)");
	q.q = drawn(&d, OF(words),
	    "(SELECT bool_and(strpos(lower(j.name || ' ' || (j.spec->>'description')), lower(w)) > "
	    "0) "
	    "FROM string_to_table(",
	    ", ' ') w)");
	if (!rita)
		q.team = drawn(
		    &d, OF(team_names), "j.team_id = (SELECT id FROM team WHERE name = ", ")");
	same_as(c, job_pages(c, q),
	    arena_printf(c->arena,
		"job j JOIN job_now n ON n.job_id = j.id LEFT JOIN outbox o ON o.job_name = "
		"j.name, "
		"LATERAL (SELECT j.id) x WHERE %s",
		d.where),
	    keys[q.sort].by_name
		? arena_printf(c->arena, "%s%s", keys[q.sort].key, down)
		: arena_printf(c->arena, "%s%s, j.id%s", keys[q.sort].key, down, down));
}

SITE_TEST(pages_of_jobs_are_all_of_them_under_any_filter_and_in_any_order)
{
	fill(c);
	draw_rounds(c, some_listed_jobs);
}

static const char *const notices[] = { "lot 3", "zebra", "lot" };

static void some_notifications(struct ctx *c, unsigned seed)
{
	struct draw d = { c, "true" };
	struct notification_query q = { .limit = some_limit() };
	const char *words;
	struct buf ids;
	int pages = 0;

	if (seed > 2 && q.limit == 1) /* once is enough: it asks a thousand times */
		q.limit = 7;
	buf_init(&ids, c->arena, IDS_BYTES);
	if ((words = drawn(&d, OF(notices), "strpos(k.notes::text, ", ") > 0")) != NULL)
		q.filters = arena_printf(c->arena, "{\"notes\":{\"contains\":\"%s\"}}", words);
	do {
		struct notification *list = NULL;
		size_t n = 0;
		IS(notification_list(c, &q, &list, &n, &q.after), OK);
		for (size_t i = 0; i < n; i++)
			told(&ids, list[i].id);
		YES(n > 0 || q.filters != NULL);
		pages++;
	} while (q.after != NULL && pages < PAGES_MAX);
	if (q.filters != NULL)
		YES(pages >= 1000 / FILTER_LOOK_MAX);
	same_as(c, ids.data,
	    arena_printf(c->arena, "notification k, LATERAL (SELECT k.id) x WHERE %s", d.where),
	    "k.id DESC");
}

SITE_TEST(pages_of_notifications_are_all_of_them_though_few_are_looked_at_each_time)
{
	IS(db_script(c, "INSERT INTO notification (error, notes) SELECT false, "
			"jsonb_build_object('notes', jsonb_build_array('lot ' || n % 97)) FROM "
			"generate_series(1, 1000) n"),
	    OK);
	act_as_cli(c);
	draw_rounds(c, some_notifications);
}
