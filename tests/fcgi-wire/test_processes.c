/* Parent, workers, signals: nothing that is answered is lost, and nothing stays behind. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text.h"
#include "core/time.h"
#include "db/db.h"
#include "fcgi-wire/wire.h"
#include "lib/check.h"
#include "serve/serve.h"

static const char guarded[] = "/auth/dkron/v1/jobs";

TEST(serve_pauses_longer_after_each_young_death_up_to_a_second)
{
	IS(serve_pause_ms(0), 0);
	IS(serve_pause_ms(1), 0);
	IS(serve_pause_ms(2), 10);
	IS(serve_pause_ms(3), 100);
	IS(serve_pause_ms(4), 1000);
	IS(serve_pause_ms(1000000), 1000);
}

TEST(wire_socket_is_for_owner_and_group)
{
	struct wire *w = wire_start("auth", NULL);
	struct stat st;

	IS(stat(w->socket, &st), 0);
	IS(st.st_mode & 0777, 0660);
	IS(wire_stop(w), 0);
}

TEST(wire_socket_is_removed_at_the_end_and_a_dead_one_is_replaced)
{
	struct wire *w = wire_start("auth", NULL);

	kill(w->pid, SIGKILL);
	waitpid(w->pid, NULL, 0);
	for (int i = 0, fd; i < 6000 && (fd = wire_connect(w)) >= 0; i++) {
		close(fd); /* a worker that has not yet heard of its parent's death */
		wire_pause_ms(10);
	}
	IS(access(w->socket, F_OK), 0);
	wire_start_again(w, "auth");
	IS(wire_ask(w, "GET", guarded).status, 401);
	kill(w->pid, SIGTERM);
	waitid(P_PID, (id_t)w->pid, &(siginfo_t){ .si_pid = 0 }, WEXITED | WNOWAIT);
	IS(access(w->socket, F_OK), -1);
	IS(wire_wait(w), 0);
}

static int run_beside(const char *socket)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		execl(getenv("TEST_SIGNALBOX"), "signalbox", "serve", "auth", "--socket", socket,
		    (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

TEST(wire_socket_in_use_is_left_alone)
{
	struct wire *w = wire_start("auth", NULL);

	IS(run_beside(w->socket), 1);
	IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_stop(w), 0);
}

TEST(wire_takes_the_socket_that_is_standard_input)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct wire *w = wire_start_on(fd, "auth");

	close(fd);
	IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_stop(w), 0);
}

TEST(wire_start_fails_when_templates_are_missing)
{
	setenv("SIGNALBOX_TEMPLATES", "/nonexistent", 1);
	struct wire *w = wire_start("admin", NULL);

	YES(wire_until_log(w, "worker_not_ready", 1));
	IS(wire_wait(w), 1);
	unsetenv("SIGNALBOX_TEMPLATES");
}

static const char *proc(struct wire *w, pid_t pid, const char *file)
{
	char *text = arena_alloc(w->arena, 8192, 1);
	int fd = open(arena_printf(w->arena, "/proc/%d/%s", pid, file), O_RDONLY);

	if (fd < 0 || read(fd, text, 8191) < 0)
		*text = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

TEST(wire_workers_cannot_gain_rights_nor_leave_a_core)
{
	struct wire *w = wire_start("auth", "--workers", "1", NULL);
	pid_t worker;

	IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_workers(w, &worker, 1), 1);
	HAS(proc(w, worker, "status"), "NoNewPrivs:\t1");
	HAS(proc(w, worker, "limits"), "Max core file size        0                    0");
	IS(wire_stop(w), 0);
}

TEST(wire_worker_killed_is_replaced_at_once)
{
	struct wire *w = wire_start("auth", "--workers", "1", NULL);
	pid_t before, after;

	IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_workers(w, &before, 1), 1);
	kill(before, SIGKILL);
	IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_workers(w, &after, 1), 1);
	YES(before != after);
	YES(wire_until_log(w, "signal=9", 1));
	IS(wire_stop(w), 0);
}

TEST(wire_workers_end_with_their_parent)
{
	struct wire *w = wire_start("auth", NULL);
	pid_t workers[4];
	int gone = 0;

	YES(wire_until_log(w, "worker_ready", 2));
	IS(wire_workers(w, workers, 4), 2);
	kill(w->pid, SIGKILL);
	for (int i = 0; i < 6000 && gone < 2; i++) {
		wire_pause_ms(10);
		gone = (kill(workers[0], 0) != 0) + (kill(workers[1], 0) != 0);
	}
	IS(gone, 2);
	IS(wire_wait(w), -SIGKILL);
}

TEST(wire_worker_leaves_after_its_number_of_requests_and_none_is_lost)
{
	struct wire *w = wire_start("auth", "--workers", "1", "--requests", "3", NULL);
	pid_t before, after;

	IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_workers(w, &before, 1), 1);
	for (int i = 0; i < 12; i++)
		IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_workers(w, &after, 1), 1);
	YES(before != after);
	LACKS(wire_log(w), "worker_died");
	IS(wire_stop(w), 0);
}

