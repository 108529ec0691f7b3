#include "core/config_rules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "lib/ctx.h"

/* Takes away what the machine has set, so that only the test's own settings are there. */
static void given_no_settings(void)
{
	for (char **e = environ; *e != NULL;) {
		if (!text_starts(*e, "SIGNALBOX_")) {
			e++;
			continue;
		}
		char name[128] = "";
		memcpy(name, *e, strcspn(*e, "=") < 127 ? strcspn(*e, "=") : 127);
		unsetenv(name);
		e = environ;
	}
}

static const char *file_with(struct ctx *c, const char *text)
{
	char *path = arena_strdup(c->arena, "/tmp/signalbox-test-XXXXXX");
	int fd = mkstemp(path);

	IS(write(fd, text, strlen(text)), (int64_t)strlen(text));
	close(fd);
	return path;
}

static enum err load_file(struct ctx *c, const char *text, struct config *out)
{
	const char *path = file_with(c, text);
	enum err e = config_load(c, path, out);

	unlink(path);
	return e;
}

static void refuses_value(struct ctx *c, const char *name, const char *value)
{
	struct config config;

	given_no_settings();
	setenv(name, value, 1);
	IS(config_load(c, NULL, &config), ERR_INVALID);
	SAME(c->fault.field, name);
	given_no_settings();
}

CTX_TEST(config_has_defaults)
{
	struct config config;

	given_no_settings();
	IS(config_load(c, NULL, &config), OK);
	SAME(config.database_url, "");
	SAME(config.engine, "dkron");
	SAME(config.url, "https://localhost:8443/");
	IS(config_int(config.session_idle_s), 43200);
}

CTX_TEST(config_tags_of_an_agent_are_names_with_values)
{
	static const char *const wrong[] = { "rack", "=7", "rack=", "rack=7,", "rack=7,,zone=b",
		",rack=7" };
	struct config config;

	for (size_t i = 0; i < LENGTH(wrong); i++)
		refuses_value(c, "SIGNALBOX_AGENT_TAGS", wrong[i]);
	IS(load_file(c, "SIGNALBOX_AGENT_TAGS=rack=7,zone=b", &config), OK);
	SAME(config.agent_tags, "rack=7,zone=b");
}

CTX_TEST(config_environment_wins_over_file_wins_over_default)
{
	struct config config;

	given_no_settings();
	setenv("SIGNALBOX_LABEL", "from-environment", 1);
	setenv("SIGNALBOX_ENGINE", "", 1); /* empty is as good as not given */
	IS(load_file(c,
	       "# a comment\n\n  SIGNALBOX_LABEL = from-file \nSIGNALBOX_NAMESPACE='team-'\r\n"
	       "SIGNALBOX_MAIL_FROM=\"a@b.example\"\nSIGNALBOX_ENGINE=embedded",
	       &config),
	    OK);
	SAME(config.label, "from-environment");
	SAME(config.namespace, "team-");
	SAME(config.mail_from, "a@b.example");
	SAME(config.engine, "embedded");
	given_no_settings();
}

CTX_TEST(config_values_outlive_the_arena)
{
	struct config config;

	given_no_settings();
	struct ctx other = { .arena = arena_create(1 << 20) };
	IS(load_file(&other, "SIGNALBOX_LABEL=kept\n", &config), OK);
	arena_destroy(other.arena);
	SAME(config.label, "kept");
	(void)c;
}

CTX_TEST(config_refuses_unknown_names)
{
	struct config config;

	given_no_settings();
	setenv("SIGNALBOX_LABLE", "x", 1);
	IS(config_load(c, NULL, &config), ERR_INVALID);
	SAME(c->fault.field, "SIGNALBOX_LABLE");
	given_no_settings();
	setenv("SIGNALBOX_LABEL_FILE", "/dev/null", 1); /* not a secret */
	IS(config_load(c, NULL, &config), ERR_INVALID);
	SAME(c->fault.field, "SIGNALBOX_LABEL_FILE");
	given_no_settings();
	IS(load_file(c, "SIGNALBOX_NO=1\n", &config), ERR_INVALID);
	SAME(c->fault.field, "SIGNALBOX_NO");
	IS(load_file(c, "PATH=/bin\n", &config), ERR_INVALID);
	SAME(c->fault.field, "PATH");
	IS(load_file(c, "SIGNALBOX_LABEL\n", &config), ERR_INVALID);
	HAS(c->fault.detail, "NAME=value");
	IS(load_file(c, "SIGNALBOX_LABEL=a\nSIGNALBOX_LABEL=b\n", &config), ERR_INVALID);
	HAS(c->fault.detail, "twice");
	IS(config_load(c, "/no/such/file", &config), ERR_INVALID);
	HAS(c->fault.detail, "/no/such/file");
	IS(config_load(c, "/tmp", &config), ERR_INVALID);
}

