/* The agent verb, with a program in Dkron's place that tells what it was given. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/program.h"
#include "core/json.h"
#include "lib/check.h"

static char folder[] = "/tmp/signalbox-agent.XXXXXX";
static char path[4096], bin[256], config[128], data[128];

static const char *const *settings(const char *token)
{
	static char token_line[128];
	static const char *lines[] = { path, bin, token_line,
		"SIGNALBOX_HOOK_URL=http://127.0.0.1:8480/hook/dkron",
		"SIGNALBOX_DATABASE_URL=postgresql:///x?password=of-the-database", NULL };

	snprintf(token_line, sizeof(token_line), "SIGNALBOX_HOOK_TOKEN=%s", token);
	return lines;
}

static void set_up(void)
{
	char name[160];

	snprintf(folder, sizeof(folder), "/tmp/signalbox-agent.XXXXXX");
	YES(mkdtemp(folder) != NULL);
	snprintf(name, sizeof(name), "%s/dkron", folder);
	snprintf(path, sizeof(path), "PATH=%s", getenv("PATH"));
	snprintf(bin, sizeof(bin), "SIGNALBOX_DKRON_BIN=%s", name);
	snprintf(data, sizeof(data), "%s/data", folder);
	snprintf(config, sizeof(config), "%s/data/signalbox.json", folder);
	FILE *f = fopen(name, "w");
	YES(f != NULL);
	fputs("#!/bin/sh\necho \"$@\"\nenv\ncat \"$3\"\n", f);
	fclose(f);
	chmod(name, 0700);
}

static void tear_down(void)
{
	char name[160];

	snprintf(name, sizeof(name), "%s/dkron", folder);
	unlink(name);
	unlink(config);
	rmdir(data);
	rmdir(folder);
}

TEST(agent_keeps_secrets_out_of_the_command_line_and_the_environment)
{
	set_up();
	const struct program *p = program(settings("hook-token-1"), "", "agent", "-s", "--data-dir",
	    data, "-e", "gossip-key", NULL);
	const char *file = strchr(p->out, '{'), *token = strstr(p->out, "hook-token-1");
	struct stat st;

	IS(p->status, 0);
	char expected[256];
	snprintf(expected, sizeof(expected), "agent --config %s\n", config);
	YES(strncmp(p->out, expected, strlen(expected)) == 0);
	LACKS(p->out, "SIGNALBOX_");
	LACKS(p->out, "of-the-database");
	YES(token > file);
	YES(strstr(p->out, "gossip-key") > file);
	IS(stat(config, &st), 0);
	IS(st.st_mode & 0777, 0600);
	tear_down();
}

TEST(agent_writes_what_dkron_is_to_read)
{
	set_up();
	const struct program *p = program(settings("hook-token-1"), "", "agent", "-s", "-p", "8888",
	    "--advertise-addr", "127.0.0.1", "--data-dir", data, "--tag", "zone=a", "--tag=x=y",
	    "--rpc-port", "6868", "--node-name=n1", NULL);
	const char *text = strchr(p->out, '{');
	struct arena *a = arena_create(1000000);
	struct ctx c = { .arena = a, .req_id = "" };
	struct json *j = NULL;

	IS(p->status, 0);
	IS(text != NULL ? json_parse(&c, text, strlen(text), &j) : ERR_NOT_FOUND, OK);
	YES(json_bool(json_get(j, "server")));
	YES(json_bool(json_get(j, "disable-usage-stats")));
	SAME(json_text(json_get(j, "bootstrap-expect")), "");
	IS(json_int(json_get(j, "bootstrap-expect")), 1);
	SAME(json_text(json_get(j, "advertise-addr")), "127.0.0.1");
	IS(json_int(json_get(j, "rpc-port")), 6868);
	SAME(json_text(json_get(j, "node-name")), "n1");
	IS(json_length(json_get(j, "tag")), 3);
	SAME(json_text(json_at(json_get(j, "tag"), 1)), "x=y");
	SAME(json_text(json_at(json_get(j, "tag"), 2)), "label=signalbox");
	SAME(json_text(json_get(j, "http-addr")), "127.0.0.1:8888");
	SAME(json_text(json_at(json_get(j, "webhook-headers"), 0)),
	    "Authorization:Bearer hook-token-1");
	SAME(json_text(json_at(json_get(j, "pre-webhook-headers"), 0)),
	    "Authorization:Bearer hook-token-1");
	SAME(json_text(json_get(j, "webhook-endpoint")), "http://127.0.0.1:8480/hook/dkron");
	SAME(json_text(json_get(j, "pre-webhook-payload")),
	    "v=1&at=pre&job={{urlquery .JobName}}&id={{.StartTime.UnixNano}}-{{urlquery .NodeName}}"
	    "&end={{.FinishedAt.UnixNano}}&ok={{.Success}}&by={{urlquery .ReportingNode}}"
	    "&tail={{urlquery (slice .Report (len .Output))}}&out={{urlquery .Output}}");
	HAS(json_text(json_get(j, "webhook-payload")), "v=1&at=post&job=");
	arena_destroy(a);
	tear_down();
}

TEST(agent_that_joins_expects_nobody)
{
	set_up();
	const struct program *p = program(settings("t"), "", "agent", "-s", "--data-dir", data,
	    "-j", "10.0.0.1", "-j", "10.0.0.2", NULL);

	LACKS(p->out, "bootstrap-expect");
	HAS(p->out, "10.0.0.2");
	tear_down();
}

TEST(agent_refuses_what_dkron_would_stumble_over)
{
	set_up();
	IS(program(settings("a:b"), "", "agent", "--data-dir", data, NULL)->status, 1);
	HAS(program(settings("a,b"), "", "agent", "--data-dir", data, NULL)->err,
	    "SIGNALBOX_HOOK_TOKEN");
	IS(program(settings(""), "", "agent", "--data-dir", data, NULL)->status, 1);
	IS(program(settings("t"), "", "agent", "--rpc-port", "x", "--data-dir", data, NULL)->status,
	    2);
	IS(program(settings("t"), "", "agent", "--mail-password", "x", NULL)->status, 2);
	tear_down();
}

TEST(agent_does_not_follow_a_link_to_somewhere_else)
{
	set_up();
	char victim[160];
	struct stat st;

	snprintf(victim, sizeof(victim), "%s/victim", folder);
	IS(mkdir(data, 0700), 0);
	IS(symlink(victim, config), 0);
	IS(program(settings("t"), "", "agent", "--data-dir", data, NULL)->status, 0);
	IS(lstat(victim, &st), -1);
	IS(lstat(config, &st), 0);
	YES(S_ISREG(st.st_mode));
	tear_down();
}

TEST(agent_without_dkron_says_so)
{
	set_up();
	char name[160];
	snprintf(name, sizeof(name), "%s/dkron", folder);
	unlink(name);
	const struct program *p = program(settings("t"), "", "agent", "--data-dir", data, NULL);

	IS(p->status, 1);
	HAS(p->err, "dkron: No such file or directory");
	tear_down();
}

/* The settings of the agent, and nothing but them. */
static struct json *told(struct ctx *c, const char *const *more, const char *flag)
{
	const char *lines[24];
	const char *const *base = settings("t");
	struct json *j = NULL;
	size_t n = 0;

