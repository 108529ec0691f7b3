/*
 * agent: a Dkron agent that reports to our hook.
 *
 * Takes Dkron's own flags, and writes them with the webhooks into a file that only we may read:
 * Dkron shows its command line to anybody who asks (/debug/vars), and gives its environment to
 * every job, so the token must stand in neither. Then this process becomes Dkron.
 */

#include "cli/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "core/text.h"

static enum err write_file(struct ctx *c, const char *path, const char *text)
{
	/* A file of that name keeps its mode, so it is made anew; nobody may have put a link in its
	 * place. */
	if (unlink(path) != 0 && errno != ENOENT)
		return fail(c, ERR_INVALID, path, "%s", strerror(errno));
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(c, ERR_INVALID, path, "%s", strerror(errno));
	size_t len = strlen(text);
	bool written = write(fd, text, len) == (ssize_t)len;
	if (close(fd) != 0 || !written)
		return fail(c, ERR_INVALID, path, "could not be written whole");
	return OK;
}

static enum err hooks_configured(struct cli *x)
{
	const char *token = x->config.hook_token;

	if (*x->config.hook_url == '\0')
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_HOOK_URL", "is not set");
	if (*token == '\0')
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_HOOK_TOKEN", "is not set");
	if (strpbrk(token, ":, \t") != NULL)
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_HOOK_TOKEN",
		    "must be without colon, comma and blank: Dkron would cut it there");
	return OK;
}

static bool is_listed(const char *list, const char *name, size_t len)
{
	for (const char *p = list; *p != '\0'; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == len && strncmp(p, name, len) == 0)
			return true;
	return false;
}

/*
 * Every job sees the environment of the agent that runs it, and nobody knows what whoever starts us
 * has in his: only what is harmless by its name stays, and what the configuration names.
 */
static void clean_environment(struct arena *a, const char *also)
{
	static const char harmless[] = "PATH,HOME,USER,LOGNAME,SHELL,LANG,LANGUAGE,TZ,TMPDIR";

	for (size_t i = 0; environ[i] != NULL;) {
		size_t len = strcspn(environ[i], "=");
		const char *name = arena_strndup(a, environ[i], len);
		bool ours = text_starts(name, "SIGNALBOX_") || text_starts(name, "DKRON_");
		if (!ours && (is_listed(harmless, name, len) || text_starts(name, "LC_") ||
				 is_listed(also, name, len)))
			i++;
		else
			unsetenv(name);
	}
}

static enum err work_in(struct cli *x, const char *folder)
{
	if (*folder != '\0' && chdir(folder) != 0)
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_AGENT_WORKDIR", "%s: %s", folder,
		    strerror(errno));
	return OK;
}

enum err verb_agent(struct cli *x)
{
	struct json *settings = NULL;
	const char *dkron;
	bool fetch_only = false;

	TRY(agent_settings(x, &settings, &fetch_only));
	TRY(agent_program(x, &dkron));
	if (fetch_only) {
		printf("%s\n", dkron);
		return OK;
	}
	TRY(hooks_configured(x));
	TRY(work_in(x, x->config.agent_workdir));
	const char *folder = json_text(json_get(settings, "data-dir"));
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return fail(&x->c, ERR_INVALID, folder, "%s", strerror(errno));
	const char *path = arena_printf(x->c.arena, "%s/signalbox.json", folder);
	TRY(write_file(&x->c, path, json_write_pretty(x->c.arena, settings)));
	clean_environment(x->c.arena, x->config.agent_env);
	execlp(dkron, dkron, "agent", "--config", path, (char *)NULL);
	return fail(&x->c, ERR_NOT_FOUND, dkron, "%s", strerror(errno));
}
