/* What the engine is to be given, and how its answers compare: with real answers of Dkron's. */

#include <stdio.h>
#include <string.h>

#include "model/given.h"
#include "model/spec_inside.h"

/* As Dkron 4.1.2 gives the job that it was sent, in the words of its own encoder. */
#define ANSWER(fields)                                                                           \
	"{\"id\":\"backup\",\"name\":\"backup\",\"displayname\":\"Nightly\",\"timezone\":"       \
	"\"Europe/Madrid\","                                                                     \
	"\"schedule\":\"0 0 3 * * "                                                              \
	"*\",\"owner\":\"ops\",\"owner_email\":\"\",\"success_count\":1,\"error_count\":0,"      \
	"\"last_success\":\"2026-11-21T10:29:04.29438579Z\",\"last_error\":null,\"disabled\":"   \
	"false,"                                                                                 \
	"\"retries\":2,\"dependent_jobs\":[\"backup-db\"],\"parent_job\":\"\",\"executor\":"     \
	"\"shell\","                                                                             \
	"\"executor_config\":{\"command\":\"echo one; echo "                                     \
	"two\",\"env\":\"TOKEN=ENVSECRET\",\"shell\":\"true\"},"                                 \
	"\"status\":\"success\",\"next\":\"2026-11-22T03:00:00Z\",\"ephemeral\":false,\"starts_" \
	"at\":null," fields "}"

#define REST                                                                                    \
	"\"tags\":{\"tier\":\"web:1\"},\"metadata\":{\"signalbox\":\"signalbox\",\"team\":"     \
	"\"ops\"},"                                                                             \
	"\"processors\":{\"log\":{\"forward\":\"true\"}},\"concurrency\":\"forbid\",\"expires_" \
	"at\":\"2030-01-01T00:00:00Z\""

static struct json *wanted(struct ctx *c, const char *name, const char *input)
{
	struct json *spec = NULL;

	if (spec_make(c, name, NULL, json_of(c, input), &spec) != OK)
		FAIL("%s", ctx_fault(c));
	return spec_for_engine(c, name, spec);
}

static struct json *backup(struct ctx *c)
{
	return wanted(c, "backup",
	    "{\"displayname\":\"Nightly\",\"timezone\":\"Europe/Madrid\",\"schedule\":\"0 0 3 * * "
	    "*\",\"owner\":\"ops\","
	    "\"retries\":2,\"executor\":\"shell\",\"executor_config\":{\"shell\":\"true\","
	    "\"command\":\"echo one; echo two\","
	    "\"env\":\"TOKEN=ENVSECRET\"},\"tags\":{\"tier\":\"web:1\"},\"metadata\":{\"team\":"
	    "\"ops\"},"
	    "\"processors\":{\"log\":{\"forward\":\"true\"}},\"concurrency\":\"forbid\",\"expires_"
	    "at\":\"2030-01-01T01:00:00+01:00\","
	    "\"description\":\"ours "
	    "alone\",\"notify\":true,\"approvals\":0,\"keep_days\":7,\"drift\":\"adopt\"}");
}

CTX_TEST(the_engine_gets_dkrons_fields_and_the_label)
{
	struct json *job = backup(c);

	SAME(json_text(json_get(job, "name")), "backup");
	SAME(json_text(json_get(json_get(job, "metadata"), "signalbox")), "signalbox");
	SAME(json_text(json_get(json_get(job, "metadata"), "team")), "ops");
	YES(json_get(job, "description") == NULL && json_get(job, "notify") == NULL &&
	    json_get(job, "approvals") == NULL && json_get(job, "keep_days") == NULL &&
	    json_get(job, "drift") == NULL);
	YES(json_get(job, "dependent_jobs") == NULL && json_get(job, "status") == NULL);
	IS(json_int(json_get(job, "retries")), 2);
}

CTX_TEST(the_namespace_stands_before_name_and_parent)
{
	struct config config = site_config;

	config.namespace = "ops-";
	config.label = "box";
	c->config = &config;
	struct json *job = wanted(c, "child",
	    "{\"parent_job\":\"parent\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"x\"}}");
	SAME(json_text(json_get(job, "name")), "ops-child");
	SAME(json_text(json_get(job, "parent_job")), "ops-parent");
	SAME(json_text(json_get(json_get(job, "metadata"), "signalbox")), "box");
}

