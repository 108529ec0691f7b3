/* The settings of Dkron's executors and processors (spec/dkron.md 5.10), as one table. */

#include <string.h>

#include "core/text.h"
#include "model/setting_rules.h"
#include "model/spec_inside.h"

/* clang-format off */
const struct spec_setting spec_settings[] = {
	/* executor     key                      label                             kind          max     must   rule                 help */
	{ "shell",      "command",               "Command",                        SETTING_TEXT, 100000, true,  setting_command,     "What is run." },
	{ "shell",      "shell",                 "Through /bin/sh -c",             SETTING_FLAG, 5,      false, setting_flag,        "Else it is a program with arguments, without pipes and variables." },
	{ "shell",      "cwd",                   "Directory",                      SETTING_LINE, 4096,   false, setting_path,        "Where it runs." },
	{ "shell",      "env",                   "Environment",                    SETTING_LINE, 32768,  false, setting_env,         "NAME=value,NAME=value; Dkron splits at every comma." },
	{ "shell",      "timeout",               "Timeout",                        SETTING_LINE, 40,     false, setting_duration,    "Then the whole process group is killed." },
	{ "shell",      "mem_limit",             "Memory limit",                   SETTING_LINE, 40,     false, setting_memory,      "Such as 512MB. Dkron looks each second, and can kill only jobs that have a timeout or a user as well." },
	{ "shell",      "su",                    "User",                           SETTING_LINE, 130,    false, setting_user,        "user, or user:group; the agent must be root." },
	{ "shell",      "payload",               "Standard input",                 SETTING_TEXT, 90000,  false, setting_payload,     "In base64, at most 65536 bytes." },
	{ "http",       "method",                "Method",                         SETTING_LINE, 7,      true,  setting_method,      "GET, POST ..." },
	{ "http",       "url",                   "URL",                            SETTING_LINE, 4000,   true,  setting_url,         "Where it is sent." },
	{ "http",       "headers",               "Headers",                        SETTING_TEXT, 32768,  false, setting_headers,     "A JSON list of texts Name: value." },
	{ "http",       "body",                  "Body",                           SETTING_TEXT, 65536,  false, NULL,                "What is sent." },
	{ "http",       "timeout",               "Timeout (seconds)",              SETTING_LINE, 5,      false, setting_seconds,     "30 unless told." },
	{ "http",       "expectCode",            "Expected status",                SETTING_LINE, 400,    false, setting_codes,       "Such as 200,204; empty: any is a success." },
	{ "http",       "expectBody",            "Expected body",                  SETTING_LINE, 2000,   false, setting_regex,       "A regular expression." },
	{ "http",       "tlsRootCAsFile",        "File with trusted CAs",          SETTING_LINE, 4096,   false, setting_path,        "On the node that runs it." },
	{ "http",       "tlsCertificateFile",    "Client certificate file",        SETTING_LINE, 4096,   false, setting_path,        "On the node that runs it." },
	{ "http",       "tlsCertificateKeyFile", "Client key file",                SETTING_LINE, 4096,   false, setting_path,        "On the node that runs it." },
	{ "http",       "tlsNoVerifyPeer",       "Do not verify the certificate",  SETTING_FLAG, 5,      false, setting_flag,        "Anybody in between can then answer." },
	{ "http",       "debug",                 "Debug",                          SETTING_LINE, 40,     false, NULL,                "Anything: the whole configuration, headers included, is written into the output." },
	{ "grpc",       "url",                   "Address and method",             SETTING_LINE, 4000,   true,  setting_grpc_url,    "host:port/package.Service/Method" },
	{ "grpc",       "body",                  "Message",                        SETTING_TEXT, 65536,  false, NULL,                "As JSON." },
	{ "grpc",       "headers",               "Metadata",                       SETTING_TEXT, 32768,  false, setting_headers,     "A JSON list of texts name: value." },
	{ "grpc",       "timeout",               "Timeout (seconds)",              SETTING_LINE, 5,      false, setting_seconds,     "30 unless told." },
	{ "grpc",       "expectCode",            "Expected code",                  SETTING_LINE, 10,     false, setting_number,      "0, which is OK, unless told." },
	{ "kafka",      "brokerAddress",         "Brokers",                        SETTING_LINE, 4000,   true,  setting_brokers,     "host:port, several with commas between." },
	{ "kafka",      "topic",                 "Topic",                          SETTING_LINE, 249,    true,  NULL,                "Where it is written." },
	{ "kafka",      "key",                   "Key",                            SETTING_LINE, 4000,   false, NULL,                "Of the message." },
	{ "kafka",      "message",               "Message",                        SETTING_TEXT, 65536,  false, NULL,                "What is written." },
	{ "kafka",      "tlsEnable",             "Over TLS",                       SETTING_FLAG, 5,      false, setting_switch,      "To the brokers." },
	{ "kafka",      "tlsInsecureSkipVerify", "Do not verify the certificate",  SETTING_FLAG, 5,      false, setting_switch,      "Anybody in between can then answer." },
	{ "kafka",      "saslUsername",          "SASL user",                      SETTING_LINE, 400,    false, NULL,                "With a password and a mechanism." },
	{ "kafka",      "saslPassword",          "SASL password",                  SETTING_LINE, 400,    false, NULL,                "Whoever sees the job in Dkron sees it." },
	{ "kafka",      "saslMechanism",         "SASL mechanism",                 SETTING_LINE, 6,      false, setting_mechanism,   "sha256 or sha512." },
	{ "kafka",      "debug",                 "Debug",                          SETTING_LINE, 40,     false, NULL,                "Anything: the configuration is written into the agent's log." },
	{ "nats",       "url",                   "Server",                         SETTING_LINE, 4000,   true,  NULL,                "Such as nats://localhost:4222." },
	{ "nats",       "subject",               "Subject",                        SETTING_LINE, 400,    true,  NULL,                "Where it is published." },
	{ "nats",       "message",               "Message",                        SETTING_TEXT, 65536,  false, NULL,                "What is published." },
	{ "nats",       "userName",              "User",                           SETTING_LINE, 400,    false, NULL,                "For the server." },
	{ "nats",       "password",              "Password",                       SETTING_LINE, 400,    false, NULL,                "Whoever sees the job in Dkron sees it." },
	{ "nats",       "debug",                 "Debug",                          SETTING_LINE, 40,     false, NULL,                "Anything: the configuration is written into the agent's log." },
	{ "rabbitmq",   "url",                   "Server",                         SETTING_LINE, 4000,   true,  setting_amqp_url,    "Such as amqp://user:password@localhost:5672/." },
	{ "rabbitmq",   "exchange",              "Exchange",                       SETTING_LINE, 255,    false, NULL,                "Empty: the default one." },
	{ "rabbitmq",   "queue.name",            "Queue",                          SETTING_LINE, 255,    true,  NULL,                "The routing key as well." },
	{ "rabbitmq",   "queue.create",          "Make the queue",                 SETTING_FLAG, 5,      false, setting_switch,      "When it is not there." },
	{ "rabbitmq",   "queue.durable",         "It survives a restart",          SETTING_FLAG, 5,      false, setting_flag,        "Of a queue that is made." },
	{ "rabbitmq",   "queue.auto_delete",     "It goes with its last reader",   SETTING_FLAG, 5,      false, setting_flag,        "Of a queue that is made." },
	{ "rabbitmq",   "queue.exclusive",       "It is this connection's alone",  SETTING_FLAG, 5,      false, setting_flag,        "Of a queue that is made." },
	{ "rabbitmq",   "message.body",          "Message",                        SETTING_TEXT, 65536,  false, NULL,                "What is sent, as text." },
	{ "rabbitmq",   "message.base64Body",    "Message in base64",              SETTING_TEXT, 90000,  false, setting_base64,      "Instead of text." },
	{ "rabbitmq",   "message.content_type",  "Content type",                   SETTING_LINE, 255,    false, NULL,                "text/plain unless told." },
	{ "rabbitmq",   "message.delivery_mode", "Delivery mode",                  SETTING_LINE, 3,      false, setting_byte,        "2 is persistent." },
	{ "rabbitmq",   "message.messageId",     "Message id",                     SETTING_LINE, 255,    false, NULL,                "For the reader." },
	{ "gcppubsub",  "project",               "Project",                        SETTING_LINE, 63,     true,  NULL,                "Its id." },
	{ "gcppubsub",  "topic",                 "Topic",                          SETTING_LINE, 255,    true,  NULL,                "Where it is published." },
	{ "gcppubsub",  "data",                  "Data in base64",                 SETTING_TEXT, 90000,  false, setting_base64,      "Data, attributes or both." },
	{ "gcppubsub",  "attributes",            "Attributes",                     SETTING_TEXT, 32768,  false, setting_attributes,  "A JSON object of texts." },
};
const size_t nspec_settings = LENGTH(spec_settings);

