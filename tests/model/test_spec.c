/* What a job's definition may hold: each wrong value is refused, and the fault names the field. */

#include <string.h>

#include "model/given.h"

/* A shell job that is right, with one or two fields in another way. */
#define WITH(fields)                  \
	"{\"schedule\":\"0 30 2 * * " \
	"*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}," fields "}"
#define SHELL(config) \
	"{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{" config "}}"
#define HTTP(config)                                                                              \
	"{\"schedule\":\"@daily\",\"executor\":\"http\",\"executor_config\":{\"method\":\"GET\"," \
	"\"url\":\"https://example.org/\"," config "}}"
static const struct {
	const char *input, *field, *detail;
} refused[] = {
	{ "[]", "-", "must be an object, not a list" },
	{ "{}", "schedule", "must not be empty" },
	{ WITH("\"colour\":\"red\""), "colour", "is not a field" },
	{ WITH("\"Schedule\":\"x\""), "Schedule", "is not a field" },
	{ WITH("\"name\":\"other\""), "name", "is fixed" },
	{ WITH("\"name\":7"), "name", "must be text, not a number" },
	{ WITH("\"displayname\":7"), "displayname", "must be text, not a number" },
	{ WITH("\"displayname\":\"a\\nb\""), "displayname", "one line" },
	{ WITH("\"displayname\":\"a\\u007fb\""), "displayname", "one line" },
	{ WITH("\"description\":\"a\\rb\""), "description", "without control characters" },
	{ WITH("\"description\":[]"), "description", "must be text, not a list" },
	{ "{\"schedule\":\"30 2 * * "
	  "*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}",
	    "schedule", "expected exactly 6 fields, found 5" },
	{ "{\"schedule\":\"\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}",
	    "schedule", "must not be empty" },
	{ "{\"schedule\":7,\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}",
	    "schedule", "must be text" },
	{ "{\"schedule\":\"@daily\\n\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	  "\"true\"}}",
	    "schedule", "one line" },
	{ "{\"schedule\":\"TZ=UTC\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	  "\"true\"}}",
	    "schedule", "" },
	{ WITH("\"timezone\":\"Mars/Olympus\""), "timezone", "Mars/Olympus" },
	{ WITH("\"timezone\":\"../etc/passwd\""), "timezone", "" },
	{ "{\"parent_job\":\"p\",\"timezone\":\"Mars/"
	  "Olympus\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}",
	    "timezone", "Mars/Olympus" },
	{ WITH("\"starts_at\":\"tomorrow\""), "starts_at", "must be a time such as" },
	{ WITH("\"starts_at\":0"), "starts_at", "must be a time or null, not a number" },
	{ WITH("\"starts_at\":\"2026-02-30T00:00:00Z\""), "starts_at", "must be a time such as" },
	{ WITH("\"starts_at\":\"0001-01-01T00:00:00Z\""), "starts_at", "must be a time such as" },
	{ WITH("\"starts_at\":\"2026-12-01T00:00:00Z\",\"expires_at\":\"2026-12-01T01:00:00+01:"
	       "00\""),
	    "expires_at", "later than starts_at" },
	{ WITH("\"parent_job\":\"job-1\""), "parent_job", "not this one" },
	{ WITH("\"parent_job\":\"Job 2\""), "parent_job", "lower-case letters" },
	{ WITH("\"disabled\":\"true\""), "disabled", "must be true or false, not text" },
	{ WITH("\"disabled\":1"), "disabled", "must be true or false, not a number" },
	{ WITH("\"ephemeral\":\"\""), "ephemeral", "must be true or false" },
	{ WITH("\"notify\":[true]"), "notify", "must be true or false, not a list" },
	{ WITH("\"retries\":\"3\""), "retries", "must be a whole number, not text" },
	{ WITH("\"retries\":1.5"), "retries", "not a number with a fraction" },
	{ WITH("\"retries\":-1"), "retries", "from 0 to 1000" },
	{ WITH("\"retries\":1001"), "retries", "from 0 to 1000" },
	{ WITH("\"retries\":4294967296"), "retries", "from 0 to 1000" },
	{ WITH("\"retries\":true"), "retries", "must be a whole number, not true or false" },
	{ WITH("\"approvals\":10"), "approvals", "from 0 to 9" },
	{ WITH("\"keep_days\":-1"), "keep_days", "from 0 to 3650" },
	{ WITH("\"keep_days\":3651"), "keep_days", "from 0 to 3650" },
	{ WITH("\"keep_days\":\"30\""), "keep_days", "must be a whole number, not text" },
	{ WITH("\"drift\":\"ignore\""), "drift", "must be show, revert or adopt" },
	{ WITH("\"drift\":\"sho\""), "drift", "must be show, revert or adopt" },
	{ WITH("\"drift\":\"show|revert\""), "drift", "must be show, revert or adopt" },
	{ WITH("\"concurrency\":\"maybe\""), "concurrency", "allow or forbid" },
	{ WITH("\"concurrency\":\"Allow\""), "concurrency", "allow or forbid" },
	{ WITH("\"tags\":[]"), "tags", "must be an object of texts, not a list" },
	{ WITH("\"tags\":{\"role\":1}"), "tags.role", "must be text, not a number" },
	{ WITH("\"tags\":{\"role\":null}"), "tags.role", "must be text, not null" },
	{ WITH("\"tags\":{\"role\":\"\"}"), "tags.role", "must be one line" },
	{ WITH("\"tags\":{\"role\":\":2\"}"), "tags.role", "must be one line" },
	{ WITH("\"tags\":{\"role\":\"web:0\"}"), "tags.role", "value:count" },
	{ WITH("\"tags\":{\"role\":\"web:-1\"}"), "tags.role", "value:count" },
	{ WITH("\"tags\":{\"role\":\"web:x\"}"), "tags.role", "value:count" },
	{ WITH("\"tags\":{\"role\":\"web:1:2\"}"), "tags.role", "value:count" },
	{ WITH("\"tags\":{\"role\":\"web:\"}"), "tags.role", "value:count" },
	{ WITH("\"tags\":{\"\":\"web\"}"), "tags", "has a key" },
	{ WITH("\"tags\":{\"a\\tb\":\"web\"}"), "tags", "has a key" },
	{ WITH("\"metadata\":{\"signalbox\":\"x\"}"), "metadata.signalbox", "mark" },
	{ WITH("\"metadata\":{\"a\":{}}"), "metadata.a", "must be text, not an object" },
	{ WITH("\"metadata\":\"x\""), "metadata", "must be an object of texts" },
	{ WITH("\"processors\":{\"log\":\"x\"}"), "processors.log", "must be an object of texts" },
	{ WITH("\"processors\":{\"log\":{\"forward\":true}}"), "processors.log.forward",
	    "must be text" },
	{ WITH("\"processors\":[]"), "processors", "must be an object of objects" },
	{ WITH("\"processors\":{\"\":{}}"), "processors", "has a key" },
	{ WITH("\"owner\":\"a\\u001bb\""), "owner", "one line" },
	{ WITH("\"owner_email\":\"marta\""), "owner_email", "e-mail" },
	{ WITH("\"owner_email\":\"a@b\\r\\nBcc: x@y\""), "owner_email", "one line" },
	{ WITH("\"owner_email\":\"a@b c\""), "owner_email", "e-mail" },
	{ WITH("\"owner_email\":\"a@-b.org\""), "owner_email", "e-mail" },
	{ WITH("\"owner_email\":\"a..b@c.org\""), "owner_email", "e-mail" },
	{ "{\"schedule\":\"@daily\"}", "executor", "must not be empty" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"Shell\"}", "executor", "small letters" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"\"}", "executor", "must not be empty" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"shell\"}", "executor_config.command",
	    "must not be empty" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":null}",
	    "executor_config.command", "must not be empty" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":\"true\"}",
	    "executor_config", "must be an object of texts, not text" },
	{ SHELL("\"command\":\"\""), "executor_config.command", "must not be empty" },
	{ SHELL("\"command\":\" \\n \""), "executor_config.command", "must not be empty" },
	{ SHELL("\"command\":\"a\\u0001\""), "executor_config.command",
	    "without control characters" },
	{ SHELL("\"command\":true"), "executor_config.command", "must be text" },
	{ SHELL("\"command\":\"x\",\"Command\":\"y\""), "executor_config.Command",
	    "shell executor" },
	{ SHELL("\"command\":\"x\",\"url\":\"y\""), "executor_config.url", "shell executor" },
	{ SHELL("\"command\":\"x\",\"timeout\":30"), "executor_config.timeout",
	    "must be text, not a number" },
	{ SHELL("\"command\":\"x\",\"timeout\":\"30\""), "executor_config.timeout",
	    "not a duration" },
	{ SHELL("\"command\":\"x\",\"timeout\":\"30min\""), "executor_config.timeout",
	    "\"30min\" is not a duration" },
	{ SHELL("\"command\":\"x\",\"timeout\":\"1d\""), "executor_config.timeout",
	    "not a duration" },
	{ SHELL("\"command\":\"x\",\"timeout\":\"-5s\""), "executor_config.timeout", "negative" },
	{ SHELL("\"command\":\"x\",\"timeout\":\"5s\\n\""), "executor_config.timeout", "one line" },
	{ SHELL("\"command\":\"x\",\"shell\":\"yes\""), "executor_config.shell", "true" },
	{ SHELL("\"command\":\"x\",\"shell\":true"), "executor_config.shell",
	    "must be text, not true or false" },
	{ SHELL("\"command\":\"x\",\"cwd\":\"tmp\""), "executor_config.cwd", "absolute" },
	{ SHELL("\"command\":\"x\",\"env\":\"A\""), "executor_config.env",
	    "\"A\" is no NAME=value" },
	{ SHELL("\"command\":\"x\",\"env\":\"A=1,2\""), "executor_config.env",
	    "\"2\" is no NAME=value" },
	{ SHELL("\"command\":\"x\",\"env\":\"A=1,\""), "executor_config.env", "NAME=value" },
	{ SHELL("\"command\":\"x\",\"env\":\"=1\""), "executor_config.env", "NAME=value" },
	{ SHELL("\"command\":\"x\",\"env\":\"A=1, B=2\""), "executor_config.env", "NAME=value" },
	{ SHELL("\"command\":\"x\",\"env\":\"A=1\\nB=2\""), "executor_config.env", "one line" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\"lots\""), "executor_config.mem_limit", "512MB" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\"0\""), "executor_config.mem_limit", "512MB" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\"0.0GB\""), "executor_config.mem_limit",
	    "512MB" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\"1..5GB\""), "executor_config.mem_limit",
	    "512MB" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\"5 MB\""), "executor_config.mem_limit", "512MB" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\"5PB\""), "executor_config.mem_limit", "512MB" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\"-5MB\""), "executor_config.mem_limit", "512MB" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\"9999999999999TB\""), "executor_config.mem_limit",
	    "512MB" },
	{ SHELL("\"command\":\"x\",\"mem_limit\":\".\""), "executor_config.mem_limit", "512MB" },
	{ SHELL("\"command\":\"x\",\"payload\":\"abc\""), "executor_config.payload", "base64" },
	{ SHELL("\"command\":\"x\",\"payload\":\"ab-_\""), "executor_config.payload", "base64" },
	{ SHELL("\"command\":\"x\",\"payload\":\"YQ\""), "executor_config.payload", "base64" },
	{ SHELL("\"command\":\"x\",\"payload\":\"YQ=====\""), "executor_config.payload", "base64" },
	{ SHELL("\"command\":\"x\",\"payload\":\"Y=Q=\""), "executor_config.payload", "base64" },
	{ SHELL("\"command\":\"x\",\"su\":\"root:\""), "executor_config.su", "user" },
	{ SHELL("\"command\":\"x\",\"su\":\"a b\""), "executor_config.su", "user" },
	{ SHELL("\"command\":\"x\",\"su\":\"a:b:c\""), "executor_config.su", "user" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"http\"}", "executor_config.method",
	    "must not be empty" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"http\",\"executor_config\":{\"method\":\"GET\"}"
	  "}",
	    "executor_config.url", "must not be empty" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"http\",\"executor_config\":{\"url\":\"http://x/"
	  "\"}}",
	    "executor_config.method", "must not be empty" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"http\",\"executor_config\":{\"method\":\"get\","
	  "\"url\":\"http://x/\"}}",
	    "executor_config.method", "GET" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"http\",\"executor_config\":{\"method\":\"GET\","
	  "\"url\":\"ftp://x/\"}}",
	    "executor_config.url", "http://" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"http\",\"executor_config\":{\"method\":\"GET\","
	  "\"url\":\"http:///x\"}}",
	    "executor_config.url", "host" },
	{ "{\"schedule\":\"@daily\",\"executor\":\"http\",\"executor_config\":{\"method\":\"GET\","
	  "\"url\":\"http://x/a b\"}}",
	    "executor_config.url", "http://" },
	{ HTTP("\"command\":\"x\""), "executor_config.command", "http executor" },
	{ HTTP("\"headers\":\"Accept: text/plain\""), "executor_config.headers", "JSON list" },
	{ HTTP("\"headers\":\"{}\""), "executor_config.headers", "JSON list" },
	{ HTTP("\"headers\":\"[1]\""), "executor_config.headers", "Name: value" },
	{ HTTP("\"headers\":\"[\\\"Accept\\\"]\""), "executor_config.headers", "without a colon" },
	{ HTTP("\"headers\":\"[\\\"\\\"]\""), "executor_config.headers", "Name: value" },
	{ HTTP("\"headers\":\"[\\\": x\\\"]\""), "executor_config.headers", "Name: value" },
	{ HTTP("\"headers\":\"[\\\"A b: x\\\"]\""), "executor_config.headers", "Name: value" },
	{ HTTP("\"headers\":\"[\\\"A: x\\\\r\\\\nB: y\\\"]\""), "executor_config.headers",
	    "Name: value" },
	{ HTTP("\"headers\":[\"A: x\"]"), "executor_config.headers", "must be text, not a list" },
	{ HTTP("\"timeout\":\"30s\""), "executor_config.timeout", "whole number of seconds" },
	{ HTTP("\"timeout\":30"), "executor_config.timeout", "must be text, not a number" },
	{ HTTP("\"timeout\":\"-1\""), "executor_config.timeout", "whole number of seconds" },
	{ HTTP("\"expectCode\":\"20\""), "executor_config.expectCode", "three digits" },
	{ HTTP("\"expectCode\":\"1200\""), "executor_config.expectCode", "three digits" },
	{ HTTP("\"expectCode\":\"200;204\""), "executor_config.expectCode", "three digits" },
	{ HTTP("\"expectCode\":\"200,\""), "executor_config.expectCode", "three digits" },
	{ HTTP("\"expectCode\":\"099\""), "executor_config.expectCode", "three digits" },
	{ HTTP("\"expectBody\":\"a(b\""), "executor_config.expectBody", "no regular expression" },
	{ HTTP("\"tlsNoVerifyPeer\":\"no\""), "executor_config.tlsNoVerifyPeer", "true" },
	{ HTTP("\"tlsRootCAsFile\":\"ca.pem\""), "executor_config.tlsRootCAsFile", "absolute" },
};

