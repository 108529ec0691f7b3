/* The password, asked for on a terminal. */

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/program.h"
#include "lib/check.h"

enum { PATIENCE_MS = 60000 };

struct terminal {
	int fd;
	pid_t pid;
	char seen[4096];
	size_t len;
};

/* `on_interrupt` is what its caller leaves it: these tests may themselves run where it is ignored.
 */
static void start_with(struct terminal *t, const char *name, void (*on_interrupt)(int))
{
	*t = (struct terminal){ .len = 0 };
	t->pid = forkpty(&t->fd, NULL, NULL, NULL);
	if (t->pid != 0)
		return;
	signal(SIGINT, on_interrupt);
	const char *words[] = { "signalbox", "account", "add", name, NULL };
	const char *program = getenv("TEST_SIGNALBOX");
	if (program != NULL)
		execve(program, (char *const *)words, (char *const *)with_database());
	_exit(127);
}

static void start(struct terminal *t, const char *name)
{
	start_with(t, name, SIG_DFL);
}

/* Reads until the terminal shows `text`, or a minute long. */
static bool shows(struct terminal *t, const char *text)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };

	while (strstr(t->seen, text) == NULL) {
		ssize_t n = 0;
		if (t->len < sizeof(t->seen) - 1 && poll(&p, 1, PATIENCE_MS) == 1)
			n = read(t->fd, t->seen + t->len, sizeof(t->seen) - 1 - t->len);
		if (n <= 0)
			return false;
		t->len += (size_t)n;
	}
	return true;
}

static void type(struct terminal *t, const char *text)
{
	YES(write(t->fd, text, strlen(text)) == (ssize_t)strlen(text));
}

static int finish(struct terminal *t)
{
	int status = 0;
	pid_t ended = 0;

	(void)shows(t, "(until it ends)");
	for (int ms = 0; ended == 0 && ms < PATIENCE_MS; ms += 10)
		if ((ended = waitpid(t->pid, &status, WNOHANG)) == 0)
			usleep(10000);
	if (ended == 0) {
		FAIL("the program still waits for somebody to type");
		kill(t->pid, SIGKILL);
		waitpid(t->pid, &status, 0);
	}
	close(t->fd);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static const char *a_name(const char *what)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s-%d", what, getpid());
	return name;
}

TEST(terminal_asks_twice_and_shows_nothing_of_the_password)
{
	struct terminal t;

	start(&t, a_name("typed"));
	YES(shows(&t, "Password: "));
	type(&t, "a quiet password\n");
	YES(shows(&t, "The same again: "));
	type(&t, "a quiet password\n");
	IS(finish(&t), 0);
	LACKS(t.seen, "quiet");
}

TEST(terminal_refuses_two_different_passwords)
{
	struct terminal t;

	start(&t, a_name("unsure"));
	YES(shows(&t, "Password: "));
	type(&t, "a quiet password\n");
	YES(shows(&t, "The same again: "));
	type(&t, "another password\n");
	IS(finish(&t), 1);
	HAS(t.seen, "signalbox: password: the two were not the same");
}

TEST(terminal_is_put_right_when_somebody_thinks_better_of_it)
{
	struct terminal t;

	start(&t, a_name("gone"));
	YES(shows(&t, "Password: "));
	type(&t, "\003"); /* Ctrl-C */
	IS(finish(&t), -SIGINT);
}

TEST(terminal_is_interrupted_only_where_its_caller_lets_it)
{
	struct terminal t;

	start_with(&t, a_name("deaf"), SIG_IGN);
	YES(shows(&t, "Password: "));
	type(&t, "\003");
	type(&t, "a quiet password\n");
	YES(shows(&t, "The same again: "));
	type(&t, "a quiet password\n");
	IS(finish(&t), 0);
}
