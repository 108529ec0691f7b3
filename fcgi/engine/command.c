#include "engine/command.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "engine/argv.h"
#include "engine/base64.h"
#include "engine/gotext.h"
#include "engine/job_rules.h"
#include "schedule/literal.h"

extern char **environ;

static const char *setting(const struct json *config, const char *name)
{
	return json_text(json_get(config, name));
}

static bool same_name(const char *x, const char *y)
{
	size_t n = strcspn(x, "=");

	return strncmp(x, y, n) == 0 && y[n] == '=' && x[n] == '=';
}

struct environment {
	char **all;
	size_t count;
};

/* The last one of a name counts. */
static void put_env(struct environment *env, char *pair)
{
	for (size_t i = 0; i < env->count; i++)
		if (same_name(pair, env->all[i])) {
			env->all[i] = pair;
			return;
		}
	env->all[env->count++] = pair;
}

/* "A=1,B=2": split at every comma, without any quoting. */
static char **make_env(struct ctx *c, const char *job, const char *execution, const char *list)
{
	struct environment env = { NULL, 0 };
	size_t most = 4, n;

	for (char **e = environ; *e != NULL; e++)
		most++;
	for (const char *p = list; *p != '\0'; p++)
		most += *p == ',';
	env.all = arena_alloc(c->arena, most, sizeof(char *));
	for (char **e = environ; *e != NULL; e++)
		if (!text_starts(*e, "SIGNALBOX_"))
			env.all[env.count++] = *e;
	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (n > 0)
			put_env(&env, arena_strndup(c->arena, list, n));
		if (list[n] == '\0')
			break;
	}
	put_env(&env, arena_printf(c->arena, "ENV_JOB_NAME=%s", job));
	put_env(&env, arena_printf(c->arena, "ENV_EXECUTION_ID=%s", execution));
	return env.all;
}

/* A program named without a slash is looked for along our own PATH, not along the job's. */
static enum err find_program(struct ctx *c, const char *name, const char **path)
{
	const char *folders = getenv("PATH");
	size_t n;

	*path = name;
	if (strchr(name, '/') != NULL)
		return OK;
	for (const char *f = folders != NULL ? folders : ""; *f != '\0'; f += n + (f[n] == ':')) {
		n = strcspn(f, ":");
		*path = arena_printf(c->arena, "%.*s/%s", (int)n, f, name);
		if (n > 0 && access(*path, X_OK) == 0)
			return OK;
	}
	return fail(c, ERR_INVALID, "command", "exec: %s: executable file not found in $PATH",
	    gotext_quote(c->arena, name));
}

static enum err program(struct ctx *c, struct command *m)
{
	bool by_shell;

	if (!gotext_bool(setting(m->config, "shell"), &by_shell))
		by_shell = false;
	if (!by_shell) {
		TRY(argv_split(c, m->text, &m->argv));
		return find_program(c, m->argv[0], &m->path);
	}
	m->argv = arena_alloc(c->arena, 4, sizeof(char *));
	m->argv[0] = arena_strdup(c->arena, "/bin/sh");
	m->argv[1] = arena_strdup(c->arena, "-c");
	m->argv[2] = arena_strdup(c->arena, m->text);
	m->path = m->argv[0];
	return OK;
}

/* "user" or "user:group". */
static enum err user(struct ctx *c, struct command *m)
{
	const char *su = setting(m->config, "su"), *colon = strchr(su, ':');

	if (*su == '\0')
		return OK;
	const char *name = arena_strndup(c->arena, su, strcspn(su, ":"));
	const struct passwd *pw = getpwnam(name);
	if (pw == NULL)
		return fail(c, ERR_INVALID, "su", "user: unknown user %s", name);
	m->as_user = true;
	m->uid = pw->pw_uid;
	m->gid = pw->pw_gid;
	if (colon == NULL)
		return OK;
	name = arena_strndup(c->arena, colon + 1, strcspn(colon + 1, ":"));
	const struct group *gr = getgrnam(name);
	if (gr == NULL)
		return fail(c, ERR_INVALID, "su", "group: unknown group %s", name);
	m->gid = gr->gr_gid;
	return OK;
}

/* In the order in which Dkron finds fault. */
static enum err shell(struct ctx *c, struct command *m)
{
	const char *timeout = setting(m->config, "timeout");

	m->text = setting(m->config, "command");
	m->folder = setting(m->config, "cwd");
	TRY(program(c, m));
	TRY(user(c, m));
	TRY(gobase64_decode(c, setting(m->config, "payload"), &m->input, &m->input_len));
	if (*timeout != '\0' && !literal_duration(timeout, &m->timeout_ns))
		return fail(c, ERR_INVALID, "timeout", "shell: Error parsing job timeout");
	return job_rules_memory(c, setting(m->config, "mem_limit"), &m->memory);
}

void command_make(struct ctx *c, const char *job, const char *execution, const char *executor,
    const struct json *config, struct command *out)
{
	struct fault before = c->fault;

	*out = (struct command){ .config = config, .folder = "" };
	if (*executor == '\0') {
		out->silent = true;
		out->words = "grpc: Error on execution streaming, agent connection was abruptly "
			     "terminated: rpc error: code = Unknown desc = grpc_agent: No executor "
			     "defined, nothing to do";
	} else if (strcmp(executor, "http") == 0) {
		out->kind = COMMAND_FETCH;
	} else if (strcmp(executor, "shell") != 0) {
		out->words = "grpc_agent: Specified executor is not present";
	} else if (shell(c, out) == OK) {
		out->kind = COMMAND_SHELL;
		out->env = make_env(c, job, execution, setting(config, "env"));
	} else {
		out->words = arena_printf(c->arena, "%s\n", c->fault.detail);
		c->fault = before;
	}
}