CTX_TEST(a_wrong_field_is_named)
{
	for (size_t i = 0; i < LENGTH(refused); i++) {
		struct json *input = NULL, *spec = NULL;
		input = json_of(c, refused[i].input);
		int before = check_failures();
		IS(spec_make(c, "job-1", NULL, input, &spec), ERR_INVALID);
		SAME(c->fault.field != NULL ? c->fault.field : "-", refused[i].field);
		HAS(c->fault.detail, refused[i].detail);
		YES(spec == NULL);
		if (check_failures() > before)
			FAIL("so it was with %s", refused[i].input);
	}
}

static const char *const taken[] = {
	WITH("\"name\":\"job-1\",\"team\":\"x\",\"version\":3,\"id\":\"job-1\",\"next\":null,"
	     "\"sync\":{},\"last_run\":null,"
	     "\"created_at\":\"\",\"updated_at\":0,\"updated_by\":[],\"status\":\"success\","
	     "\"success_count\":1,"
	     "\"error_count\":0,\"last_success\":null,\"last_error\":null,\"dependent_jobs\":["
	     "\"a\"]"),
	WITH("\"tags\":null,\"metadata\":null,\"processors\":null,\"starts_at\":null,"
	     "\"concurrency\":\"\""),
	WITH("\"tags\":{\"role\":\"web:2\",\"disk\":\"ssd\"},\"processors\":{\"log\":{\"forward\":"
	     "\"true\"},\"files\":{}}"),
	WITH("\"description\":\"two\\n\\tlines\",\"owner_email\":\"a.b+c@example.org\",\"retries\":"
	     "1000,\"approvals\":0"),
	SHELL("\"command\":\"a\\nb\",\"shell\":\"true\",\"cwd\":\"/"
	      "tmp\",\"env\":\"A=1,B=a=b,C=\",\"timeout\":\"1h30m\","
	      "\"mem_limit\":\"1.5gb\",\"payload\":\"aGFsbG8=\",\"su\":\"www-data:adm\""),
	SHELL("\"command\":\"x\",\"cwd\":\"C:\\\\jobs\",\"timeout\":\"\",\"env\":\"\",\"mem_"
	      "limit\":\"1024\""),
	HTTP("\"headers\":\"[\\\"Accept: text/plain\\\", "
	     "\\\"X-A:b:c\\\"]\",\"body\":\"a\\nb\",\"timeout\":\"30\","
	     "\"expectCode\":\"200, "
	     "204,301\",\"expectBody\":\"(?i)ok|done\\\\d+\",\"debug\":\"1\",\"tlsNoVerifyPeer\":"
	     "\"true\""),
	HTTP("\"headers\":\"[]\""),
	"{\"schedule\":\"@manually\",\"executor\":\"own-plugin\",\"executor_config\":{\"topic\":"
	"\"t\","
	"\"message\":\"\"}}",
	"{\"parent_job\":\"other\",\"executor\":\"own-plugin\"}",
};

