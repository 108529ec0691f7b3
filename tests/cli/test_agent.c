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
	const struct program *p = program(settings("hook-token-1"), "", "agent", "-s", "-p",
	    "127.0.0.1", "--data-dir", data, "--tag", "zone=a", "--tag=x=y", "--rpc-port", "6868",
	    "--node-name=n1", NULL);
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
	IS(json_length(json_get(j, "tag")), 2);
	SAME(json_text(json_at(json_get(j, "tag"), 1)), "x=y");
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
