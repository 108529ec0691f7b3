/* The hook as Dkron meets it: what each recording becomes, in order, out of order, twice, and when
 * it is wrong. */

#include "web/given_hook.h"

SITE_TEST(every_recording_of_a_real_dkron_ends_as_it_did)
{
	given_hook(c, NULL);
	given_team(c, "crew");
	for (size_t i = 0; i < LENGTH(recordings); i++) {
		struct recording r = recorded(c, recordings[i].name);
		given_job(c, "crew", recordings[i].job);
		tell_all(c, &r);
		HAS(known_of(c, recordings[i].job), recordings[i].first_line);
		LACKS(known_of(c, recordings[i].job), "part");
	}
}

SITE_TEST(exit_codes_and_outputs_are_those_of_the_job)
{
	given_hook(c, "bad");
	struct recording r = recorded(c, "failure");
	tell_all(c, &r);
	HAS(known_of(c, "bad"), "1795261568176752970-n1 1 failed exit 3 out 19 whole: ");
	HAS(known_of(c, "bad"),
	    text_hex(c->arena, (const unsigned char *)"exit status 3\noops\n", 19));
}

SITE_TEST(a_retry_that_succeeds_makes_the_run_succeed)
{
	given_hook(c, "retry");
	struct recording r = recorded(c, "retry");
	for (size_t i = 0; i + 1 < r.n; i++) {
		IS(tell(c, r.lines[i]).status, 204);
		HAS(known_of(c, "retry"), "running by schedule\n"); /* until the post-webhook says
								       that no attempt follows */
	}
	IS(tell(c, r.lines[r.n - 1]).status, 204);
	HAS(known_of(c, "retry"), "succeeded by schedule\n1795261568496404693-n1 1 failed exit 1 ");
	HAS(known_of(c, "retry"), "\n1795261568503467008-n1 2 succeeded exit 0 ");
}

SITE_TEST(a_run_on_two_nodes_goes_on_while_one_of_them_does)
{
	given_hook(c, "bothok");
	struct recording r = recorded(c, "two-nodes");
	/* n2 has ended and said so in full before the first word from n1 */
	for (size_t i = 0; i < 3; i++)
		IS(tell(c, r.lines[i]).status, 204);
	IS(tell(c, r.lines[5]).status, 204);
	HAS(known_of(c, "bothok"),
	    "running by schedule\n1795261900010050566-n1 1 running exit -1 out 0 part");
	tell_all(c, &r);
	HAS(known_of(c, "bothok"), "succeeded by schedule\n");
}

SITE_TEST(output_that_imitates_a_group_deceives_nobody)
{
	given_hook(c, "binary");
	struct recording r = recorded(c, "binary");
	tell_all(c, &r);
	HAS(known_of(c, "binary"), "failed by schedule\n1795261574269469609-n1 1 failed exit 5 ");
	YES(holds(c, "NOT EXISTS (SELECT FROM run WHERE group_ns = 42)"));
	YES(holds(c, "(SELECT count(*) FROM execution) = 1"));
}

SITE_TEST(payloads_that_come_twice_change_nothing)
{
	given_hook(c, "retryslow");
	struct recording r = recorded(c, "retry-failed");
	tell_all(c, &r);
	const char *once = known_of(c, "retryslow");
	tell_all(c, &r);
	SAME(known_of(c, "retryslow"), once);
}

SITE_TEST(output_is_followed_chunk_by_chunk_while_it_runs)
{
	struct output o;
	struct run *runs;
	size_t n;

	given_hook(c, "chunks");
	struct recording r = recorded(c, "chunks");
	for (size_t i = 0; i < 3; i++)
		IS(tell(c, r.lines[i]).status, 204);
	IS(run_recent(c, "chunks", 1, &runs, &n), OK);
	IS(run_output(c, runs[0].id, NULL, 8, 1000, &o), OK);
	SAME(o.bytes, "chunk 2\n");
	IS(o.size, 16);
	YES(!o.complete);
	tell_all(c, &r);
	IS(run_output(c, runs[0].id, NULL, 16, 1000, &o), OK);
	SAME(o.bytes, "chunk 3\n");
	YES(o.complete);
}

/* ---- wrong ones ---- */

static const char good[] =
    "v=1&at=pre&job=ok&id=1795261567854323712-n1&end=-6795364578871345152&ok=false&by=n1"
    "&tail=x%0AExecution+group%3A+1795261567852000000%0A&out=";

SITE_TEST(a_payload_needs_the_token)
{
	static const struct caller wrong[] = {
		{ .authorization = "Bearer secre" },
		{ .authorization = "Bearer secret2" },
		{ .authorization = "Basic secret" },
		{ .authorization = "Bearer " },
		{ .authorization = "" },
	};

	given_hook(c, "ok");
	for (size_t i = 0; i < LENGTH(wrong); i++)
		IS(ask_raw(c, &wrong[i], POST, "/hook/dkron", &(struct pair){ "", good }).status,
		    401);
	IS(tell(c, good).status, 204);
	((struct config *)c->config)->hook_token = "";
	IS(ask_raw(c, &(struct caller){ .authorization = "Bearer " }, POST, "/hook/dkron",
	       &(struct pair){ "", good })
		.status,
	    401);
}

