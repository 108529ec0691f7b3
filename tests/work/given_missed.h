#ifndef TESTS_WORK_GIVEN_MISSED_H
#define TESTS_WORK_GIVEN_MISSED_H

/* What tests of missed runs begin with: a job that the engine has had for a while, and its answers.
 */

#include <unistd.h>

#include "core/buf.h"
#include "core/time.h"
#include "model/missed.h"
#include "work/given_work.h"

#define NEVER_RAN "GET /v1/jobs/hello/executions?", 200, "[]", 0, 0
#define STANDS(fields)                                                                          \
	"GET /v1/jobs/hello ", 200,                                                             \
	    "{\"name\":\"hello\",\"schedule\":\"*/5 * * * * "                                   \
	    "*\",\"executor\":\"shell\",\"executor_"                                            \
	    "config\":{\"command\":\"true\"},\"metadata\":{\"signalbox\":\"signalbox\"}" fields \
	    "}",                                                                                \
	    0, 0

/* The engine has had the job for a while; nothing was judged of it for 77 seconds. */
GIVEN void given_hello(struct ctx *c, const char *schedule)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", schedule, "");
	IS(db_script(c,
	       "UPDATE outbox SET state = 'in_sync', done = wanted;"
	       "UPDATE watch SET from_at = now() - interval '1 h', held_at = now() - interval '1 "
	       "h', judged_at = now() - interval '77 s';"
	       "INSERT INTO engine_state (kind, version, leader, nodes, reachable) VALUES "
	       "('dkron', '4.1.2', 'n1',"
	       " '[{\"name\":\"n1\",\"status\":\"alive\",\"tags\":{\"zone\":\"north\"}}]', true);"
	       "UPDATE engine_past SET at = now() - interval '1 h'"),
	    OK);
}

GIVEN void look_for_missed(struct ctx *c, const struct fake_rule *rules, size_t n)
{
	struct scene s;
	int64_t pruned_us = 0;

	IS(db_script(c, "UPDATE watch SET due_at = now(); DELETE FROM turn"), OK);
	scene_begin(c, &s, rules, n);
	YES(worker_turn(&s.w));
	missed_turn(&s.w, &pruned_us);
	scene_end(&s);
}

#define LOOK(...)                                                     \
	look_for_missed(c, (const struct fake_rule[]){ __VA_ARGS__ }, \
	    sizeof((const struct fake_rule[]){ __VA_ARGS__ }) / sizeof(struct fake_rule))

/* As if nobody had looked at the last 77 seconds yet. */
#define JUDGE_ANEW()                                                                              \
	do {                                                                                      \
		YES(holds(c, "(SELECT count(*) > 2 FROM run WHERE state = 'missed')"));           \
		IS(db_script(c, "DELETE FROM run; UPDATE watch SET gap = 0, judged_at = now() - " \
				"interval '77 s'"),                                               \
		    OK);                                                                          \
	} while (0)
#define MISSED(n) YES(holds(c, "(SELECT count(*) FROM run WHERE state = 'missed') = %d", (n)))
#define BECAUSE(words) \
	YES(holds(     \
	    c, "(SELECT bool_and(reason LIKE '%%%s%%') FROM run WHERE state = 'missed')", words))

/* A run of each fire, as the hook would have brought it. */
GIVEN void given_runs(struct ctx *c, const char *trigger)
{
	IS(db_script(c, arena_printf(c->arena,
			    "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, "
			    "queued_at)"
			    " SELECT j.id, j.name, j.team_id, t.s * 1000000000 + 4000000, "
			    "'succeeded', '%s', to_timestamp(t.s)"
			    " FROM job j, generate_series(floor(extract(epoch FROM now()))::bigint "
			    "- 100, floor(extract(epoch FROM now()))::bigint) t (s)"
			    " WHERE t.s %% 5 = 0",
			    trigger)),
	    OK);
}

#endif