CTX_TEST(what_dkron_takes_is_taken_and_comes_out_whole)
{
	for (size_t i = 0; i < LENGTH(taken); i++) {
		struct json *spec = NULL, *again = NULL;
		if (spec_make(c, "job-1", NULL, json_of(c, taken[i]), &spec) != OK) {
			FAIL("%s: %s", taken[i], ctx_fault(c));
			continue;
		}
		IS(json_length(spec), nspec_fields);
		IS(spec_make(c, "job-1", NULL, spec, &again), OK);
		YES(json_equal(spec, again));
		IS(spec_make(c, "job-1", spec, json_of(c, "{}"), &again), OK);
		YES(json_equal(spec, again));
	}
}

CTX_TEST(a_spec_has_one_normal_form)
{
	struct json *spec = NULL, *same = NULL;

	IS(spec_make(c, "job-1", NULL,
	       json_of(c, WITH("\"starts_at\":\"2026-12-01T01:00:00+01:00\",\"concurrency\":\"\","
			       "\"tags\":null")),
	       &spec),
	    OK);
	IS(spec_make(c, "job-1", NULL,
	       json_of(c, WITH("\"tags\":{},\"concurrency\":\"allow\",\"starts_at\":\"2026-12-"
			       "01T00:00:00Z\"")),
	       &same),
	    OK);
	YES(json_equal(spec, same));
	SAME(json_text(json_get(spec, "starts_at")), "2026-12-01T00:00:00Z");
	IS(json_type(json_get(spec, "expires_at")), JSON_NULL);
}