	while (*base != NULL)
		lines[n++] = *base++;
	while (*more != NULL)
		lines[n++] = *more++;
	lines[n] = NULL;
	const struct program *p = program(lines, "", "agent", "--data-dir", data, flag, NULL);
	const char *text = strchr(p->out, '{');
	IS(p->status, 0);
	IS(text != NULL ? json_parse(c, text, strlen(text), &j) : ERR_NOT_FOUND, OK);
	return j;
}

TEST(agent_is_made_from_the_configuration)
{
	static const char *const more[] = { "SIGNALBOX_AGENT_SERVER=true",
		"SIGNALBOX_AGENT_TAGS=zone=a,disk=ssd",
		"SIGNALBOX_AGENT_JOIN=10.0.0.1,10.0.0.2:8946", "SIGNALBOX_AGENT_ENCRYPT=gossip",
		"SIGNALBOX_AGENT_ADVERTISE=10.0.0.9", "SIGNALBOX_AGENT_NODE_NAME=n9",
		"SIGNALBOX_AGENT_HTTP=10.0.0.9:8080", "SIGNALBOX_LABEL=billing", NULL };
	struct arena *a = arena_create(1000000);
	struct ctx c = { .arena = a, .req_id = "" };

	set_up();
	struct json *j = told(&c, more, "--join=10.0.0.3");
	YES(json_bool(json_get(j, "server")));
	IS(json_length(json_get(j, "tag")), 3);
	SAME(json_text(json_at(json_get(j, "tag"), 2)), "label=billing");
	IS(json_length(json_get(j, "retry-join")), 3);
	SAME(json_text(json_at(json_get(j, "retry-join"), 2)), "10.0.0.3");
	IS(json_length(json_get(j, "join")), 0);
	SAME(json_text(json_get(j, "encrypt")), "gossip");
	SAME(json_text(json_get(j, "advertise-addr")), "10.0.0.9");
	SAME(json_text(json_get(j, "node-name")), "n9");
	SAME(json_text(json_get(j, "http-addr")), "10.0.0.9:8080");
	YES(json_get(j, "bootstrap-expect") == NULL);
	arena_destroy(a);
	tear_down();
}

