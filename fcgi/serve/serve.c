#include "serve/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/config.h"
#include "core/log.h"
#include "core/time.h"
#include "serve/socket.h"
#include "serve/worker.h"

enum { WORKERS_MAX = 64, YOUNG_US = 1000000, GRACE_S = 5, ARENA_BYTES = 64 * 1024 };

struct child {
	pid_t pid; /* 0: free */
	int64_t born_us;
	int64_t generation;
	bool ready;
};

struct family {
	struct worker worker;
	struct child children[2 * WORKERS_MAX]; /* twice: two generations for a moment */
	int64_t generation;
	int young_deaths;      /* in a row */
	int64_t not_before_us; /* the next birth */
	bool ever_ready, leaving, failed;
	int64_t kill_at_us; /* once leaving: who is still there then is killed */
};

int serve_pause_ms(int young_deaths)
{
	static const int pauses[] = { 0, 0, 10, 100, 1000 };
	int last = (int)LENGTH(pauses) - 1;

	return pauses[young_deaths < last ? young_deaths : last];
}

static struct child *child_of(struct family *f, pid_t pid)
{
	for (size_t i = 0; i < LENGTH(f->children); i++)
		if (f->children[i].pid == pid)
			return &f->children[i];
	return NULL;
}

static int64_t count(const struct family *f, bool only_ready)
{
	int64_t n = 0;

	for (size_t i = 0; i < LENGTH(f->children); i++)
		n += f->children[i].pid != 0 && f->children[i].generation == f->generation &&
		     (f->children[i].ready || !only_ready);
	return n;
}

static bool alone(const struct family *f)
{
	for (size_t i = 0; i < LENGTH(f->children); i++)
		if (f->children[i].pid != 0)
			return false;
	return true;
}

static void signal_older(const struct family *f, int64_t before_generation, int sig)
{
	for (size_t i = 0; i < LENGTH(f->children); i++)
		if (f->children[i].pid != 0 && f->children[i].generation < before_generation)
			kill(f->children[i].pid, sig);
}

static void give_birth(struct family *f)
{
	struct child *slot = child_of(f, 0);
	pid_t parent = getpid(), pid;

	if (slot == NULL)
		return; /* a generation that does not end yet; tried again at the next signal */
	pid = fork();
	if (pid == 0) {
		/* A worker without its parent would hold the socket and never be replaced. */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(EXIT_SUCCESS);
		worker_run(&f->worker);
	}
	if (pid < 0) {
		log_event(NULL, LOG_ERROR, "fork_failed", LOG_TEXT("reason", strerror(errno)));
		f->not_before_us = time_monotonic_us() + US_PER_S;
		return;
	}
	*slot = (struct child){
		.pid = pid, .born_us = time_monotonic_us(), .generation = f->generation
	};
}

static void fill_up(struct family *f)
{
	while (!f->leaving && count(f, false) < f->worker.options->workers &&
	       time_monotonic_us() >= f->not_before_us)
		give_birth(f);
}

static void leave(struct family *f, bool failed)
{
	if (!f->leaving)
		f->kill_at_us = time_monotonic_us() +
				(worker_answer_s(&f->worker) + GRACE_S) * US_PER_S;
	f->leaving = true;
	f->failed = f->failed || failed;
	signal_older(f, INT64_MAX, SIGTERM);
}

/* Once all of the new generation take requests, the old ones may go: so a reload loses nothing, and
 * one that fails leaves the old workers in place. */
static void hear(struct family *f, pid_t pid)
{
	struct child *child = pid == 0 ? NULL : child_of(f, pid);

	if (child == NULL)
		return;
	child->ready = true;
	f->ever_ready = true;
	if (count(f, true) == f->worker.options->workers)
		signal_older(f, f->generation, SIGTERM);
}

static void bury(struct family *f, pid_t pid, int status)
{
	struct child *child = child_of(f, pid);
	bool fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (child == NULL)
		return;
	if (!fine)
		log_event(NULL, LOG_WARN, "worker_died", LOG_INT("worker", pid),
		    LOG_INT("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
		    LOG_INT("exit", WIFEXITED(status) ? WEXITSTATUS(status) : 0));
	bool young = !fine && time_monotonic_us() - child->born_us < YOUNG_US;
	f->young_deaths = young ? f->young_deaths + 1 : 0;
	f->not_before_us = time_monotonic_us() + serve_pause_ms(f->young_deaths) * INT64_C(1000);
	*child = (struct child){ .pid = 0 };
	if (!f->ever_ready && WIFEXITED(status) && WEXITSTATUS(status) == WORKER_NOT_READY)
		leave(f, true); /* wrong from the start: say so instead of trying for ever */
}

static void reap(struct family *f)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		bury(f, pid, status);
}

/* Waits for a signal, or until something is due by the clock. */
static int next_signal(const struct family *f, const sigset_t *set, siginfo_t *info)
{
	int64_t now = time_monotonic_us(), due = now + 60 * US_PER_S;

	if (!f->leaving && count(f, false) < f->worker.options->workers)
		due = f->not_before_us;
	if (f->leaving)
		due = f->kill_at_us;
	int64_t wait = due > now ? due - now : 0;
	struct timespec t = { .tv_sec = wait / US_PER_S, .tv_nsec = wait % US_PER_S * 1000 };
	return sigtimedwait(set, info, &t);
}

static void handle(struct family *f, int sig, const siginfo_t *info)
{
	if (sig == SIGCHLD)
		reap(f);
	else if (sig == SIGTERM || sig == SIGINT)
		leave(f, false);
	else if (sig == SIGHUP && !f->leaving) {
		log_event(NULL, LOG_INFO, "reload", LOG_INT("generation", f->generation + 1));
		f->generation++;
	} else if (sig == WORKER_READY)
		hear(f, info->si_pid);
	if (f->leaving && time_monotonic_us() >= f->kill_at_us)
		signal_older(f, INT64_MAX, SIGKILL);
}

static void block_signals(sigset_t *set)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };

	sigemptyset(set);
	for (size_t i = 0; i < LENGTH(signals); i++)
		sigaddset(set, signals[i]);
	sigaddset(set, WORKER_READY);
	sigprocmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int serve(const struct config *config, const struct pool *pool, const struct serve_options *options)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct ctx c = { .arena = a, .config = config, .req_id = "" };
	struct family f = { .worker = { config, pool, options, -1 } };
	sigset_t set;

	if (socket_listen(&c, options->socket, &f.worker.listen_fd) != OK) {
		log_event(&c, LOG_ERROR, "serve_failed", LOG_TEXT("reason", c.fault.detail));
		arena_destroy(a);
		return EXIT_FAILURE;
	}
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 }); /* memory holds secrets */
	block_signals(&set);
	log_event(&c, LOG_INFO, "serving", LOG_INT("workers", options->workers));
	while (fill_up(&f), !f.leaving || !alone(&f)) {
		siginfo_t info = { .si_pid = 0 };
		handle(&f, next_signal(&f, &set, &info), &info);
	}
	if (options->socket != NULL)
		socket_remove(options->socket, f.worker.listen_fd);
	log_event(&c, LOG_INFO, "stopped", LOG_INT("failed", f.failed));
	arena_destroy(a);
	return f.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