CTX_TEST(config_refuses_wrong_values_and_names_them)
{
	static const struct {
		const char *name, *value;
	} cases[] = {
		{ "SIGNALBOX_DKRON_AUTH", "nobody" },
		{ "SIGNALBOX_DKRON_URL", "127.0.0.1:8080" },
		{ "SIGNALBOX_DKRON_URL", "http://a:8080, http://b:8080" },
		{ "SIGNALBOX_DKRON_URL", "http://a:8080," },
		{ "SIGNALBOX_DKRON_URL", "http://user:pw@a:8080" },
		{ "SIGNALBOX_DKRON_URL", "ftp://a" },
		{ "SIGNALBOX_ENGINE", "Dkron" },
		{ "SIGNALBOX_ENGINE", "dkron|embedded" },
		{ "SIGNALBOX_HOOK_URL", "http://" },
		{ "SIGNALBOX_HOOK_URL", "http://a:99999/" },
		{ "SIGNALBOX_HOOK_URL", "http://a:/" },
		{ "SIGNALBOX_HOOK_URL", "http://:80/" },
		{ "SIGNALBOX_LABEL", "a\nb" },
		{ "SIGNALBOX_LABEL", "\xff" },
		{ "SIGNALBOX_MAIL_FROM", "nobody" },
		{ "SIGNALBOX_NAMESPACE", "Team " },
		{ "SIGNALBOX_SESSION_IDLE_S", "59" },
		{ "SIGNALBOX_SESSION_IDLE_S", "1h" },
		{ "SIGNALBOX_MAIL_FROM", "a@b>,c" },
		{ "SIGNALBOX_SECRET_KEY", "too short" },
		{ "SIGNALBOX_SENTRY_URL", "https://sentry.example/cron/hello/" },
		{ "SIGNALBOX_SENTRY_URL", "ftp://sentry.example/<monitor_slug>/" },
		{ "SIGNALBOX_SMTP_URL", "http://mail" },
		{ "SIGNALBOX_SMTP_URL", "smtp://" },
		{ "SIGNALBOX_SMTP_URL", "smtp://user@:25" },
		{ "SIGNALBOX_WEBHOOK_ALLOW", "10.0.0.0/33" },
		{ "SIGNALBOX_WEBHOOK_ALLOW", "https://hooks.example/" },
		{ "SIGNALBOX_URL", "https://a/?b" },
		{ "SIGNALBOX_WORKERS", "0" },
	};

	for (size_t i = 0; i < LENGTH(cases); i++)
		refuses_value(c, cases[i].name, cases[i].value);
}

CTX_TEST(config_takes_right_values)
{
	struct config config;

	given_no_settings();
	IS(load_file(c,
	       "SIGNALBOX_DKRON_URL=http://a:8080,https://[::1]:8081/base\n"
	       "SIGNALBOX_DKRON_AUTH=me:secret\nSIGNALBOX_SMTP_URL=smtps://u:p@mail\n"
	       "SIGNALBOX_MAIL_FROM=signalbox@example.org\nSIGNALBOX_WEBHOOK_ALLOW=10.0.0.0/8, "
	       "hooks.intern, fd00::/8\nSIGNALBOX_SECRET_KEY=0123456789012345678901234567890123\n"
	       "SIGNALBOX_SENTRY_URL=https://o1.ingest.example/api/2/cron/<monitor_slug>/key/\n"
	       "SIGNALBOX_HOOK_URL=http://127.0.0.1:8480/hook/dkron\nSIGNALBOX_URL=https://a\n",
	       &config),
	    OK);
	SAME(config.dkron_url, "http://a:8080,https://[::1]:8081/base");
}

