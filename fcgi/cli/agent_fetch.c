/*
 * Fetching Dkron: a release archive, over https, taken only when it is the very bytes that the
 * configuration names by their SHA-256. It is unpacked beside its place and then moved there, so
 * that what is there is whole.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/agent.h"
#include "core/crypt.h"
#include "core/text.h"
#include "remote/http.h"

enum { ARCHIVE_MAX = 512 * 1024 * 1024, TIMEOUT_MS = 600000, REDIRECTS = 5 };

/* As Dkron's releases name machines. */
static const char *machine(void)
{
	static struct utsname u;

	if (uname(&u) != 0)
		return "amd64";
	return strcmp(u.machine, "x86_64") == 0    ? "amd64"
	       : strcmp(u.machine, "aarch64") == 0 ? "arm64"
						   : u.machine;
}

static const char *replaced(struct arena *a, const char *text, const char *word, const char *value)
{
	const char *at;

	while ((at = strstr(text, word)) != NULL)
		text = arena_printf(
		    a, "%.*s%s%s", (int)(at - text), text, value, at + strlen(word));
	return text;
}

static const char *address_of(struct cli *x)
{
	struct arena *a = x->c.arena;
	const char *url = replaced(
	    a, x->config.dkron_download_url, "{version}", x->config.dkron_version);

	url = replaced(a, url, "{system}", "linux");
	return replaced(a, url, "{machine}", machine());
}

static enum err download(struct cli *x, struct arena *a, struct remote_answer *answer)
{
	const char *url = address_of(x), *wanted = x->config.dkron_sha256;

	if (*wanted == '\0')
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_DKRON_SHA256",
		    "is not set: nothing is fetched that could be anything");
	remote_fetch(a,
	    &(struct remote_ask){ .method = "GET",
		.url = url,
		.timeout_ms = TIMEOUT_MS,
		.max = (size_t)ARCHIVE_MAX,
		.redirects = REDIRECTS,
		.https_only = true,
		.ca_file = *x->config.dkron_download_ca != '\0' ? x->config.dkron_download_ca
								: NULL },
	    answer);
	if (answer->end != REMOTE_ANSWERED || answer->status != 200)
		return fail(&x->c, ERR_UNAVAILABLE, url, "%s",
		    answer->end != REMOTE_ANSWERED
			? answer->why
			: arena_printf(x->c.arena, "answered %d", answer->status));
	const char *is = crypt_sha256(x->c.arena, answer->body, answer->len);
	if (strcmp(is, wanted) != 0)
		return fail(&x->c, ERR_INVALID, url,
		    "has the SHA-256 %s, not that of SIGNALBOX_DKRON_SHA256; it was thrown away",
		    is);
	return OK;
}

static enum err broken(struct cli *x, const char *what)
{
	return fail(&x->c, ERR_INVALID, what, "%s", strerror(errno));
}

/* tar reads the archive from a pipe: it never lies anywhere. */
static enum err unpack(struct cli *x, const struct remote_answer *archive, const char *folder)
{
	int fds[2], status;
	size_t done = 0;

	signal(SIGPIPE, SIG_IGN); /* a tar that gives up */
	if (pipe2(fds, O_CLOEXEC) != 0)
		return broken(x, "pipe");
	pid_t pid = fork();
	if (pid < 0)
		return broken(x, "fork");
	if (pid == 0) {
		dup2(fds[0], STDIN_FILENO);
		execlp("tar", "tar", "-xzf", "-", "--no-same-owner", "-C", folder, (char *)NULL);
		_exit(127);
	}
	close(fds[0]);
	while (done < archive->len) {
		ssize_t n = write(fds[1], archive->body + done, archive->len - done);
		if (n <= 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	close(fds[1]);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return fail(&x->c, ERR_INVALID, folder, "tar could not unpack the archive there");
	return OK;
}

static enum err install(struct cli *x, const struct remote_answer *archive, const char *folder)
{
	const char *program, *fresh = arena_printf(x->c.arena, "%s.XXXXXX", folder);

	if (mkdir(x->config.dkron_bin_dir, 0755) != 0 && errno != EEXIST)
		return broken(x, x->config.dkron_bin_dir);
	if (mkdtemp((char *)fresh) == NULL)
		return broken(x, fresh);
	TRY(unpack(x, archive, fresh));
	program = arena_printf(x->c.arena, "%s/dkron", fresh);
	if (access(program, X_OK) != 0)
		return fail(&x->c, ERR_INVALID, program, "the archive holds no program dkron");
	if (chmod(fresh, 0755) != 0 || rename(fresh, folder) != 0)
		return broken(x, folder);
	return OK;
}

enum err agent_fetch(struct cli *x, const char *folder)
{
	struct arena *a = arena_create((size_t)ARCHIVE_MAX + 1024 * 1024);
	struct remote_answer archive;
	enum err e = download(x, a, &archive);

	if (e == OK)
		e = install(x, &archive, folder);
	arena_destroy(a);
	return e;
}

enum err agent_program(struct cli *x, const char **out)
{
	const struct config *config = &x->config;

	*out = *config->dkron_bin != '\0' ? config->dkron_bin : "dkron";
	if (*config->dkron_bin != '\0' || *config->dkron_bin_dir == '\0')
		return OK;
	if (*config->dkron_version == '\0')
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_DKRON_VERSION",
		    "is not set: SIGNALBOX_DKRON_BIN_DIR holds a folder for each");
	const char *folder = arena_printf(
	    x->c.arena, "%s/%s", config->dkron_bin_dir, config->dkron_version);
	*out = arena_printf(x->c.arena, "%s/dkron", folder);
	return access(*out, X_OK) == 0 ? OK : agent_fetch(x, folder);
}
