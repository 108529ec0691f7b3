/* Many jobs at once, from Dkron's list and from crontabs, and back. */

#include <string.h>

#include "model/given_import.h"

/* As a real Dkron 4.1.2 lists a job, shortened by nothing. */
static const char listed[] =
    "[{\"id\":\"child\",\"name\":\"child\",\"displayname\":\"\",\"timezone\":\"\",\"schedule\":"
    "\"\","
    "\"owner\":\"\",\"owner_email\":\"\",\"success_count\":0,\"error_count\":0,\"last_success\":"
    "null,"
    "\"last_error\":null,\"disabled\":false,\"tags\":null,\"metadata\":null,\"retries\":0,"
    "\"dependent_jobs\":null,\"parent_job\":\"parent\",\"processors\":null,\"concurrency\":"
    "\"allow\","
    "\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"},\"status\":\"\","
    "\"next\":\"1970-01-01T00:00:00Z\",\"ephemeral\":false,\"starts_at\":null,\"expires_at\":null},"
    "{\"id\":\"parent\",\"name\":\"parent\",\"displayname\":\"P\",\"timezone\":\"Europe/Madrid\","
    "\"schedule\":\"0 0 2 * * "
    "*\",\"owner\":\"o\",\"owner_email\":\"o@example.org\",\"success_count\":3,"
    "\"error_count\":1,\"last_success\":\"2026-11-21T12:19:28.6Z\",\"last_error\":null,"
    "\"disabled\":true,"
    "\"tags\":{\"role\":\"web:1\"},\"metadata\":{\"a\":\"b\",\"signalbox\":\"signalbox\"},"
    "\"retries\":2,"
    "\"dependent_jobs\":[\"child\"],\"parent_job\":\"\",\"processors\":{\"log\":{\"forward\":"
    "\"true\"}},"
    "\"concurrency\":\"forbid\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"},"
    "\"status\":\"success\",\"next\":\"2026-11-22T01:00:00Z\",\"ephemeral\":false,\"starts_at\":"
    "null,"
    "\"expires_at\":null}]";

SITE_TEST(a_list_of_dkron_is_taken_as_it_is)
{
	struct import_plan plan;
	struct job job;

	act_as_cli(c);
	plan = previewed(c, IMPORT_DKRON, listed);
	SAME(words_of(c, &plan), "create child, create parent");
	YES(!plan.done);
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
	YES(holds(c, "NOT EXISTS (SELECT FROM outbox)"));
	plan = imported(c, IMPORT_DKRON, listed);
	YES(plan.done);
	IS(plan.nnotes, 0);
	IS(job_get(c, "parent", &job), OK);
	YES(job.disabled);
	SAME(json_write(c->arena, json_get(job.spec, "metadata")), "{\"a\":\"b\"}");
	IS(job_get(c, "child", &job), OK);
	SAME(json_text(json_get(job.spec, "parent_job")), "parent");
	AUDITED("job_add", "job:child", 1);
	plan = imported(c, IMPORT_DKRON, listed);
	SAME(words_of(c, &plan), "same child, same parent");
	YES(holds(c, "(SELECT max(version) FROM job) = 1"));
}

SITE_TEST(an_import_says_what_it_changes_and_keeps_what_dkron_does_not_know)
{
	struct import_plan plan;
	struct job job;

	act_as_cli(c);
	IS(job_add(c, "a", NULL,
	       json_of(c, "{" PLAIN ",\"description\":\"ours\",\"keep_days\":9,\"retries\":3}"),
	       NULL, &job),
	    OK);
	plan = imported(c, IMPORT_DKRON,
	    "[{\"name\":\"a\",\"schedule\":\"@daily\",\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}}]");
	SAME(words_of(c, &plan), "change a [Schedule: @hourly > @daily] [Retries: 3 > 0]");
	IS(job_get(c, "a", &job), OK);
	IS(job.version, 2);
	SAME(json_text(json_get(job.spec, "description")), "ours");
	IS(json_int(json_get(job.spec, "keep_days")), 9);
}

SITE_TEST(an_import_with_one_wrong_job_changes_nothing)
{
	struct import_plan plan;

	act_as_cli(c);
	plan = imported(c, IMPORT_DKRON,
	    "[{\"name\":\"good\"," PLAIN "},{\"name\":\"Bad\"," PLAIN "},{\"name\":\"good\"," PLAIN
	    "},7,{" PLAIN "},{\"name\":\"x\",\"schedule\":\"* * *\",\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}},{\"name\":\"y\"," PLAIN
	    ",\"parent_job\":\"nobody\"},{\"name\":\"new\"," PLAIN ",\"nonsense\":1}]");
	const char *words = words_of(c, &plan);
	YES(!plan.done);
	HAS(words, "create good, refused Bad {name: ");
	HAS(words, "refused good {name: stands in the list already, as number 0}");
	HAS(words, "refused  {: must be an object: a job}");
	HAS(words, "refused  {name: must be given}");
	HAS(words, "refused x {schedule: expected exactly 6 fields, found 3");
	HAS(words, "refused y {parent_job: There is no job nobody.}");
	HAS(words, "refused new {name: must not be \"new\"");
	IS(plan.items[3].line, 3);
	IS(plan.nnotes, 1);
	HAS(plan.notes[0].message, "“nonsense” is no field of a job");
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
}