CTX_TEST(config_reads_secrets_from_files)
{
	struct config config;
	const char *path = file_with(c, "sesame\n"), *two = file_with(c, "a\nb\n");

	given_no_settings();
	setenv("SIGNALBOX_HOOK_TOKEN_FILE", path, 1);
	IS(config_load(c, NULL, &config), OK);
	SAME(config.hook_token, "sesame");
	setenv("SIGNALBOX_HOOK_TOKEN", "x", 1);
	IS(config_load(c, NULL, &config), ERR_INVALID);
	SAME(c->fault.field, "SIGNALBOX_HOOK_TOKEN");
	unsetenv("SIGNALBOX_HOOK_TOKEN");
	setenv("SIGNALBOX_HOOK_TOKEN_FILE", two, 1);
	IS(config_load(c, NULL, &config), ERR_INVALID);
	SAME(c->fault.field, "SIGNALBOX_HOOK_TOKEN_FILE");
	setenv("SIGNALBOX_HOOK_TOKEN_FILE", "/no/such", 1);
	IS(config_load(c, NULL, &config), ERR_INVALID);
	given_no_settings();
	IS(load_file(c, arena_printf(c->arena, "SIGNALBOX_HOOK_TOKEN_FILE=%s\n", path), &config),
	    OK);
	SAME(config.hook_token, "sesame");
	unlink(path);
	unlink(two);
}

static const char *printed(struct ctx *c, const struct config *config)
{
	char *text = arena_alloc(c->arena, 20000, 1);
	FILE *f = fmemopen(text, 19999, "w");

	if (config != NULL)
		config_print(f, config);
	else
		config_print_markdown(f);
	fclose(f);
	return text;
}

CTX_TEST(config_is_printed_without_secrets)
{
	struct config config;

	given_no_settings();
	IS(load_file(c, "SIGNALBOX_HOOK_TOKEN=sesame\nSIGNALBOX_LABEL=mine\n", &config), OK);
	const char *text = printed(c, &config);
	HAS(text, "SIGNALBOX_LABEL=mine  # ");
	HAS(text, "SIGNALBOX_HOOK_TOKEN=********");
	HAS(text, "SIGNALBOX_READY_TOKEN=  #");
	LACKS(text, "sesame");
	HAS(printed(c, NULL), "| `SIGNALBOX_WORKERS` | `2` | processes of each pool |");
	HAS(printed(c, NULL), "| `SIGNALBOX_HOOK_TOKEN` |  | ");
}

CTX_TEST(a_mail_server_needs_a_sender)
{
	struct config config;

	given_no_settings();
	IS(load_file(c, "SIGNALBOX_SMTP_URL=smtp://mail.example\n", &config), ERR_INVALID);
	SAME(c->fault.field, "SIGNALBOX_MAIL_FROM");
	HAS(c->fault.detail, "is needed with SIGNALBOX_SMTP_URL");
}

/* Whoever comes from django-dkron finds each of its settings in the README, beside one that we
 * have. */
CTX_TEST(every_setting_of_django_dkron_has_its_counterpart)
{
	static const char *const theirs[] = { "URL", "PATH", "BIN_DIR", "VERSION",
		"DOWNLOAD_URL_TEMPLATE", "SERVER", "TAGS", "JOB_LABEL", "JOIN", "WORKDIR",
		"ENCRYPT", "API_AUTH", "TOKEN", "PRE_WEBHOOK_URL", "WEBHOOK_URL", "NAMESPACE",
		"NODE_NAME", "SENTRY_CRON_URL" };
	static char readme[256 * 1024];
	FILE *f = fopen("README.md", "r");

	YES(f != NULL);
	readme[f != NULL ? fread(readme, 1, sizeof(readme) - 1, f) : 0] = '\0';
	if (f != NULL)
		fclose(f);
	for (size_t i = 0; i < LENGTH(theirs); i++) {
		const char *row = strstr(
		    readme, arena_printf(c->arena, "| `DKRON_%s` | `SIGNALBOX_", theirs[i]));
		if (row == NULL) {
			FAIL("DKRON_%s is not in the README", theirs[i]);
			continue;
		}
		const char *ours = strstr(row, "`SIGNALBOX_") + strlen("`SIGNALBOX_");
		size_t len = strcspn(ours, "`"), found = 0;
		for (size_t k = 0; k < nsettings; k++)
			found += strlen(settings[k].name) == len &&
				 strncmp(settings[k].name, ours, len) == 0;
		if (found != 1)
			FAIL("%s: there is no SIGNALBOX_%.*s", theirs[i], (int)len, ours);
	}
}

