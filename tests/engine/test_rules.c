/* What a real Dkron 4.1.2 answered to these bodies (refusals.jsonl, accepted.jsonl), recorded on
 * 2026-11-21. Two refusals are cut where our words about a schedule leave Dkron's. */

#include <string.h>

#include "core/text.h"
#include "engine/given.h"
#include "engine/job_rules.h"

/* Where our words go on behind Dkron's own, to help: its final full stop is no difference then. */
static const char *without_stop(struct ctx *c, const char *answer)
{
	return arena_strndup(c->arena, answer, strlen(answer) - text_ends(answer, "."));
}

static void refused_alike(struct ctx *c, const struct json *line)
{
	const char *body = json_text(json_get(line, "body")),
		   *theirs = json_text(json_get(line, "answer"));
	struct resp w = call(c, POST, "/v1/jobs", body);

	if (w.status != json_int(json_get(line, "status")) ||
	    !text_starts(w.body, without_stop(c, theirs)))
		FAIL("%s: %d %s, not %s", body, w.status, w.body, theirs);
}

static void accepted_alike(struct ctx *c, const struct json *line)
{
	const char *body = json_text(json_get(line, "body")),
		   *theirs = json_text(json_get(line, "answer"));
	struct resp w = call(c, POST, "/v1/jobs", body);

	IS(w.status, 201);
	SAME(w.body, theirs);
}

ENGINE_TEST(engine_refuses_what_dkron_refuses_in_its_words)
{
	each_line(c, "refusals.jsonl", refused_alike);
}

ENGINE_TEST(engine_echoes_what_it_accepts_byte_for_byte_as_dkron)
{
	each_line(c, "accepted.jsonl", accepted_alike);
}

ENGINE_TEST(engine_is_stricter_than_dkron_with_json)
{
	static const char *const bodies[] = {
		"{\"name\":\"a\",\"name\":\"b\",\"schedule\":\"@manually\"}",
		"{\"name\":\"a\",\"schedule\":\"@manually\"} x",
		"{\"name\":\"a\",\"schedule\":\"@manually\",\"owner\":\"\xff\"}",
		"{\"name\":\"a\",\"schedule\":\"@manually\",\"owner\":\"\\u0000\"}",
		"{\"name\":\"a\",\"schedule\":\"@manually\",\"retries\":99999999999999999999}",
	};

	for (size_t i = 0; i < LENGTH(bodies); i++) {
		struct resp w = call(c, POST, "/v1/jobs", bodies[i]);
		IS(w.status, 400);
		HAS(w.body, "Unable to parse payload: ");
	}
	IS(call(c, GET, "/v1/jobs/a", NULL).status, 404);
}

ENGINE_TEST(engine_refuses_parents_in_a_circle)
{
	given_job(c, "a", "true", "");
	given_job(c, "b", "true", ",\"parent_job\":\"a\"");
	given_job(c, "d", "true", ",\"parent_job\":\"b\"");
	struct resp w = call(c, POST, "/v1/jobs",
	    "{\"name\":\"a\",\"schedule\":\"@manually\",\"parent_job\":\"d\"}");
	IS(w.status, 400);
	SAME(w.body, "Job validation failed: the job is among the parents of its parent.");
	SAME(member(c, called(c, 200, GET, "/v1/jobs/a", NULL), "parent_job"), "");
}

ENGINE_TEST(engine_definition_over_four_megabytes_fails_as_in_dkron)
{
	char *big = arena_alloc(c->arena, 4200 * 1024 + 1, 1);

	memset(big, 'x', 4200 * 1024);
	struct resp w = call(c, POST, "/v1/jobs",
	    arena_printf(
		c->arena, "{\"name\":\"a\",\"schedule\":\"@manually\",\"owner\":\"%s\"}", big));
	IS(w.status, 500);
	HAS(w.body, "grpc: received message larger than max (");
}

CTX_TEST(engine_memory_limits_are_read_with_their_units)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} cases[] = { { "", 0 }, { "1024", 1024 }, { "5MB", 5242880 }, { "1.5kb", 1536 },
		{ " 2g ", INT64_C(2147483648) }, { "7 ", 7 }, { "3bytes", 3 } };
	int64_t bytes;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		IS(job_rules_memory(c, cases[i].text, &bytes), OK);
		IS(bytes, cases[i].bytes);
	}
}