SITE_TEST(a_circle_of_parents_in_an_import_is_named)
{
	struct import_plan plan;

	act_as_cli(c);
	plan = imported(c, IMPORT_DKRON,
	    "[{\"name\":\"a\"," PLAIN ",\"parent_job\":\"b\"},{\"name\":\"b\"," PLAIN
	    ",\"parent_job\":\"a\"},{\"name\":\"d\"," PLAIN ",\"parent_job\":\"a\"}]");
	HAS(words_of(c, &plan),
	    "refused a {parent_job: would close a circle: a runs after b, b runs after a}");
	HAS(words_of(c, &plan), "refused d {parent_job: hangs on a circle");
	IS(plan.count[IMPORT_REFUSED], 3);
	/* One that only the database can tell. */
	IS(imported(c, IMPORT_DKRON,
	       "[{\"name\":\"a\"," PLAIN "},{\"name\":\"b\"," PLAIN ",\"parent_job\":\"a\"}]")
		.done,
	    true);
	plan = imported(c, IMPORT_DKRON, "[{\"name\":\"a\"," PLAIN ",\"parent_job\":\"b\"}]");
	HAS(words_of(c, &plan), "refused a {parent_job: would close a circle");
}

SITE_TEST(children_come_in_the_order_of_their_parent)
{
	act_as_cli(c);
	YES(imported(c, IMPORT_DKRON,
	    "[{\"name\":\"a\"," PLAIN ",\"parent_job\":\"p\"},{\"name\":\"b\"," PLAIN
	    ",\"parent_job\":\"p\"},{\"name\":\"d\"," PLAIN
	    ",\"parent_job\":\"p\"},{\"name\":\"p\"," PLAIN
	    ",\"dependent_jobs\":[\"d\",\"a\",\"b\"]}]")
		.done);
	YES(holds(c, "(SELECT string_agg(name, ' ' ORDER BY tied) FROM job WHERE parent_job = 'p') "
		     "= 'd a b'"));
}

SITE_TEST(an_import_asks_for_the_same_rights_as_a_change)
{
	struct import import = { .format = IMPORT_DKRON, .team = "billing" };
	struct import_plan plan;

	given_team(c, "billing");
	given_team(c, "data");
	given_member(c, "billing", "marta", ROLE_EDITOR);
	IS(team_member(c, "data", "marta", ROLE_VIEWER), OK);
	act_as_cli(c);
	given_job(c, "data", "seen");
	given_job(c, "ops", "hidden");
	act_as(c, "marta");
	plan = imported(c, IMPORT_DKRON,
	    "[{\"name\":\"mine\"," PLAIN "},{\"name\":\"seen\"," PLAIN
	    "},{\"name\":\"hidden\"," PLAIN "},{\"name\":\"theirs\",\"team\":\"data\"," PLAIN
	    "},{\"name\":\"nowhere\",\"team\":\"ops\"," PLAIN "}]");
	const char *words = words_of(c, &plan);
	HAS(words, "create mine");
	HAS(words, "refused seen {: Changing jobs of data needs the role editor.}");
	HAS(words, "refused hidden {name: There is a job hidden already.}");
	HAS(words, "refused theirs {: Changing jobs of data needs the role editor.}");
	HAS(words, "refused nowhere {team: ");
	import.text = "[{\"name\":\"seen\"," PLAIN "}]";
	import.len = strlen(import.text);
	IS(job_import(c, &import, &plan), OK);
	HAS(words_of(c, &plan),
	    "refused seen {name: There is a job seen already, in the team data.}");
	import.team = "ops";
	IS(job_import(c, &import, &plan), ERR_INVALID);
	SAME(c->fault.field, "team");
}

SITE_TEST(a_crontab_can_be_imported_again_after_it_was_changed)
{
	static const char crontab[] = "0 5 * * * /opt/backup.sh /a\n0 6 * * * /opt/backup.sh /b\n"
				      "@daily /usr/bin/import x\n";
	struct import_plan plan;
	struct job job;

	act_as_cli(c);
	IS(job_add(c, "backup", NULL, json_of(c, SHELL_JOB), NULL, &job), OK);
	plan = imported(c, IMPORT_CRONTAB, crontab);
	SAME(words_of(c, &plan), "create backup-2, create backup-3, create import-x");
	plan = imported(c, IMPORT_CRONTAB, crontab);
	SAME(words_of(c, &plan), "same backup-2, same backup-3, same import-x");
	struct job_edit edit = { .name = "backup-3",
		.how = JOB_MERGE,
		.input = json_of(c, "{\"retries\":2,\"executor_config\":{\"timeout\":\"5m\"}}") };
	IS(job_edit(c, &edit, &job), OK);
	plan = imported(
	    c, IMPORT_CRONTAB, "X=1\n0 5 * * * /opt/backup.sh /a\n0 7 * * * /opt/backup.sh /b\n");
	SAME(words_of(c, &plan), "change backup-2 [Environment:  > X=1], change backup-3 "
				 "[Schedule: 0 0 6 * * * > 0 0 7 * * "
				 "*] [Environment:  > X=1]");
	IS(job_get(c, "backup-3", &job), OK);
	IS(json_int(json_get(job.spec, "retries")), 2);
	SAME(json_text(json_get(json_get(job.spec, "executor_config"), "timeout")), "5m");
	plan = imported(c, IMPORT_CRONTAB, "@reboot x\n* * * * * y\n");
	HAS(words_of(c, &plan), "refused  {schedule: @reboot has no counterpart");
	YES(holds(c, "NOT EXISTS (SELECT FROM job WHERE name = 'y')"));
}