static const struct {
	const char *answer, *fields;
} answers[] = {
	{ ANSWER(REST), "" },
	{ ANSWER(REST ",\"new_field_of_a_later_dkron\":[1]"), "" },
	{ ANSWER("\"tags\":{\"tier\":\"web:1\"},\"metadata\":{\"team\":\"ops\",\"signalbox\":"
		 "\"signalbox\"},"
		 "\"processors\":{\"log\":{\"forward\":\"true\"}},\"concurrency\":\"forbid\","
		 "\"expires_at\":\"2030-01-01T00:00:00.000000000Z\""),
	    "" },
	{ ANSWER("\"tags\":null,\"metadata\":{\"team\":\"ops\"},\"processors\":{},\"concurrency\":"
		 "\"\",\"expires_at\":null"),
	    "expires_at, tags, concurrency, processors, metadata" },
	{ ANSWER("\"tags\":{\"tier\":\"web:2\"},\"metadata\":{\"signalbox\":\"signalbox\",\"team\":"
		 "\"ops\"},"
		 "\"processors\":{\"log\":{\"forward\":\"true\"},\"files\":null},\"concurrency\":"
		 "\"forbid\","
		 "\"expires_at\":\"2030-01-01T00:00:00Z\""),
	    "tags, processors" },
	{ "{}", "displayname, schedule, timezone, expires_at, executor, executor_config, tags, "
		"retries, concurrency, processors, metadata, owner" },
};

CTX_TEST(only_real_differences_count)
{
	for (size_t i = 0; i < LENGTH(answers); i++) {
		const char *fields = "?";
		IS(spec_engine_differs(c, backup(c), json_of(c, answers[i].answer), &fields), OK);
		SAME(fields, answers[i].fields);
	}
	const char *fields = NULL;
	IS(spec_engine_differs(c, backup(c), json_of(c, "[]"), &fields), ERR_MALFORMED);
}

CTX_TEST(what_dkron_leaves_out_or_defaults_is_no_difference)
{
	const char *fields = "?";
	struct json *job = wanted(c, "min",
	    "{\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"x\"}}");

	IS(spec_engine_differs(c, job,
	       json_of(c,
		   "{\"name\":\"min\",\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_"
		   "config\":{\"command\":\"x\"},"
		   "\"tags\":null,\"metadata\":{\"signalbox\":\"signalbox\"},\"processors\":null,"
		   "\"concurrency\":\"\",\"retries\":0,"
		   "\"next\":\"0001-01-01T00:00:00Z\",\"starts_at\":\"0001-01-01T00:00:00Z\"}"),
	       &fields),
	    OK);
	SAME(fields, "");
}

static const char *change_words(struct ctx *c, const char *before, const char *after)
{
	struct spec_change *changes = NULL;
	size_t n = spec_diff(
	    c, before != NULL ? json_of(c, before) : NULL, json_of(c, after), &changes);
	const char *words = "";

	for (size_t i = 0; i < n; i++)
		words = arena_printf(c->arena, "%s%s|%s|%s|%s;", words, changes[i].field,
		    changes[i].label, changes[i].before, changes[i].after);
	return words;
}

CTX_TEST(a_diff_tells_field_by_field)
{
	SAME(change_words(c, "{\"schedule\":\"@daily\",\"retries\":1,\"disabled\":false}",
		 "{\"schedule\":\"@hourly\",\"retries\":2,\"disabled\":true}"),
	    "schedule|Schedule|@daily|@hourly;disabled|Disabled|no|yes;retries|Retries|1|2;");
	SAME(change_words(c,
		 "{\"team\":\"ops\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"a\","
		 "\"env\":\"A=1\"},\"tags\":{\"x\":\"1\"}}",
		 "{\"team\":\"data\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"b\","
		 "\"cwd\":\"/\"},\"tags\":{\"x\":\"1\"}}"),
	    "team|Team|ops|data;executor_config.command|Command|a|b;executor_config.env|"
	    "Environment|A=1|;"
	    "executor_config.cwd|Directory||/;");
	SAME(
	    change_words(c, "{\"processors\":{\"log\":{\"forward\":\"true\"}},\"expires_at\":null}",
		"{\"processors\":{\"log\":{\"forward\":\"false\"},\"files\":{\"log_dir\":\"/"
		"x\"}},\"expires_at\":\"2030-01-01T00:00:00Z\"}"),
	    "expires_at|Not after||2030-01-01T00:00:00Z;processors.log.forward|Processor log "
	    "forward|true|false;"
	    "processors.files.log_dir|Processor files log_dir||/x;");
	SAME(change_words(c, "{\"executor\":\"kafka\",\"executor_config\":{\"topic\":\"a\"}}",
		 "{\"executor\":\"kafka\",\"executor_config\":{\"topic\":\"b\"}}"),
	    "executor_config.topic|Topic|a|b;");
	SAME(change_words(c, NULL, "{\"schedule\":\"@daily\",\"disabled\":false,\"retries\":0}"),
	    "schedule|Schedule||@daily;");
	SAME(change_words(c, "{\"retries\":1}", "{\"retries\":1}"), "");
}