TEST(a_first_server_without_an_address_stays_on_loopback)
{
	static const char *const none[] = { NULL };
	struct arena *a = arena_create(1000000);
	struct ctx c = { .arena = a, .req_id = "" };

	set_up();
	struct json *j = told(&c, none, "--server");
	SAME(json_text(json_get(j, "bind-addr")), "127.0.0.1:8946");
	SAME(json_text(json_get(j, "advertise-addr")), "127.0.0.1:8946");
	SAME(json_text(json_get(j, "http-addr")), "127.0.0.1:8080");
	j = told(&c, none, "--bind-addr=127.0.0.2:1234");
	SAME(json_text(json_get(j, "advertise-addr")), "127.0.0.2:1234");
	/* Dkron would advertise port 8946, where perhaps another agent listens. */
	static const char *const outside[] = { "SIGNALBOX_AGENT_ADVERTISE=10.0.0.9", NULL };
	j = told(&c, outside, "--bind-addr=0.0.0.0:1234");
	SAME(json_text(json_get(j, "advertise-addr")), "10.0.0.9:1234");
	j = told(&c, none, "--node-name=n");
	YES(json_get(j, "bind-addr") == NULL);
	arena_destroy(a);
	tear_down();
}

/* Every job sees what is in the environment of its agent. */
TEST(agent_passes_on_only_what_is_harmless_or_named)
{
	static const char *const more[] = { "PGPASSWORD=pg-secret",
		"AWS_SECRET_ACCESS_KEY=aws-secret", "DKRON_ENCRYPT=dkron-secret",
		"http_proxy=http://u:proxy-secret@x", "LC_ALL=C.UTF-8", "TZ=Europe/Madrid",
		"GREETING=hello", "OTHER=word", "SIGNALBOX_AGENT_ENV=GREETING,DKRON_ENCRYPT",
		NULL };
	const char *lines[24];
	const char *const *base = settings("t");
	size_t n = 0;

	set_up();
	while (*base != NULL)
		lines[n++] = *base++;
	for (size_t i = 0; more[i] != NULL; i++)
		lines[n++] = more[i];
	lines[n] = NULL;
	const struct program *p = program(lines, "", "agent", "--data-dir", data, NULL);
	IS(p->status, 0);
	LACKS(p->out, "-secret");
	LACKS(p->out, "OTHER=");
	HAS(p->out, "GREETING=hello");
	HAS(p->out, "TZ=Europe/Madrid");
	HAS(p->out, "LC_ALL=C.UTF-8");
	tear_down();
}

TEST(agent_works_in_its_folder)
{
	static char line[160];
	const char *lines[] = { path, bin, "SIGNALBOX_HOOK_URL=http://127.0.0.1:8480/hook/dkron",
		"SIGNALBOX_HOOK_TOKEN=t", line, NULL };
	char inside[200];
	struct stat st;

	set_up();
	snprintf(line, sizeof(line), "SIGNALBOX_AGENT_WORKDIR=%s", folder);
	IS(program(lines, "", "agent", "--data-dir", "data", NULL)->status, 0);
	snprintf(inside, sizeof(inside), "%s/data/signalbox.json", folder);
	IS(stat(inside, &st), 0);
	snprintf(line, sizeof(line), "SIGNALBOX_AGENT_WORKDIR=%s/none", folder);
	HAS(program(lines, "", "agent", "--data-dir", "data", NULL)->err,
	    "SIGNALBOX_AGENT_WORKDIR");
	tear_down();
}

/* What can be refused before anything is fetched; the rest is in tests/site/agent.test.mjs. */
TEST(agent_fetches_nothing_without_a_checksum)
{
	static char dir[160];
	const char *lines[] = { path, dir, "SIGNALBOX_DKRON_VERSION=4.1.2", NULL, NULL, NULL };

	set_up();
	snprintf(dir, sizeof(dir), "SIGNALBOX_DKRON_BIN_DIR=%s/bin", folder);
	const struct program *p = program(lines, "", "agent", "--fetch", NULL);
	IS(p->status, 1);
	HAS(p->err, "SIGNALBOX_DKRON_SHA256: is not set");
	lines[3] = "SIGNALBOX_DKRON_SHA256=abc";
	HAS(program(lines, "", "agent", "--fetch", NULL)->err, "64 of 0-9 a-f");
	lines[3] = "SIGNALBOX_DKRON_DOWNLOAD_URL=http://127.0.0.1:1/x";
	HAS(program(lines, "", "agent", "--fetch", NULL)->err, "must begin with https://");
	lines[2] = "SIGNALBOX_DKRON_VERSION=../x";
	lines[3] = NULL;
	HAS(program(lines, "", "agent", "--fetch", NULL)->err, "must be a version");
	lines[2] = "SIGNALBOX_LABEL=x";
	HAS(program(lines, "", "agent", "--fetch", NULL)->err,
	    "SIGNALBOX_DKRON_VERSION: is not set");
	tear_down();
}