CTX_TEST(empty_keys_of_the_executor_are_none)
{
	struct json *spec = NULL;

	IS(spec_make(c, "j", NULL, json_of(c, SHELL("\"command\":\"x\",\"env\":\"\",\"cwd\":\"\"")),
	       &spec),
	    OK);
	SAME(json_write(c->arena, json_get(spec, "executor_config")), "{\"command\":\"x\"}");
}

CTX_TEST(a_merge_patch_changes_what_it_names)
{
	struct json *spec = NULL, *merged = NULL;

	IS(spec_make(c, "j", NULL,
	       json_of(c, "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"x\",\"env\":\"A=1\"},"
			  "\"retries\":3,\"tags\":{\"a\":\"1\",\"b\":\"2\"},\"processors\":{"
			  "\"log\":{\"forward\":\"true\"},\"files\":{}}}"),
	       &spec),
	    OK);
	IS(spec_make(c, "j", spec,
	       json_of(c, "{\"executor_config\":{\"env\":null,\"cwd\":\"/"
			  "\"},\"retries\":null,\"tags\":{\"b\":null,\"c\":\"3\"},"
			  "\"processors\":{\"files\":null,\"log\":{\"forward\":\"false\"}},"
			  "\"owner\":\"me\"}"),
	       &merged),
	    OK);
	YES(json_equal(
	    json_get(merged, "executor_config"), json_of(c, "{\"command\":\"x\",\"cwd\":\"/\"}")));
	YES(json_equal(json_get(merged, "tags"), json_of(c, "{\"a\":\"1\",\"c\":\"3\"}")));
	YES(json_equal(
	    json_get(merged, "processors"), json_of(c, "{\"log\":{\"forward\":\"false\"}}")));
	IS(json_int(json_get(merged, "retries")), 0);
	SAME(json_text(json_get(merged, "owner")), "me");
	SAME(json_text(json_get(merged, "schedule")), "@daily");
	/* and the base is as it was */
	YES(json_equal(json_get(spec, "tags"), json_of(c, "{\"a\":\"1\",\"b\":\"2\"}")));
	SAME(json_text(json_get(json_get(spec, "executor_config"), "env")), "A=1");
}

