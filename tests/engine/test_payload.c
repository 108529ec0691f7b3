/* The reports are those of a real Dkron 4.1.2, with our node's name in the place of its own. */

#include <string.h>

#include "engine/node.h"
#include "engine/payload.h"
#include "lib/ctx.h"
#include "schedule/zone.h"

#define STARTED  INT64_C(1795262011478091293)
#define FINISHED INT64_C(1795262011684745121)
#define GROUP    INT64_C(1795262011476017054)

static const char running[] =
    "Executed: ok\nReporting node: " NODE_NAME
    "\nStart time: 2026-11-21 11:53:31.478091293 +0000 UTC\n"
    "End time: 0001-01-01 00:00:00 +0000 UTC\nSuccess: false\nNode: " NODE_NAME "\nOutput: %s\n"
    "Execution group: 1795262011476017054\n";

static const char finished[] =
    "Executed: ok\nReporting node: " NODE_NAME
    "\nStart time: 2026-11-21 11:53:31.478091293 +0000 UTC\n"
    "End time: 2026-11-21 11:53:31.684745121 +0000 UTC\nSuccess: true\nNode: " NODE_NAME
    "\nOutput: %s\n"
    "Execution group: 1795262011476017054\n"
    "\t[Node]: " NODE_NAME " [Start]: 2026-11-21 12:53:31.478091293 +0100 +01 [End]: 2026-11-21 "
    "12:53:31.684745121 +0100 +01 [Success]: true\n";

static struct payload payload(int64_t finished_at, const char *output, size_t len)
{
	return (struct payload){ .job = "ok",
		.grp = GROUP,
		.started_at = STARTED,
		.finished_at = finished_at,
		.success = finished_at != 0,
		.output = output,
		.output_len = len,
		.group = "" };
}

CTX_TEST(engine_tail_is_the_report_without_as_much_as_the_output_is_long)
{
	const char *report = arena_printf(c->arena, running, "one\n");
	struct payload p = payload(0, "one\n", 4);
	size_t len;

	SAME(payload_tail(c->arena, &p, &len), report + 4);
	IS(len, strlen(report) - 4);
	p = payload(0, "", 0);
	SAME(payload_tail(c->arena, &p, &len), arena_printf(c->arena, running, ""));
}

CTX_TEST(engine_tail_of_a_long_output_begins_inside_it)
{
	char *output = arena_alloc(c->arena, 1001, 1);
	size_t len;

	for (int i = 0; i < 1000; i++)
		output[i] = (char)('a' + i % 26);
	const char *report = arena_printf(c->arena, running, output);
	struct payload p = payload(0, output, 1000);
	SAME(payload_tail(c->arena, &p, &len), report + 1000);
	IS(len, strlen(report) - 1000);
}

CTX_TEST(engine_last_webhook_lists_the_group_in_the_zone_of_the_job)
{
	const char *report = arena_printf(c->arena, finished, "");
	struct payload p = payload(FINISHED, "", 0);
	const struct zone *zone;
	size_t len;

	IS(zone_find(c, "Europe/Madrid", &zone), OK);
	p.group = payload_line(c->arena, STARTED, FINISHED, true, zone);
	SAME(payload_tail(c->arena, &p, &len), report);
}

CTX_TEST(engine_webhook_has_the_fields_of_the_template)
{
	struct payload p = payload(0, "a b\0\xff", 5);
	struct buf b;

	buf_init(&b, c->arena, PAYLOAD_MAX);
	payload_write(&b, &p);
	HAS(b.data, "v=1&at=pre&job=ok&id=1795262011478091293-" NODE_NAME
		    "&end=-6795364578871345152&ok=false&by=" NODE_NAME "&tail=ted%3A+ok%0A");
	HAS(b.data, "&out=a+b%00%FF");
	p = payload(FINISHED, "", 0);
	p.post = true;
	buf_init(&b, c->arena, PAYLOAD_MAX);
	payload_write(&b, &p);
	HAS(b.data, "v=1&at=post&job=ok&");
	HAS(b.data, "&end=1795262011684745121&ok=true&");
}
