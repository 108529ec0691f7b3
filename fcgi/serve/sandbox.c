#include "serve/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/config.h"
#include "core/log.h"

/* What Debian 12's kernel headers do not know yet, by the numbers of the kernel's interface. */
#define FS_REFER    (UINT64_C(1) << 13)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define NET_BIND    (UINT64_C(1) << 0)
#define FS_FIRST    ((UINT64_C(1) << 13) - 1) /* all of version 1 */

#ifndef COUNTS_COVERAGE
#define COUNTS_COVERAGE 0
#endif

struct ruleset {
	uint64_t fs, net;
};

/* Read by libraries when they connect again: resolver, TLS, passwords of libpq, zones. */
static const char *const readable[] = {
	"/etc",
	"/usr",
	"/lib",
	"/lib64",
	"/run/systemd/resolve",
	"/dev/null",
	"/dev/urandom",
#ifdef __SANITIZE_ADDRESS__ /* looks at itself when it has something to say */
	"/proc",
#endif
};
static const char *const readable_at_home[] = { ".pgpass", ".postgresql", ".pg_service.conf" };

static void allow(int ruleset, const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return; /* not there: nothing to allow */
	uint64_t access = LANDLOCK_ACCESS_FS_READ_FILE;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		access |= LANDLOCK_ACCESS_FS_READ_DIR;
	struct landlock_path_beneath_attr rule = { .allowed_access = access, .parent_fd = fd };
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	close(fd);
}

static void allow_home(int ruleset, struct arena *a)
{
	const char *home = getenv("HOME"), *passwords = getenv("PGPASSFILE");

	for (size_t i = 0; home != NULL && i < LENGTH(readable_at_home); i++)
		allow(ruleset, arena_printf(a, "%s/%s", home, readable_at_home[i]));
	if (passwords != NULL)
		allow(ruleset, passwords);
}

static const char *restrict_files(const struct ctx *c, const char *templates)
{
	long version = syscall(
	    SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1)
		return "the kernel has no landlock";
	if (COUNTS_COVERAGE)
		return "coverage is written when a worker ends";
	struct ruleset attr = { .fs = FS_FIRST };
	attr.fs |= (version >= 2 ? FS_REFER : 0) | (version >= 3 ? FS_TRUNCATE : 0);
	attr.net = version >= 4 ? NET_BIND : 0;
	int ruleset = (int)syscall(
	    SYS_landlock_create_ruleset, &attr, version >= 4 ? sizeof(attr) : sizeof(attr.fs), 0);
	if (ruleset < 0)
		return strerror(errno);
	for (size_t i = 0; i < LENGTH(readable); i++)
		allow(ruleset, readable[i]);
	allow_home(ruleset, c->arena);
	allow(ruleset, templates);
	if (c->config != NULL && c->config->dkron_ca[0] != '\0')
		allow(ruleset, c->config->dkron_ca); /* the plan asks Dkron from a pool */
	long rc = syscall(SYS_landlock_restrict_self, ruleset, 0);
	int why = errno;
	close(ruleset);
	return rc == 0 ? NULL : strerror(why);
}

void sandbox_enter(const struct ctx *c, const char *templates)
{
	const char *problem = NULL;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		problem = strerror(errno);
	if (problem == NULL)
		problem = restrict_files(c, templates);
	if (problem != NULL)
		log_event(c, LOG_WARN, "sandbox_missing", LOG_TEXT("reason", problem));
}