CTX_TEST(a_merge_patch_is_checked_as_a_whole)
{
	struct json *spec = NULL, *merged = NULL;

	IS(spec_make(c, "j", NULL, json_of(c, SHELL_JOB), &spec), OK);
	IS(spec_make(c, "j", spec, json_of(c, "{\"executor\":\"http\"}"), &merged), ERR_INVALID);
	SAME(c->fault.field, "executor_config.command");
	IS(spec_make(c, "j", spec, json_of(c, "{\"schedule\":null}"), &merged), ERR_INVALID);
	SAME(c->fault.field, "schedule");
}

static char *repeated(struct ctx *c, char ch, size_t n)
{
	char *s = arena_alloc(c->arena, n + 1, 1);

	memset(s, ch, n);
	return s;
}

CTX_TEST(over_long_values_are_refused)
{
	static const struct {
		const char *format, *field;
		size_t fits;
	} limits[] = {
		{ WITH("\"displayname\":\"%s\""), "displayname", 200 },
		{ WITH("\"description\":\"%s\""), "description", 4000 },
		{ WITH("\"owner\":\"%s\""), "owner", 200 },
		{ WITH("\"tags\":{\"a\":\"%s\"}"), "tags.a", 200 },
		{ WITH("\"metadata\":{\"a\":\"%s\"}"), "metadata.a", 2000 },
		{ SHELL("\"command\":\"%s\""), "executor_config.command", 100000 },
		{ HTTP("\"body\":\"%s\""), "executor_config.body", 65536 },
	};

	for (size_t i = 0; i < LENGTH(limits); i++)
		for (size_t more = 0; more < 2; more++) {
			struct json *spec = NULL;
			const char *value = repeated(c, 'a', limits[i].fits + more);
			const char *before = strstr(limits[i].format, "%s");
			const char *text = arena_printf(c->arena, "%.*s%s%s",
			    (int)(before - limits[i].format), limits[i].format, value, before + 2);
			IS(spec_make(c, "j", NULL, json_of(c, text), &spec),
			    more ? ERR_INVALID : OK);
			if (more)
				SAME(c->fault.field, limits[i].field);
		}
}

CTX_TEST(a_payload_that_would_hang_dkron_is_refused)
{
	for (size_t more = 0; more < 2; more++) { /* 65,536 and 65,537 bytes */
		struct json *spec = NULL;
		const char *text = arena_printf(c->arena,
		    SHELL("\"command\":\"x\",\"payload\":\"%s%s\""), repeated(c, 'A', 87380),
		    more ? "AAA=" : "AA==");
		enum err e = spec_make(c, "j", NULL, json_of(c, text), &spec);
		IS(e, more ? ERR_INVALID : OK);
	}
	SAME(c->fault.field, "executor_config.payload");
	HAS(c->fault.detail, "65537");
}
