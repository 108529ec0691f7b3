/* What Dkron's executors and processors take beside shell and http, whose rules test_spec.c has. */

#include <string.h>

#include "lib/ctx.h"
#include "model/job_spec.h"

#define WITH(fields)                  \
	"{\"schedule\":\"0 30 2 * * " \
	"*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}," fields "}"
#define OTHER(executor, config) \
	"{\"schedule\":\"@daily\",\"executor\":\"" executor "\",\"executor_config\":{" config "}}"

static enum err made(struct ctx *c, const char *text, struct json **spec)
{
	struct json *input = NULL;

	IS(json_parse(c, text, strlen(text), &input), OK);
	return spec_make(c, "job-1", NULL, input, spec);
}

static const struct {
	const char *input, *field, *detail;
} wrong[] = {
	{ OTHER("grpc", "\"url\":\"a:1\""), "executor_config.url", "host:port/package" },
	{ OTHER("grpc", "\"url\":\"http://a/b\""), "executor_config.url", "without http://" },
	{ OTHER("grpc", "\"url\":\"a/b\",\"expectCode\":\"OK\""), "executor_config.expectCode",
	    "whole number" },
	{ OTHER("grpc", "\"url\":\"a/b\",\"timeout\":\"5s\""), "executor_config.timeout",
	    "seconds" },
	{ OTHER("kafka", "\"topic\":\"t\""), "executor_config.brokerAddress", "must not be empty" },
	{ OTHER("kafka", "\"brokerAddress\":\"a\",\"topic\":\"t\""),
	    "executor_config.brokerAddress", "host:port" },
	{ OTHER("kafka", "\"brokerAddress\":\"a:1,\",\"topic\":\"t\""),
	    "executor_config.brokerAddress", "host:port" },
	{ OTHER("kafka", "\"brokerAddress\":\"a:1\""), "executor_config.topic",
	    "must not be empty" },
	{ OTHER("kafka", "\"brokerAddress\":\"a:1\",\"topic\":\"t\",\"saslUsername\":\"u\""),
	    "executor_config.saslPassword", "must be given as well" },
	{ OTHER("kafka", "\"brokerAddress\":\"a:1\",\"topic\":\"t\",\"saslUsername\":\"u\","
			 "\"saslPassword\":\"p\""),
	    "executor_config.saslMechanism", "sha256 or sha512" },
	{ OTHER("kafka", "\"brokerAddress\":\"a:1\",\"topic\":\"t\",\"tlsEnable\":\"1\""),
	    "executor_config.tlsEnable", "\"true\" or \"false\"" },
	{ OTHER("nats", "\"url\":\"nats://a\""), "executor_config.subject", "must not be empty" },
	{ OTHER("nats", "\"url\":\"a\",\"subject\":\"s\",\"user\":\"x\""), "executor_config.user",
	    "is nothing that the nats executor knows" },
	{ OTHER("rabbitmq", "\"url\":\"http://a\",\"queue.name\":\"q\""), "executor_config.url",
	    "amqp://" },
	{ OTHER("rabbitmq", "\"url\":\"amqp://a\",\"queue.name\":\"q\",\"message.body\":\"a\","
			    "\"message.base64Body\":\"YQ==\""),
	    "executor_config.message.base64Body", "must stay empty" },
	{ OTHER("rabbitmq", "\"url\":\"amqp://a\",\"queue.name\":\"q\",\"message.delivery_mode\":"
			    "\"256\""),
	    "executor_config.message.delivery_mode", "0 to 255" },
	{ OTHER("gcppubsub", "\"project\":\"p\",\"topic\":\"t\""), "executor_config.data",
	    "unless there are attributes" },
	{ OTHER("gcppubsub", "\"project\":\"p\",\"topic\":\"t\",\"data\":\"!\""),
	    "executor_config.data", "base64" },
	{ OTHER("gcppubsub", "\"project\":\"p\",\"topic\":\"t\",\"attributes\":\"{\\\"a\\\":1}\""),
	    "executor_config.attributes", "object of texts" },
	{ WITH("\"processors\":{\"log\":{\"forward\":\"yes\"}}"), "processors.log.forward",
	    "\"true\" or \"false\"" },
	{ WITH("\"processors\":{\"files\":{\"log_dir\":\"logs\"}}"), "processors.files.log_dir",
	    "absolute path" },
	{ WITH("\"processors\":{\"syslog\":{\"host\":\"a\"}}"), "processors.syslog.host",
	    "is nothing that the syslog processor knows" },
};

CTX_TEST(a_wrong_setting_is_named)
{
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		struct json *spec = NULL;
		IS(made(c, wrong[i].input, &spec), ERR_INVALID);
		SAME(c->fault.field, wrong[i].field);
		HAS(c->fault.detail, wrong[i].detail);
	}
}

static const char *const right[] = {
	OTHER("grpc",
	    "\"url\":\"a:1/p.S/M\",\"body\":\"{}\",\"timeout\":\"5\",\"expectCode\":\"0\","
	    "\"headers\":\"[\\\"a: b\\\"]\""),
	OTHER("kafka",
	    "\"brokerAddress\":\"a:9092,b:9092\",\"topic\":\"t\",\"key\":\"\",\"message\":\"two"
	    "\\nlines\",\"tlsEnable\":\"true\",\"saslUsername\":\"u\",\"saslPassword\":\"p\","
	    "\"saslMechanism\":\"sha512\""),
	OTHER("nats", "\"url\":\"nats://a:4222\",\"subject\":\"s\""),
	OTHER("rabbitmq",
	    "\"url\":\"amqp://u:p@a:5672/\",\"queue.name\":\"q\",\"queue.create\":\"true\","
	    "\"message.base64Body\":\"YQ==\",\"message.delivery_mode\":\"2\""),
	OTHER("gcppubsub",
	    "\"project\":\"p\",\"topic\":\"t\",\"attributes\":\"{\\\"a\\\":\\\"b\\\"}\""),
	WITH("\"processors\":{\"files\":{\"forward\":\"true\",\"log_dir\":\"/var/"
	     "log\"},\"own\":{\"a\":\"b\"},"
	     "\"syslog\":{},\"fluent\":{\"forward\":\"1\"}}"),
};

CTX_TEST(what_executors_of_dkron_take_is_taken)
{
	for (size_t i = 0; i < LENGTH(right); i++) {
		struct json *spec = NULL, *again = NULL;
		if (made(c, right[i], &spec) != OK)
			FAIL("%s: %s", right[i], ctx_fault(c));
		IS(spec_make(c, "job-1", NULL, spec, &again), OK);
		YES(json_equal(spec, again));
	}
}

TEST(settings_of_the_tables_say_what_they_are)
{
	for (size_t i = 0; i < nspec_settings + nprocessor_settings; i++) {
		const struct spec_setting *s = i < nspec_settings
						   ? &spec_settings[i]
						   : &processor_settings[i - nspec_settings];
		YES(*s->label != '\0' && *s->help != '\0' && s->max > 0);
		YES(s->help[strlen(s->help) - 1] == '.' || strchr(s->help, '/') != NULL);
	}
}
