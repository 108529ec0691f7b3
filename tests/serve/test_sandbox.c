#include "serve/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/check.h"

#ifndef COUNTS_COVERAGE
#define COUNTS_COVERAGE 0
#endif

static long landlock_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/* What open() says inside the sandbox, in a process that ends with it: 0 or the error. */
static int opening(const char *path, int flags)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct ctx c = { .arena = arena_create(100000), .req_id = "" };
		sandbox_enter(&c, "templates");
		_exit(open(path, flags, 0600) >= 0 ? 0 : errno);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

TEST(sandbox_lets_templates_and_zones_be_read_and_nothing_be_written)
{
	char path[] = "/tmp/signalbox-sandbox.XXXXXX";

	if (landlock_version() < 1 || COUNTS_COVERAGE)
		SKIP("no landlock here");
	int fd = mkstemp(path);
	IS(opening("templates/page.html", O_RDONLY), 0);
	IS(opening("/usr/share/zoneinfo/Europe/Madrid", O_RDONLY), 0);
	IS(opening("/etc/passwd", O_RDONLY), 0);
	IS(opening(path, O_RDONLY), EACCES);
	IS(opening(path, O_WRONLY), EACCES);
	IS(opening("templates/new.html", O_WRONLY | O_CREAT), EACCES);
	IS(opening("templates/page.html", O_RDWR), EACCES);
	close(fd);
	unlink(path);
}

static int listening(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct ctx c = { .arena = arena_create(100000), .req_id = "" };
		struct sockaddr_in any = { .sin_family = AF_INET };
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		sandbox_enter(&c, "templates");
		_exit(bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0 ? 0 : errno);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

TEST(sandbox_lets_nobody_listen)
{
	if (landlock_version() < 4 || COUNTS_COVERAGE)
		SKIP("no landlock for networks here");
	IS(listening(), EACCES);
}