/* Who approves or adopts it would see nothing of it otherwise. */
CTX_TEST(a_diff_tells_what_is_there_and_empty)
{
	SAME(change_words(c, "{\"processors\":{},\"metadata\":{}}",
		 "{\"processors\":{\"syslog\":{}},\"metadata\":{\"a\":\"\"}}"),
	    "processors.syslog|Processor syslog||(empty);metadata.a|Metadata a||(empty);");
	SAME(change_words(c, "{\"processors\":{\"syslog\":null},\"metadata\":{\"a\":\"\"}}", "{}"),
	    "processors.syslog|Processor syslog|(empty)|;metadata.a|Metadata a|(empty)|;");
	SAME(change_words(c, "{\"processors\":{\"syslog\":null},\"metadata\":{\"a\":\"\"}}",
		 "{\"processors\":{\"syslog\":{}},\"metadata\":{\"a\":\"x\"}}"),
	    "metadata.a|Metadata a||x;");
}

static struct json *numbered(struct ctx *c, const char *prefix, int n)
{
	struct json *o = json_object(c->arena);

	for (int i = 0; i < n; i++)
		json_set(o, arena_printf(c->arena, "%s%d", prefix, i), json_string(c->arena, "x"));
	return o;
}

CTX_TEST(a_diff_leaves_out_nothing_however_much_it_is)
{
	static const char *const maps[] = { "executor_config", "tags", "metadata" };
	struct json *before = json_object(c->arena), *after = json_object(c->arena);
	struct json *inner = json_object(c->arena);
	struct spec_change *changes = NULL;

	for (size_t i = 0; i < LENGTH(maps); i++) {
		json_set(before, maps[i], numbered(c, "before", 100));
		json_set(after, maps[i], numbered(c, "after", 100));
	}
	for (int i = 0; i < 20; i++)
		json_set(inner, arena_printf(c->arena, "p%d", i), numbered(c, "key", 20));
	json_set(after, "processors", inner);
	json_set(after, "owner", json_string(c->arena, "the last one"));
	size_t n = spec_diff(c, before, after, &changes);
	IS(n, 3 * 200 + 20 * 20 + 1);
	SAME(changes[n - 1].after, "the last one");
}

/* Another value of each field that Dkron has. */
static const struct {
	const char *field, *value;
} others[] = {
	{ "displayname", "\"Other\"" },
	{ "schedule", "\"@hourly\"" },
	{ "timezone", "\"Asia/Tokyo\"" },
	{ "starts_at", "\"2030-01-01T01:00:00+01:00\"" },
	{ "expires_at", "\"2031-01-01T00:00:00.5Z\"" },
	{ "parent_job", "\"up\"" },
	{ "executor", "\"own-plugin\"" },
	{ "executor_config", "{\"command\":\"y\",\"cwd\":\"/srv\"}" },
	{ "disabled", "true" },
	{ "ephemeral", "true" },
	{ "tags", "{\"disk\":\"ssd:2\"}" },
	{ "retries", "7" },
	{ "concurrency", "\"\"" },
	{ "processors", "{\"syslog\":null}" },
	{ "metadata", "{\"signalbox\":\"signalbox\",\"cost\":\"\"}" },
	{ "owner", "\"Marta\"" },
	{ "owner_email", "\"marta@example.org\"" },
};

static void check_other(struct ctx *c, const char *field, struct json *value)
{
	struct json *spec = NULL, *made = NULL;
	struct spec_change *changes = NULL;
	const char *fields = "?";

	IS(spec_make(c, "x", NULL,
	       json_of(c,
		   "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{"
		   "\"command\":\"x\"},\"concurrency\":\"forbid\",\"tags\":{\"dc\":\"one\"}}"),
	       &spec),
	    OK);
	struct json *wanted = spec_for_engine(c, "x", spec);
	struct json *engine = spec_for_engine(c, "x", spec);
	json_set(engine, field, value);
	IS(spec_engine_differs(c, wanted, engine, &fields), OK);
	SAME(fields, field);
	if (spec_engine_diff(c, engine, wanted, &changes) == 0)
		FAIL("a difference of %s is not told", field);
	else
		HAS(changes[0].field, field);
	IS(spec_make(c, "x", NULL, spec_adopted(c, "x", spec, engine), &made), OK);
	IS(spec_engine_differs(c, spec_for_engine(c, "x", made), engine, &fields), OK);
	SAME(fields, "");
}

CTX_TEST(each_field_that_differs_is_told_and_can_be_adopted)
{
	size_t known = 0;

	for (size_t i = 0; i < nspec_fields; i++)
		known += !spec_fields[i].ours;
	IS(known, LENGTH(others));
	for (size_t i = 0; i < LENGTH(others); i++)
		check_other(c, others[i].field, json_of(c, others[i].value));
}