const struct spec_setting processor_settings[] = {
	{ "log",        "forward",               "Keep the output",                SETTING_FLAG, 5,      false, setting_flag,        "Else it is replaced by a placeholder before it reaches us." },
	{ "syslog",     "forward",               "Keep the output",                SETTING_FLAG, 5,      false, setting_flag,        "Else it is replaced by a placeholder before it reaches us." },
	{ "files",      "forward",               "Keep the output",                SETTING_FLAG, 5,      false, setting_flag,        "Else it is replaced by a placeholder before it reaches us." },
	{ "files",      "log_dir",               "Folder",                         SETTING_LINE, 4096,   false, setting_path,        "On the server; /var/log/dkron unless told." },
	{ "fluent",     "forward",               "Keep the output",                SETTING_FLAG, 5,      false, setting_flag,        "Else it is replaced by a placeholder before it reaches us." },
};
const size_t nprocessor_settings = LENGTH(processor_settings);
/* clang-format on */

struct table {
	const struct spec_setting *rows;
	size_t n;
	const char *kind; /* "executor" */
};

static const struct table executors = { spec_settings, LENGTH(spec_settings), "executor" };
static const struct table processors = { processor_settings, LENGTH(processor_settings),
	"processor" };

static const struct spec_setting *find(
    const struct table *table, const char *owner, const char *name)
{
	for (size_t i = 0; i < table->n; i++)
		if (strcmp(table->rows[i].executor, owner) == 0 &&
		    (name == NULL || strcmp(table->rows[i].name, name) == 0))
			return &table->rows[i];
	return NULL;
}

