/* The fields of the job form for what executors and processors take. */

#include "web/given_admin.h"

static const char *spec_of(struct ctx *c, const char *name)
{
	struct job job = { 0 };

	act_as_cli(c);
	if (job_get(c, name, &job) != OK) {
		FAIL("%s: %s", name, ctx_fault(c));
		return "";
	}
	return json_write_sorted(c->arena, job.spec);
}

SITE_TEST(the_form_has_fields_for_each_executor_and_processor_of_dkron)
{
	given_people(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/new", "name", "out", "schedule",
	    "@daily", "executor", "kafka", "kafka-brokerAddress", "a:9092,b:9092", "kafka-topic",
	    "t", "kafka-message", "two\r\nlines", "kafka-tlsEnable", "true", "nats-url", "ignored",
	    "log", "true", "log-forward", "true", "files-log_dir", "/var/log", "processors",
	    "own.a=b", NULL);
	IS(w.status, 303);
	const char *spec = spec_of(c, "out");
	HAS(spec,
	    "\"executor_config\":{\"brokerAddress\":\"a:9092,b:9092\",\"message\":\"two\\nlines\","
	    "\"tlsEnable\":\"true\",\"topic\":\"t\"}");
	HAS(spec,
	    "\"processors\":{\"files\":{\"log_dir\":\"/var/log\"},\"log\":{\"forward\":\"true\"},"
	    "\"own\":{\"a\":\"b\"}}");
	const char *page = PAGE(c, by(c, "edith"), 200, "/jobs/out/edit");
	HAS(page, "name=\"executor\" value=\"kafka\" checked");
	HAS(page, "name=\"kafka-topic\" class=\"mono\" value=\"t\"");
	HAS(page, "name=\"kafka-tlsEnable\" value=\"true\" checked");
	HAS(page, "name=\"files-log_dir\" class=\"mono\" value=\"/var/log\"");
	HAS(page, "\nown.a=b</textarea>");
	w = ask(c, by(c, "edith"), POST, "/jobs/out/edit", "version", "1", "executor", "kafka",
	    "kafka-brokerAddress", "a:9092,b:9092", "kafka-topic", "t", "kafka-message",
	    "two\r\nlines", "files", "true", "files-log_dir", "/var/log", "processors", "own.a=b",
	    NULL);
	IS(w.status, 303);
	spec = spec_of(c, "out");
	LACKS(spec, "tlsEnable");
	HAS(spec, "\"processors\":{\"files\":{\"log_dir\":\"/var/log\"},\"own\":{\"a\":\"b\"}}");
}

SITE_TEST(a_box_that_is_on_by_default_can_be_switched_off)
{
	given_people(c);
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/new"), "name=\"notify\" value=\"true\" checked");
	IS(ask(c, by(c, "edith"), POST, "/jobs/new", "name", "quiet", "schedule", "@daily",
	       "executor", "shell", "command", "true", NULL)
		.status,
	    303);
	HAS(spec_of(c, "quiet"), "\"notify\":false");
	IS(ask(c, by(c, "edith"), POST, "/jobs/new", "name", "loud", "schedule", "@daily",
	       "executor", "shell", "command", "true", "notify", "true", NULL)
		.status,
	    303);
	HAS(spec_of(c, "loud"), "\"notify\":true");
}

SITE_TEST(a_wrong_setting_is_told_at_its_field)
{
	static const struct {
		const char *executor, *field, *value, *at;
	} cases[] = {
		{ "shell", "shell-mem_limit", "much", "shell-mem_limit" },
		{ "shell", "shell-payload", "!", "shell-payload" },
		{ "shell", "files-log_dir", "here", "files-log_dir" },
		{ "http", "http-tlsRootCAsFile", "ca.pem", "http-tlsRootCAsFile" },
		{ "grpc", "grpc-url", "a:1", "grpc-url" },
		{ "kafka", "kafka-topic", "t", "kafka-brokerAddress" },
		{ "nats", "nats-url", "a", "nats-subject" },
		{ "rabbitmq", "rabbitmq-url", "a", "rabbitmq-url" },
		{ "gcppubsub", "gcppubsub-project", "a", "gcppubsub-topic" },
		{ "shell", "kafka-tlsEnable", "yes", "kafka-tlsEnable" },
		{ "shell", "kafka-topic", "a\001b", "kafka-topic" },
	};

	given_people(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = ask(c, by(c, "edith"), POST, "/jobs/new", "name", "x", "schedule",
		    "@daily", "executor", cases[i].executor, "command", "true", "method", "GET",
		    "url", "https://example.org/", cases[i].field, cases[i].value, NULL);
		IS(w.status, 422);
		HAS(w.body, arena_printf(c->arena, "<a href=\"#f-%s\">", cases[i].at));
		HAS(w.body, arena_printf(c->arena, "id=\"e-%s\"", cases[i].at));
	}
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
}