CTX_TEST(each_value_knows_where_it_came_from)
{
	struct config config;
	struct config_row row;

	given_no_settings();
	setenv("SIGNALBOX_LABEL", "environment", 1);
	IS(load_file(c, "SIGNALBOX_NAMESPACE=file-\nSIGNALBOX_LABEL=file\n", &config), OK);
	given_no_settings();
	IS(config.from[CONFIG_OF_namespace], CONFIG_FILE);
	IS(config.from[CONFIG_OF_label], CONFIG_ENVIRONMENT);
	IS(config.from[CONFIG_OF_url], CONFIG_DEFAULT);
	YES(config_row(&config, CONFIG_OF_label, &row));
	SAME(row.name, "LABEL");
	SAME(row.value, "environment");
	YES(!config_row(&config, CONFIG_COUNT, &row));
}

CTX_TEST(config_takes_a_key_of_several_lines_from_a_file)
{
	char path[] = "/tmp/signalbox-key-XXXXXX";
	static const char pem[] = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
	struct config config;
	int fd = mkstemp(path);

	YES(fd >= 0 && write(fd, pem, strlen(pem)) == (ssize_t)strlen(pem));
	close(fd);
	given_no_settings();
	setenv("SIGNALBOX_JWT_KEY_FILE", path, 1);
	IS(config_load(c, NULL, &config), OK);
	SAME(config.jwt_key, "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----");
	unlink(path);
	unsetenv("SIGNALBOX_JWT_KEY_FILE");
	given_no_settings();
}

CTX_TEST(config_wants_what_belongs_to_an_issuer)
{
	static const char shared[] = "0123456789abcdef0123456789abcdef";
	static const struct {
		const char *audience, *algorithm, *key, *name; /* NULL: right */
	} cases[] = {
		{ "", "RS256", "-----BEGIN PUBLIC KEY-----", "SIGNALBOX_JWT_AUDIENCE" },
		{ "us", "RS256", "", "SIGNALBOX_JWT_KEY" },
		{ "us", "RS256", shared, "SIGNALBOX_JWT_KEY" },
		{ "us", "ES256", "-----BEGIN PRIVATE KEY-----", "SIGNALBOX_JWT_KEY" },
		{ "us", "HS256", "-----BEGIN PUBLIC KEY-----", "SIGNALBOX_JWT_KEY" },
		{ "us", "HS256", "too short", "SIGNALBOX_JWT_KEY" },
		{ "us", "HS512", shared, "SIGNALBOX_JWT_KEY" },
		{ "us", "none", shared, "SIGNALBOX_JWT_ALGORITHM" },
		{ "us", "HS256", shared, NULL },
		{ "us", "RS256", "-----BEGIN PUBLIC KEY-----", NULL },
	};
	static const char *const names[] = { "SIGNALBOX_JWT_ISSUER", "SIGNALBOX_JWT_AUDIENCE",
		"SIGNALBOX_JWT_ALGORITHM", "SIGNALBOX_JWT_KEY" };
	struct config config;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		given_no_settings();
		setenv(names[0], "https://id.example", 1);
		setenv(names[1], cases[i].audience, 1);
		setenv(names[2], cases[i].algorithm, 1);
		setenv(names[3], cases[i].key, 1);
		enum err e = config_load(c, NULL, &config);
		IS(e, cases[i].name == NULL ? OK : ERR_INVALID);
		if (cases[i].name != NULL)
			SAME(c->fault.field, cases[i].name);
	}
	for (size_t i = 0; i < LENGTH(names); i++)
		unsetenv(names[i]);
	given_no_settings();
}
