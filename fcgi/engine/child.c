#include "engine/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/fetch.h"
#include "engine/gotext.h"
#include "engine/proc.h"

/* Written by the child, in memory that both share, when it fails before it is the program. */
struct report {
	int error;
};

static enum err no_process(struct ctx *c, const struct command *m)
{
	return fail(c, ERR_UNAVAILABLE, NULL, "fork/exec %s: %s", m->path != NULL ? m->path : "",
	    gotext_errno(c->arena, errno));
}

/* ---- what runs between fork and exec ---- */

/* No group but the one asked for; then the kernel forgets whose death was to be ours. */
static bool become(const struct command *m)
{
	if (!m->as_user)
		return true;
	return setgroups(0, NULL) == 0 && setgid(m->gid) == 0 && setuid(m->uid) == 0;
}

static void calm_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static bool stays_with(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

static _Noreturn void run_program(const struct command *m, struct report *report, pid_t parent)
{
	if (become(m) && stays_with(parent) && (*m->folder == '\0' || chdir(m->folder) == 0)) {
		close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
		execve(m->path, m->argv, m->env);
	}
	report->error = errno;
	_exit(127);
}

static _Noreturn void run_fetch(const struct command *m)
{
	close_range(3, ~0U, 0);
	_exit(fetch_run(m->config, STDOUT_FILENO) ? EXIT_SUCCESS : EXIT_FAILURE);
}

static _Noreturn void become_child(
    const struct command *m, struct report *report, const int fds[2], pid_t parent)
{
	setpgid(0, 0);
	calm_signals();
	if (!stays_with(parent) || dup2(fds[0], STDIN_FILENO) < 0 ||
	    dup2(fds[1], STDOUT_FILENO) < 0 || dup2(fds[1], STDERR_FILENO) < 0)
		_exit(127);
	if (m->kind == COMMAND_FETCH)
		run_fetch(m);
	run_program(m, report, parent);
}

/* ---- the parent's side ---- */

/* A file in memory rather than a pipe: it takes any length, and nobody has to feed it. */
static int input_file(const struct command *m)
{
	int fd = m->input_len == 0 ? open("/dev/null", O_RDONLY | O_CLOEXEC)
				   : memfd_create("payload", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t n;

	while (fd >= 0 && done < m->input_len) {
		n = write(fd, m->input + done, m->input_len - done);
		if (n < 0) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET); /* /dev/null has no positions */
	return fd;
}

static enum err fork_child(
    struct ctx *c, const struct command *m, const int fds[2], struct child *ch)
{
	pid_t parent = getpid();

	ch->pid = fork();
	if (ch->pid == 0)
		become_child(m, ch->report, fds, parent);
	if (ch->pid < 0)
		return no_process(c, m);
	setpgid(ch->pid, ch->pid); /* whoever of us two comes first */
	ch->started = proc_started(ch->pid);
	return OK;
}

enum err child_start(struct ctx *c, const struct command *m, struct child *out)
{
	int pipe_fds[2] = { -1, -1 }, input = input_file(m);
	enum err e = ERR_UNAVAILABLE;

	*out = (struct child){ .out_fd = -1 };
	void *shared = mmap(
	    NULL, sizeof(*out->report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	out->report = shared == MAP_FAILED ? NULL : shared;
	if (input < 0 || out->report == NULL || pipe2(pipe_fds, O_CLOEXEC) != 0)
		e = no_process(c, m);
	else
		e = fork_child(c, m, (int[]){ input, pipe_fds[1] }, out);
	if (input >= 0)
		close(input);
	if (pipe_fds[1] >= 0)
		close(pipe_fds[1]);
	out->out_fd = pipe_fds[0];
	if (e != OK) {
		child_forget(out);
		return e;
	}
	(void)fcntl(out->out_fd, F_SETFL, O_NONBLOCK); /* of a pipe of ours it cannot fail */
	return OK;
}

size_t child_read(struct child *ch, char *to, size_t room)
{
	ssize_t n = read(ch->out_fd, to, room);

	if (n > 0)
		return (size_t)n;
	ch->ended = n == 0 || (errno != EAGAIN && errno != EINTR);
	return 0;
}

void child_signal(const struct child *ch, int number)
{
	/* Once reaped the number is free again as soon as its group is empty: whoever has it then
	 * is not ours. */
	if (ch->pid > 1 && (!ch->reaped || proc_started(ch->pid) == 0))
		(void)kill(-ch->pid, number); /* ended meanwhile: as good */
}

bool child_is_over(const struct child *ch)
{
	return ch->reaped && ch->out_fd < 0;
}

void child_close(struct child *ch)
{
	if (ch->out_fd >= 0)
		close(ch->out_fd);
	ch->out_fd = -1;
}

const char *child_verdict(struct ctx *c, const struct child *ch, const struct command *m)
{
	struct arena *a = c->arena;

	if (ch->report->error != 0)
		return arena_printf(
		    a, "fork/exec %s: %s", m->path, gotext_errno(a, ch->report->error));
	if (WIFSIGNALED(ch->status))
		return arena_printf(a, "signal: %s%s", gotext_signal(a, WTERMSIG(ch->status)),
		    WCOREDUMP(ch->status) ? " (core dumped)" : "");
	if (WEXITSTATUS(ch->status) != 0)
		return arena_printf(a, "exit status %d", WEXITSTATUS(ch->status));
	return NULL;
}

void child_forget(struct child *ch)
{
	child_close(ch);
	if (ch->report != NULL)
		munmap(ch->report, sizeof(*ch->report));
	ch->report = NULL;
}