const char *spec_config_label(const char *executor, const char *key)
{
	const struct spec_setting *k = find(&executors, executor, key);

	return k != NULL ? k->label : NULL;
}

bool spec_knows_executor(const char *executor)
{
	return find(&executors, executor, NULL) != NULL;
}

static enum err check_known(struct ctx *c, const struct table *table, const char *owner,
    const char *path, const struct json *config)
{
	const char *name = NULL;
	struct json *value = NULL;

	for (size_t i = 0; json_member(config, i, &name, &value); i++)
		if (find(table, owner, name) == NULL)
			return fail(c, ERR_INVALID, arena_printf(c->arena, "%s.%s", path, name),
			    "is nothing that the %s %s knows", owner, table->kind);
	return OK;
}

static enum err check_setting(
    struct ctx *c, const struct spec_setting *s, const char *path, struct json *config)
{
	const char *field = arena_printf(c->arena, "%s.%s", path, s->name);
	const char *value = spec_text(config, s->name);

	if (value[0] == '\0') {
		json_remove(config, s->name);
		return s->required ? fail(c, ERR_INVALID, field, "must not be empty") : OK;
	}
	if (strlen(value) > (size_t)s->max)
		return fail(c, ERR_INVALID, field, "must have at most %d bytes", s->max);
	if (s->kind != SETTING_TEXT && !text_is_line(value, 1, s->max))
		return fail(c, ERR_INVALID, field, "must be one line without control characters");
	return s->rule != NULL ? s->rule(c, field, value) : OK;
}

static enum err check(struct ctx *c, const struct table *table, const char *owner, const char *path,
    struct json *config)
{
	if (find(table, owner, NULL) == NULL)
		return OK;
	TRY(check_known(c, table, owner, path, config));
	for (size_t i = 0; i < table->n; i++)
		if (strcmp(table->rows[i].executor, owner) == 0)
			TRY(check_setting(c, &table->rows[i], path, config));
	return OK;
}

/* Settings that only make sense together. */
static enum err check_kafka(struct ctx *c, const struct json *config)
{
	bool user = *spec_text(config, "saslUsername") != '\0';
	bool password = *spec_text(config, "saslPassword") != '\0';

	if (user != password)
		return fail(c, ERR_INVALID,
		    user ? "executor_config.saslPassword" : "executor_config.saslUsername",
		    "must be given as well: Dkron leaves SASL out without both");
	if (user && *spec_text(config, "saslMechanism") == '\0')
		return fail(
		    c, ERR_INVALID, "executor_config.saslMechanism", "must be sha256 or sha512");
	return OK;
}

static enum err check_rabbitmq(struct ctx *c, const struct json *config)
{
	if (*spec_text(config, "message.body") != '\0' &&
	    *spec_text(config, "message.base64Body") != '\0')
		return fail(c, ERR_INVALID, "executor_config.message.base64Body",
		    "must stay empty beside message.body: Dkron takes one of them");
	return OK;
}

static enum err check_gcppubsub(struct ctx *c, const struct json *config)
{
	if (*spec_text(config, "data") == '\0' && *spec_text(config, "attributes") == '\0')
		return fail(c, ERR_INVALID, "executor_config.data",
		    "must be given, unless there are attributes");
	return OK;
}

static const struct {
	const char *executor;
	enum err (*check)(struct ctx *c, const struct json *config);
} together[] = {
	{ "kafka", check_kafka },
	{ "rabbitmq", check_rabbitmq },
	{ "gcppubsub", check_gcppubsub },
};

enum err spec_check_executor(struct ctx *c, const char *executor, struct json *config)
{
	TRY(check(c, &executors, executor, "executor_config", config));
	for (size_t i = 0; i < LENGTH(together); i++)
		if (strcmp(together[i].executor, executor) == 0)
			TRY(together[i].check(c, config));
	return OK;
}

enum err spec_check_processor(struct ctx *c, const char *processor, struct json *config)
{
	return check(
	    c, &processors, processor, arena_printf(c->arena, "processors.%s", processor), config);
}
