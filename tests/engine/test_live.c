/* The harness of LIVE_TEST, and what it must be able to do itself. */

#include "engine/live.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"
#include "core/text.h"
#include "core/time.h"

enum { HEARD_MAX = 8 * 1024 * 1024, BODY_MAX = 1024 * 1024, ARENA_BYTES = 256 * 1024 * 1024 };

/* Written by the collector alone; `len` last. */
struct heard {
	volatile size_t len;
	char text[HEARD_MAX]; /* a line for each webhook */
};

void live_pause_ms(int ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

static _Noreturn void collect(const struct listener *l, struct heard *h)
{
	static char body[BODY_MAX];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		if (!listener_hear(l, -1, body, sizeof(body)))
			continue;
		size_t len = strlen(body);
		if (len + 2 > HEARD_MAX - h->len)
			_exit(1);
		memcpy(h->text + h->len, body, len);
		h->text[h->len + len] = '\n';
		h->len = h->len + len + 1;
	}
}

static int in_line(const char *line, size_t len, const char *text)
{
	return text == NULL || memmem(line, len, text, strlen(text)) != NULL;
}

int hooks_with(const struct live *l, const char *text, const char *also)
{
	const char *p = l->heard->text, *end = p + l->heard->len;
	int n = 0;

	for (const char *next; p < end; p = next + 1) {
		next = memchr(p, '\n', (size_t)(end - p));
		n += in_line(p, (size_t)(next - p), text) && in_line(p, (size_t)(next - p), also);
	}
	return n;
}

const char *hook_of(struct live *l, const char *job, int n)
{
	const char *p = l->heard->text, *end = p + l->heard->len;
	const char *wanted = arena_printf(l->c.arena, "&job=%s&", job);

	for (const char *next; p < end; p = next + 1) {
		next = memchr(p, '\n', (size_t)(end - p));
		if (in_line(p, (size_t)(next - p), wanted) && n-- == 0)
			return arena_strndup(l->c.arena, p, (size_t)(next - p));
	}
	return "";
}

pid_t live_start(struct live *l)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		log_setup(getenv("TEST_LOG") ? LOG_DEBUG : LOG_ERROR, LOG_LOGFMT, "engine");
		_exit(engine_main(&l->config));
	}
	return pid;
}

