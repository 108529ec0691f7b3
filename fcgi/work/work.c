#include "work/work.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "core/time.h"
#include "work/worker.h"

enum { YOUNG_US = 5000000, LEAVE_MS = 1500 };

static const struct {
	const char *name;
	void (*run)(struct worker *w);
} loops[] = {
	{ "reconcile", reconcile_loop },
	{ "dispatch", dispatch_loop },
	{ "harvest", harvest_loop },
	{ "settle", settle_loop },
	{ "tally", tally_loop },
	{ "bulk", bulk_loop },
	{ "notify", notify_loop },
	{ "missed", missed_loop },
	{ "tasks", tasks_loop },
};

struct child {
	pid_t pid; /* 0: not there */
	int64_t born_us, not_before_us;
	int young_deaths; /* in a row */
};

struct family {
	const struct config *config;
	struct child children[LENGTH(loops)];
};

/* A loop keeps the default action of TERM: all that it has done is committed, the rest it would do
 * again. */
static _Noreturn void child_run(const struct config *config, size_t i)
{
	static struct worker w;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	worker_init(&w, config, loops[i].name);
	log_event(&w.c, LOG_INFO, "loop_ready", LOG_TEXT("loop", loops[i].name));
	loops[i].run(&w);
	abort();
}

static void give_birth(struct family *f, size_t i)
{
	struct child *child = &f->children[i];
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(EXIT_SUCCESS);
		child_run(f->config, i);
	}
	child->born_us = time_monotonic_us();
	if (pid < 0) {
		log_event(NULL, LOG_ERROR, "fork_failed", LOG_TEXT("reason", strerror(errno)));
		child->not_before_us = child->born_us + US_PER_S;
		return;
	}
	child->pid = pid;
}

static int64_t pause_us(int young_deaths)
{
	static const int64_t pauses[] = { 0, 100000, 1000000, 5000000 };
	int last = (int)LENGTH(pauses) - 1;

	return pauses[young_deaths < last ? young_deaths : last];
}

static void bury(struct family *f, pid_t pid, int status, bool leaving)
{
	for (size_t i = 0; i < LENGTH(loops); i++) {
		struct child *child = &f->children[i];
		int64_t now_us = time_monotonic_us();
		if (child->pid != pid)
			continue;
		child->pid = 0;
		if (leaving)
			return;
		child->young_deaths = now_us - child->born_us < YOUNG_US ? child->young_deaths + 1
									 : 0;
		child->not_before_us = now_us + pause_us(child->young_deaths);
		log_event(NULL, LOG_ERROR, "loop_died", LOG_TEXT("loop", loops[i].name),
		    LOG_INT("pid", pid),
		    LOG_INT("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
		    LOG_INT("exit", WIFEXITED(status) ? WEXITSTATUS(status) : 0));
	}
}

static void reap(struct family *f, bool leaving)
{
	int status;

	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		bury(f, pid, status, leaving);
}

static void signal_all(const struct family *f, int sig)
{
	for (size_t i = 0; i < LENGTH(loops); i++)
		if (f->children[i].pid != 0)
			kill(f->children[i].pid, sig);
}

static bool alone(const struct family *f)
{
	for (size_t i = 0; i < LENGTH(loops); i++)
		if (f->children[i].pid != 0)
			return false;
	return true;
}

/* The signal that came, or 0 after `ms`. */
static int signal_wait(const sigset_t *set, int64_t ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	int sig = sigtimedwait(set, NULL, &t);

	return sig > 0 ? sig : 0;
}

static void leave(struct family *f, const sigset_t *set)
{
	int64_t kill_at_us = time_monotonic_us() + (int64_t)LEAVE_MS * 1000;

	signal_all(f, SIGTERM);
	for (reap(f, true); !alone(f); reap(f, true)) {
		if (time_monotonic_us() > kill_at_us)
			signal_all(f, SIGKILL);
		(void)signal_wait(set, 50);
	}
}

static void fill_up(struct family *f)
{
	for (size_t i = 0; i < LENGTH(loops); i++)
		if (f->children[i].pid == 0 && time_monotonic_us() >= f->children[i].not_before_us)
			give_birth(f, i);
}

int work_main(const struct config *config)
{
	struct family f = { .config = config };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGHUP); /* a reload: there is nothing that a loop keeps */
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (;;) {
		fill_up(&f);
		int sig = signal_wait(&set, 100);
		reap(&f, false);
		if (sig == SIGTERM || sig == SIGINT)
			break;
	}
	log_event(NULL, LOG_INFO, "work_leaves", LOG_INT("loops", LENGTH(loops)));
	leave(&f, &set);
	return EXIT_SUCCESS;
}