static int ask_with_cookie(struct wire *w)
{
	int fd = wire_connect(w);

	wire_begin(fd, "GET", guarded);
	wire_param(
	    fd, "HTTP_COOKIE", "__Host-signalbox=0123456789012345678901234567890123456789012");
	wire_body(fd, "", 0);
	return fd;
}

/* The database makes a request wait: it needs a table that is locked. */
struct slow {
	struct wire *wire;
	int fd; /* of the request that waits */
	void (*meanwhile)(struct slow *);
	struct wire_answer answer;
};

static enum err with_lock(struct ctx *c, void *arg)
{
	struct slow *s = arg;

	TRY(db_script(c, "LOCK TABLE session IN ACCESS EXCLUSIVE MODE"));
	s->fd = ask_with_cookie(s->wire);
	s->meanwhile(s);
	return OK;
}

static void while_it_waits(struct slow *s)
{
	struct ctx c = { .arena = s->wire->arena, .req_id = "" };

	c.db = db_open(getenv("TEST_DATABASE"), NULL, DB_NOTHING);
	IS(db_atomically(&c, with_lock, s), OK);
	db_close(c.db);
}

static void stop_it(struct slow *s)
{
	wire_pause_ms(200);
	kill(s->wire->pid, SIGTERM);
	YES(wire_until_workers(s->wire, 1)); /* the idle one has gone */
}

TEST(wire_term_lets_a_request_finish)
{
	struct wire *w = wire_start("auth", NULL);
	struct slow s = { .wire = w, .meanwhile = stop_it };

	YES(wire_until_log(w, "worker_ready", 2));
	while_it_waits(&s);
	s.answer = wire_read(w, s.fd);
	YES(s.answer.complete);
	IS(s.answer.status, 401);
	IS(wire_wait(w), 0);
}

static void lose_patience(struct slow *s)
{
	s->answer = wire_read(s->wire, s->fd);
}

TEST(wire_answer_that_takes_too_long_costs_its_worker)
{
	struct wire *w = wire_start("auth", "--workers", "1", "--answer-s", "1", NULL);
	struct slow s = { .wire = w, .meanwhile = lose_patience };

	YES(wire_until_log(w, "worker_ready", 1));
	while_it_waits(&s);
	YES(!s.answer.complete);
	YES(wire_until_log(w, "signal=14", 1));
	IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_stop(w), 0);
}

/* Asks in a process of its own until `until_us`; its exit code is how many requests failed. */
static pid_t load(struct wire *w, int64_t until_us)
{
	pid_t pid = fork();
	int failed = 0;

	if (pid != 0)
		return pid;
	while (time_monotonic_us() < until_us)
		failed += wire_ask(w, "GET", guarded).status != 401;
	_exit(failed > 100 ? 100 : failed);
}

TEST(wire_hup_under_load_loses_nothing)
{
	struct wire *w = wire_start("auth", NULL);
	pid_t loads[3], before[8], after[8];
	int status;

	YES(wire_until_log(w, "worker_ready", 2));
	IS(wire_workers(w, before, LENGTH(before)), 2);
	int64_t until = time_monotonic_us() + 2 * US_PER_S;
	for (size_t i = 0; i < LENGTH(loads); i++)
		loads[i] = load(w, until);
	while (time_monotonic_us() < until - US_PER_S / 2) {
		wire_pause_ms(300);
		kill(w->pid, SIGHUP);
	}
	for (size_t i = 0; i < LENGTH(loads); i++) {
		waitpid(loads[i], &status, 0);
		IS(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
	}
	YES(wire_until_workers(w, 2));
	IS(wire_workers(w, after, LENGTH(after)), 2);
	YES(after[0] != before[0] && after[0] != before[1]);
	LACKS(wire_log(w), "worker_died");
	IS(wire_stop(w), 0);
}

TEST(wire_hup_keeps_the_old_workers_when_the_new_ones_cannot_start)
{
	char folder[] = "/tmp/signalbox-templates.XXXXXX", link[64],
	     *templates = realpath("templates", NULL);
	pid_t before[8], now[8];

	YES(mkdtemp(folder) != NULL);
	snprintf(link, sizeof(link), "%s/link", folder);
	IS(symlink(templates, link), 0);
	setenv("SIGNALBOX_TEMPLATES", link, 1);
	struct wire *w = wire_start("admin", NULL);
	YES(wire_until_log(w, "worker_ready", 2));
	IS(wire_workers(w, before, LENGTH(before)), 2);
	unlink(link);
	kill(w->pid, SIGHUP);
	YES(wire_until_log(w, "worker_not_ready", 3));
	YES(wire_workers(w, now, LENGTH(now)) >= 2);
	YES(now[0] == before[0] && now[1] == before[1]);
	IS(wire_ask(w, "GET", "/sign-in").status, 200);
	IS(wire_stop(w), 0);
	unsetenv("SIGNALBOX_TEMPLATES");
	rmdir(folder);
	free(templates);
}
