/* The engine's list of jobs: in pages that fit, handed out in slices. */

#include "lib/ctx.h"
#include "lib/fake_server.h"
#include "remote/dkron.h"

enum { LONG = 17 * 1024 * 1024, MANY = 1200 };

#define PAGE(start, end) "GET /v1/jobs?_sort=name&_order=ASC&_start=" start "&_end=" end

/* Each slice as "<jobs> <the first's name>\n". */
static const char *listed(struct ctx *c, const struct fake_rule *rules, size_t n, enum err *end)
{
	struct fake_server f;
	const char *out = "";
	struct json *jobs;
	int64_t read_us;
	bool last = false;

	fake_start(&f, rules, n);
	struct dkron d = { .n = 1,
		.bases = { arena_printf(c->arena, "http://127.0.0.1:%d", f.port) } };
	struct dkron_list *list = dkron_list_create(c->arena, &d);
	while (!last && (*end = dkron_list_next(c, list, &jobs, &read_us, &last)) == OK)
		out = arena_printf(c->arena, "%s%zu %s\n", out, json_length(jobs),
		    json_text(json_get(json_at(jobs, 0), "name")));
	fake_stop(&f);
	return out;
}

static const char *many(struct ctx *c)
{
	struct json *jobs = json_array(c->arena);

	for (int i = 0; i < MANY; i++) {
		struct json *job = json_object(c->arena);
		json_set(job, "name", json_string(c->arena, arena_printf(c->arena, "j%04d", i)));
		json_push(jobs, job);
	}
	return json_write(c->arena, jobs);
}

CTX_TEST(a_page_is_handed_out_in_slices)
{
	const struct fake_rule rules[] = { { PAGE("0", "10000"), 200, many(c), 0, 0 } };
	const struct fake_rule none[] = { { PAGE("0", "10000"), 200, "null", 0, 0 } };
	enum err end;

	SAME(listed(c, rules, LENGTH(rules), &end), "500 j0000\n500 j0500\n200 j1000\n");
	IS(end, OK);
	SAME(listed(c, none, LENGTH(none), &end), "0 \n");
	IS(end, OK);
}

CTX_TEST(a_page_that_is_too_long_is_asked_for_in_quarters)
{
	static const struct fake_rule rules[] = {
		{ PAGE("0", "10000"), 200, "[", 0, LONG },
		{ PAGE("0", "2500"), 200, "[", 0, LONG },
		{ PAGE("0", "625"), 200, "[", 0, LONG },
		{ PAGE("0", "156"), 200, "[", 0, LONG },
		{ PAGE("0", "39"), 200, "[", 0, LONG },
		{ PAGE("0", "9"), 200, "[", 0, LONG },
		{ PAGE("0", "2"), 200, "[{\"name\":\"a\"},{\"name\":\"b\"}]", 0, 0 },
		{ PAGE("2", "4"), 200, "[{\"name\":\"c\"}]", 0, 0 },
	};
	enum err end;

	SAME(listed(c, rules, LENGTH(rules), &end), "2 a\n1 c\n");
	if (end != OK)
		FAIL("%s", c->fault.detail);
}

CTX_TEST(a_list_that_is_none_says_so)
{
	static const struct fake_rule rules[][1] = {
		{ { PAGE("0", "10000"), 200, "[{\"name\":\"a\"},{\"name\"", 0, 0 } },
		{ { PAGE("0", "10000"), 200, "{\"jobs\":[]}", 0, 0 } },
		{ { PAGE("0", "10000"), 200, "<html>", 0, 0 } },
		{ { PAGE("0", "10000"), 500, "[]", 0, 0 } },
		{ { PAGE("0", "10000"), 0, NULL, 0, 0 } },
	};
	enum err end;

	for (size_t i = 0; i < LENGTH(rules); i++) {
		SAME(listed(c, rules[i], 1, &end), "");
		IS(end, ERR_UNAVAILABLE);
		YES(c->fault.detail[0] != '\0');
	}
}