int live_end(pid_t engine, int signal_number)
{
	int status = 0;

	kill(engine, signal_number);
	waitpid(engine, &status, 0);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

struct resp ask_live(struct live *l, enum method m, const char *path, const char *body)
{
	struct req *r = arena_new(l->c.arena, struct req);
	struct resp w = { .status = 0 };

	l->c.now_us = time_now_us();
	r->ctx = &l->c;
	r->method = m;
	r->content_type = "application/json";
	r->body = body != NULL ? body : "";
	r->body_len = strlen(r->body);
	if (req_target(r, arena_printf(l->c.arena, "/engine%s", path)) == OK)
		dispatch(&engine_site, r, &w);
	return w;
}

struct json *asked(struct live *l, int status, enum method m, const char *path, const char *body)
{
	struct resp w = ask_live(l, m, path, body);
	struct json *v = NULL;

	if (w.status != status)
		FAIL("%s: status %d, not %d: %s", path, w.status, status, w.body ? w.body : "");
	if (w.len > 0 && json_parse_loose(&l->c, w.body, w.len, &v) != OK)
		FAIL("%s: %s", path, l->c.fault.detail);
	return v;
}

static void save(
    struct live *l, const char *path, const char *name, const char *command, const char *more)
{
	struct arena *a = l->c.arena;
	const char *schedule = strstr(more, "\"schedule\"") ? "" : "\"schedule\":\"@manually\",";
	const char *config = strstr(more, "executor_config")
				 ? ""
				 : arena_printf(a,
				       "\"executor_config\":{\"shell\":\"true\",\"command\":%s},",
				       json_write(a, json_string(a, command)));

	(void)asked(l, 201, POST, path,
	    arena_printf(
		a, "{%s%s\"executor\":\"shell\",\"name\":\"%s\"%s}", schedule, config, name, more));
}

void live_job(struct live *l, const char *name, const char *command, const char *more)
{
	save(l, "/v1/jobs", name, command, more);
}

void live_run_job(struct live *l, const char *name, const char *command, const char *more)
{
	save(l, "/v1/jobs?runoncreate", name, command, more);
}

struct json *executions(struct live *l, const char *job)
{
	return asked(
	    l, 200, GET, arena_printf(l->c.arena, "/v1/jobs/%s/executions?_order=ASC", job), NULL);
}

void live_wait_for_clock(struct live *l)
{
	SOON(ask_live(l, GET, "/v1/isleader", NULL).status == 200);
}

/* The server takes a moment to notice that the old one is gone. */
void live_start_again(struct live *l)
{
	(void)live_end(l->engine, SIGKILL);
	SOON(ask_live(l, GET, "/v1/isleader", NULL).status == 404);
	l->engine = live_start(l);
	live_wait_for_clock(l);
}

int lines_in(struct live *l, const char *file)
{
	FILE *f = fopen(arena_printf(l->c.arena, "%s/%s", l->folder, file), "r");
	int n = 0;

	if (f == NULL)
		return 0;
	for (int byte; (byte = getc(f)) != EOF;)
		n += byte == '\n';
	fclose(f);
	return n;
}

static bool command_holds(const char *pid, const char *text)
{
	char path[300], line[4096];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	ssize_t n = read(fd, line, sizeof(line));
	close(fd);
	for (ssize_t i = 0; i < n; i++) /* the words of it end with NUL */
		line[i] = line[i] != '\0' ? line[i] : ' ';
	return n > 0 && memmem(line, (size_t)n, text, strlen(text)) != NULL;
}

int processes_with(const char *text)
{
	DIR *proc = opendir("/proc");
	int n = 0;

	for (struct dirent *e; proc != NULL && (e = readdir(proc)) != NULL;)
		n += e->d_name[0] >= '1' && e->d_name[0] <= '9' && command_holds(e->d_name, text);
	if (proc != NULL)
		closedir(proc);
	return n;
}

/* ---- around each test ---- */

static const char empty[] =
    "DELETE FROM engine.execution; DELETE FROM engine.run;"
    "UPDATE engine.job SET parent_job = NULL; DELETE FROM engine.job;"
    "DELETE FROM engine.instance; DELETE FROM engine.change; DELETE FROM engine.stat";

static bool prepare(struct live *l, struct listener *hook)
{
	const char *address = getenv("TEST_SCRATCH");
	char folder[] = "/tmp/signalbox-engine.XXXXXX";

	if (address == NULL || mkdtemp(folder) == NULL)
		return false;
	*hook = listener_open();
	l->folder = arena_strdup(l->c.arena, folder);
	l->nap = arena_printf(l->c.arena, "sleep 73%07d731", getpid());
	l->config.database_url = address;
	l->config.hook_url = arena_printf(l->c.arena, "http://127.0.0.1:%d/hook", hook->port);
	l->config.hook_token = "token-of-the-test";
	l->config.workers = "4";
	l->c.db = db_open(address, "signalbox_engine", DB_ENGINE);
	void *shared = mmap(
	    NULL, sizeof(*l->heard), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->heard = shared;
	return shared != MAP_FAILED && db_script(&l->c, empty) == OK;
}

static void finish(struct live *l)
{
	if (l->engine > 0) /* not KILL: nobody would be left to end what its jobs have started */
		(void)live_end(l->engine, SIGTERM);
	if (l->collector > 0)
		(void)live_end(l->collector, SIGKILL);
	if (l->heard != NULL)
		munmap(l->heard, sizeof(*l->heard));
	if (l->folder != NULL) {
		const char *all = arena_printf(l->c.arena, "%s/lines", l->folder);
		unlink(all);
		rmdir(l->folder);
	}
	db_close(l->c.db);
	arena_destroy(l->c.arena);
}

void live_run(void (*body)(struct live *l))
{
	struct listener hook = { .fd = -1 };
	struct live l = { .c = { .arena = arena_create(ARENA_BYTES),
			      .req_id = "test",
			      .actor = { .account = "", .address = "" } },
		.config = site_config };

	log_setup(getenv("TEST_LOG") ? LOG_DEBUG : LOG_ERROR, LOG_LOGFMT, "check");
	l.c.config = &l.config;
	if (!prepare(&l, &hook)) {
		FAIL("TEST_SCRATCH is of no use: %s",
		    l.c.fault.detail ? l.c.fault.detail : "not set");
	} else {
		l.collector = fork();
		if (l.collector == 0)
			collect(&hook, l.heard);
		close(hook.fd);
		l.engine = live_start(&l);
		live_wait_for_clock(&l);
		body(&l);
	}
	finish(&l);
}