SITE_TEST(two_equal_lines_of_a_crontab_are_two_jobs)
{
	struct import_plan plan;

	act_as_cli(c);
	plan = imported(c, IMPORT_CRONTAB, "0 5 * * * x\n0 5 * * * x\n");
	SAME(words_of(c, &plan), "create x, create x-2");
}

SITE_TEST(what_is_exported_is_what_was_imported)
{
	struct job_query all = { .limit = 1 };
	const char *text = NULL;
	struct import_plan plan;
	size_t len = 0;

	act_as_cli(c);
	YES(imported(c, IMPORT_DKRON, listed).done);
	IS(job_export(c, &all, true, &text, &len), OK);
	IS(strlen(text), len);
	struct json *list = json_of(c, text);
	IS(json_length(list), 2);
	SAME(json_text(json_get(json_at(list, 0), "name")), "parent");
	SAME(json_text(json_get(json_get(json_at(list, 0), "metadata"), "signalbox")), "signalbox");
	YES(json_get(json_at(list, 0), "team") == NULL &&
	    json_get(json_at(list, 0), "notify") == NULL);
	plan = previewed(c, IMPORT_DKRON, text);
	SAME(words_of(c, &plan), "same parent, same child");
	IS(job_export(c, &all, false, &text, &len), OK);
	HAS(text, "\"team\":\"ops\"");
	HAS(text, "\"keep_days\":0");
	LACKS(text, "\"signalbox\"");
	plan = previewed(c, IMPORT_DKRON, text);
	SAME(words_of(c, &plan), "same parent, same child");
	IS(plan.nnotes, 0);
}

SITE_TEST(an_export_has_what_the_filters_leave_and_their_parents)
{
	struct job_query query = { .limit = 1, .q = "child" };
	const char *text = NULL;
	size_t len = 0;

	given_team(c, "billing");
	given_member(c, "billing", "marta", ROLE_VIEWER);
	act_as_cli(c);
	YES(imported(c, IMPORT_DKRON, listed).done);
	given_job(c, "ops", "other");
	IS(job_export(c, &query, true, &text, &len), OK);
	HAS(text, "\"name\":\"child\"");
	HAS(text, "\"name\":\"parent\"");
	LACKS(text, "\"name\":\"other\"");
	act_as(c, "marta");
	query.q = NULL;
	IS(job_export(c, &query, true, &text, &len), OK);
	SAME(text, "[\n]\n");
}

SITE_TEST(the_namespace_is_taken_off_and_put_on)
{
	static const char text[] = "[{\"name\":\"team-a\"," PLAIN "},{\"name\":\"team-b\"," PLAIN
				   ",\"parent_job\":\"team-a\"},{\"name\":\"d\"," PLAIN "}]";
	struct config config = *c->config;
	struct job_query all = { .limit = 1 };
	const char *exported = NULL;
	struct import_plan plan;
	size_t len = 0;

	config.namespace = "team-";
	c->config = &config;
	act_as_cli(c);
	plan = imported(c, IMPORT_DKRON, text);
	SAME(words_of(c, &plan), "create a, create b, create d");
	IS(job_export(c, &all, true, &exported, &len), OK);
	HAS(exported, "\"name\":\"team-a\"");
	HAS(exported, "\"parent_job\":\"team-a\"");
	HAS(exported, "\"name\":\"team-d\"");
}

SITE_TEST(an_import_is_json_or_it_is_refused_whole)
{
	struct import import = { .format = IMPORT_DKRON };
	struct import_plan plan;

	act_as_cli(c);
	import.text = "[{";
	import.len = 2;
	IS(job_import(c, &import, &plan), ERR_MALFORMED);
	import.text = "7";
	import.len = 1;
	IS(job_import(c, &import, &plan), ERR_INVALID);
	struct json *many = json_array(c->arena);
	for (int i = 0; i <= IMPORT_JOBS_MAX; i++)
		json_push(many, json_object(c->arena));
	import.text = json_write(c->arena, many);
	import.len = strlen(import.text);
	IS(job_import(c, &import, &plan), ERR_TOO_LARGE);
	IS(import.len = IMPORT_BYTES_MAX + 1, IMPORT_BYTES_MAX + 1);
	IS(job_import(c, &import, &plan), ERR_TOO_LARGE);
	plan = imported(c, IMPORT_DKRON, "[]");
	YES(plan.done && plan.n == 0);
}