#define V    "v=1&"
#define AT   "at=pre&"
#define JOB  "job=ok&"
#define ID   "id=1795261567854323712-n1&"
#define END  "end=-6795364578871345152&"
#define SUCC "ok=false&"
#define BY   "by=n1&"
#define TAIL "tail=x%0AExecution+group%3A+1795261567852000000%0A&"
#define OUT  "out="

static const struct {
	const char *payload, *field;
} wrong_payloads[] = {
	{ "", "body" },
	{ "Failed to execute template:template: report:1:3", "Failed to execute te" },
	{ AT JOB ID END SUCC BY TAIL OUT, "v" },
	{ V JOB ID END SUCC BY TAIL OUT, "at" },
	{ V AT ID END SUCC BY TAIL OUT, "job" },
	{ V AT JOB END SUCC BY TAIL OUT, "id" },
	{ V AT JOB ID SUCC BY TAIL OUT, "end" },
	{ V AT JOB ID END BY TAIL OUT, "ok" },
	{ V AT JOB ID END SUCC TAIL OUT, "by" },
	{ V AT JOB ID END SUCC BY OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=x%0AExecution+group%3A+1795261567852000000%0A", "out" },
	{ V AT JOB ID END SUCC BY TAIL OUT "&x=1", "x" },
	{ V AT JOB ID END SUCC BY TAIL OUT "&", "body" },
	{ V AT JOB ID END SUCC BY TAIL OUT "&v=1", "v" },
	{ V AT JOB ID END SUCC BY TAIL OUT "&out=", "out" },
	{ V AT JOB JOB ID END SUCC BY TAIL OUT, "job" },
	{ V AT "job&" ID END SUCC BY TAIL OUT, "job" },
	{ "v=2&" AT JOB ID END SUCC BY TAIL OUT, "v" },
	{ "v=1%00&" AT JOB ID END SUCC BY TAIL OUT, "v" },
	{ V "at=mid&" JOB ID END SUCC BY TAIL OUT, "at" },
	{ V "at=&" JOB ID END SUCC BY TAIL OUT, "at" },
	{ V AT "job=&" ID END SUCC BY TAIL OUT, "job" },
	{ V AT "job=a%0Ab&" ID END SUCC BY TAIL OUT, "job" },
	{ V AT "job=a%00b&" ID END SUCC BY TAIL OUT, "job" },
	{ V AT "job=a%FFb&" ID END SUCC BY TAIL OUT, "job" },
	{ V AT "job=a%F&" ID END SUCC BY TAIL OUT, "job" },
	{ V AT "job=a%ZZ&" ID END SUCC BY TAIL OUT, "job" },
	{ V AT JOB "id=&" END SUCC BY TAIL OUT, "id" },
	{ V AT JOB "id=n1&" END SUCC BY TAIL OUT, "id" },
	{ V AT JOB "id=17-&" END SUCC BY TAIL OUT, "id" },
	{ V AT JOB "id=0-n1&" END SUCC BY TAIL OUT, "id" },
	{ V AT JOB "id=-17-n1&" END SUCC BY TAIL OUT, "id" },
	{ V AT JOB "id=17952615678543237120-n1&" END SUCC BY TAIL OUT, "id" },
	{ V AT JOB "id=17+-n1&" END SUCC BY TAIL OUT, "id" },
	{ V AT JOB ID "end=&" SUCC BY TAIL OUT, "end" },
	{ V AT JOB ID "end=1e9&" SUCC BY TAIL OUT, "end" },
	{ V AT JOB ID "end=9223372036854775808&" SUCC BY TAIL OUT, "end" },
	{ V "at=post&" JOB ID END SUCC BY TAIL OUT, "end" },
	{ V AT JOB ID END "ok=&" BY TAIL OUT, "ok" },
	{ V AT JOB ID END "ok=True&" BY TAIL OUT, "ok" },
	{ V AT JOB ID END "ok=1&" BY TAIL OUT, "ok" },
	{ V AT JOB ID END SUCC "by=&" TAIL OUT, "by" },
	{ V AT JOB ID END SUCC "by=%01&" TAIL OUT, "by" },
	{ V AT JOB ID END SUCC BY "tail=&" OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=Execution+group%3A+17%0A&" OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=%0AExecution+group%3A+17&" OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=%0AExecution+group%3A+%0A&" OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=%0AExecution+group%3A+-17%0A&" OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=%0AExecution+group%3A+0%0A&" OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=%0AExecution+group%3A+9223372036854775808%0A&" OUT,
	    "tail" },
	{ V AT JOB ID END SUCC BY "tail=%0AExecution+group%3A+17%0Aand+more%0A&" OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=%0AExecution+group%3A+17%0A%00&" OUT, "tail" },
	{ V AT JOB ID END SUCC BY "tail=%0AExecution+group%3A+17%0A%09%5BNode%5D%3A+n1%0A&" OUT,
	    "tail" },
	{ V AT JOB ID END SUCC BY TAIL "out=%", "out" },
};

SITE_TEST(a_wrong_payload_is_400_names_the_field_and_changes_nothing)
{
	given_hook(c, "ok");
	for (size_t i = 0; i < LENGTH(wrong_payloads); i++) {
		struct resp w = tell(c, wrong_payloads[i].payload);
		IS(w.status, 400);
		HAS(w.body, arena_printf(c->arena, "\"field\":\"%s", wrong_payloads[i].field));
	}
	YES(holds(c, "NOT EXISTS (SELECT FROM run) AND NOT EXISTS (SELECT FROM execution)"));
}

static const char *around(struct ctx *c, const char *before, const char *name, const char *behind)
{
	return arena_printf(c->arena, "%s%s%s", before, name, behind);
}

SITE_TEST(names_that_are_too_long_are_refused)
{
	char name[1200];

	given_hook(c, "ok");
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	HAS(tell(c, around(c, V AT "job=", name, "&" ID END SUCC BY TAIL OUT)).body,
	    "\"field\":\"job\"");
	HAS(tell(c, around(c, V AT JOB "id=17-", name, "&" END SUCC BY TAIL OUT)).body,
	    "\"field\":\"id\"");
	HAS(tell(c, around(c, V AT JOB ID END SUCC "by=", name, "&" TAIL OUT)).body,
	    "\"field\":\"by\"");
	IS(tell(c, around(c, V AT JOB ID END SUCC BY TAIL OUT "&", name, "=1")).status, 400);
}

SITE_TEST(jobs_that_are_not_ours_are_heard_out_and_forgotten)
{
	given_hook(c, "mine");
	IS(tell(c, good).status, 204);
	YES(holds(c, "NOT EXISTS (SELECT FROM run)"));
	YES(holds(c, "(SELECT sum(count) FROM hook_count WHERE what = 'unknown') = 1"));
}

SITE_TEST(the_namespace_is_taken_off_and_what_lies_outside_is_not_ours)
{
	given_hook(c, "ok");
	((struct config *)c->config)->namespace = "team-";
	IS(tell(c, good).status, 204);
	YES(holds(c, "NOT EXISTS (SELECT FROM run)"));
	IS(tell(c, V AT "job=team-ok&" ID END SUCC BY TAIL OUT).status, 204);
	YES(holds(c, "(SELECT count(*) FROM run WHERE job_name = 'ok') = 1"));
}

SITE_TEST(an_answer_to_the_hook_is_empty)
{
	given_hook(c, "ok");
	struct resp w = tell(c, good);
	IS(w.status, 204);
	YES(w.body == NULL || w.body[0] == '\0');
}

/* ---- the text payloads ---- */

static struct resp text(struct ctx *c, const char *body)
{
	return ask_raw(c, AS_NOBODY, POST, "/hook/text", &(struct pair){ "text/plain", body });
}

SITE_TEST(a_text_payload_lets_the_history_be_read_now)
{
	given_hook(c, "ok");
	IS(text(c, "secret\nok").status, 204);
	YES(holds(c, "(SELECT due_at <= clock_timestamp() FROM harvest WHERE job_name = 'ok')"));
	IS(text(c, "secret\nok\ntrue\n").status, 204);
	IS(text(c, "secret\r\nok\r\nfalse\r\n").status, 204);
	IS(text(c, "secret\nnobodys").status, 204);
	YES(holds(c, "(SELECT count(*) FROM harvest) = 1"));
}

SITE_TEST(a_wrong_text_payload_is_refused)
{
	static const struct {
		const char *body;
		int status;
	} rows[] = {
		{ "", 401 },
		{ "wrong\nok", 401 },
		{ "\nok", 401 },
		{ "secret", 400 },
		{ "secret\n", 400 },
		{ "secret\nok\nyes", 400 },
		{ "secret\nok\ntrue\nmore", 400 },
		{ "secret\no\001k", 400 },
		{ "secret\no\377k", 400 },
		{ "secret\n\ntrue", 400 },
	};

	given_hook(c, "ok");
	for (size_t i = 0; i < LENGTH(rows); i++)
		IS(text(c, rows[i].body).status, rows[i].status);
	YES(holds(c, "NOT EXISTS (SELECT FROM harvest)"));
}

/* ---- metrics and routes ---- */

SITE_TEST(metrics_count_and_tell_no_names)
{
	given_hook(c, "ok");
	IS(tell(c, good).status, 204);
	struct resp w = ask(c, AS_NOBODY, GET, "/metrics", NULL);
	IS(w.status, 200);
	HAS(w.body, "signalbox_runs{state=\"running\"} 1\n");
	HAS(w.body, "signalbox_jobs{state=\"enabled\"} 1\n");
	HAS(w.body, "signalbox_hook_payloads_total{result=\"heard\"} 1\n");
	HAS(w.body, "signalbox_engine_reachable 0\n");
	LACKS(w.body, "\"ok\"");
}

TEST(hook_routes_are_sound)
{
	site_routes_are_sound(&hook_site);
}
