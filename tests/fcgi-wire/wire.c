#include "fcgi-wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/text.h"
#include "lib/check.h"

enum {
	ARENA_BYTES = 64 * 1024 * 1024,
	WORDS_MAX = 16,
	ANSWER_MAX = 8 * 1024 * 1024,
	LOG_MAX = 1024 * 1024,
	PATIENCE_MS = 60000
};

static struct wire *running;

void wire_pause_ms(int ms)
{
	poll(NULL, 0, ms);
}

static void forget(struct wire *w)
{
	running = NULL;
	unlink(w->socket);
	unlink(w->log);
	rmdir(w->folder);
	arena_destroy(w->arena);
}

static struct wire *make(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct wire *w = arena_new(a, struct wire);

	if (running != NULL) {
		kill(running->pid, SIGKILL);
		waitpid(running->pid, NULL, 0);
		forget(running);
	}
	w->arena = a;
	w->folder = mkdtemp(arena_strdup(a, "/tmp/signalbox-wire.XXXXXX"));
	w->socket = arena_printf(a, "%s/socket", w->folder);
	w->log = arena_printf(a, "%s/log", w->folder);
	running = w;
	return w;
}

/* Becomes the program; its settings are those that a test has put into the environment. */
static _Noreturn void become(const struct wire *w, int fd, const char **words)
{
	int log = open(w->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	const char *program = getenv("TEST_SIGNALBOX"), *database = getenv("TEST_DATABASE");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(fd, STDIN_FILENO);
	dup2(log, STDERR_FILENO);
	if (database != NULL)
		setenv("SIGNALBOX_DATABASE_URL", database, 0);
	if (program != NULL)
		execv(program, (char *const *)words);
	_exit(127);
}

static bool has_ended(const struct wire *w)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)w->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       info.si_pid != 0;
}

static void wait_for_socket(const struct wire *w)
{
	for (int i = 0; i < PATIENCE_MS / 10 && !has_ended(w); i++) {
		int fd = wire_connect(w);
		if (fd >= 0) {
			close(fd);
			return;
		}
		wire_pause_ms(10);
	}
}

static void launch(struct wire *w, const char **words)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (access(getenv("TEST_SIGNALBOX") != NULL ? getenv("TEST_SIGNALBOX") : "", X_OK) != 0)
		FAIL("TEST_SIGNALBOX names no program: tests/pg run names it");
	w->pid = fork();
	if (w->pid == 0)
		become(w, nothing, words);
	close(nothing);
	wait_for_socket(w);
}

struct wire *wire_start(const char *pool, ...)
{
	struct wire *w = make();
	const char *words[WORDS_MAX] = { "signalbox", "serve", pool, "--socket", w->socket };
	size_t n = 5;
	va_list ap;

	va_start(ap, pool);
	while (n < WORDS_MAX - 1 && (words[n] = va_arg(ap, const char *)) != NULL)
		n++;
	va_end(ap);
	launch(w, words);
	return w;
}

void wire_start_again(struct wire *w, const char *pool)
{
	const char *words[] = { "signalbox", "serve", pool, "--socket", w->socket, NULL };

	launch(w, words);
}

static struct sockaddr_un address(const struct wire *w)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", w->socket);
	return a;
}

struct wire *wire_start_on(int fd, const char *pool)
{
	struct wire *w = make();
	const char *words[] = { "signalbox", "serve", pool, NULL };
	struct sockaddr_un a = address(w);

	IS(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	IS(listen(fd, 16), 0);
	w->pid = fork();
	if (w->pid == 0)
		become(w, fd, words);
	return w;
}

int wire_wait(struct wire *w)
{
	int status = 0;

	waitpid(w->pid, &status, 0);
	if (strstr(wire_log(w), "Sanitizer") != NULL)
		FAIL("%s", wire_log(w));
	forget(w);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int wire_stop(struct wire *w)
{
	kill(w->pid, SIGTERM);
	return wire_wait(w);
}

static const char *read_file(struct wire *w, const char *path)
{
	struct buf b;
	char part[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	buf_init(&b, w->arena, LOG_MAX);
	while (fd >= 0 && (n = read(fd, part, sizeof(part))) > 0)
		buf_add(&b, part, (size_t)n);
	if (fd >= 0)
		close(fd);
	return b.data;
}

const char *wire_log(struct wire *w)
{
	return read_file(w, w->log);
}

bool wire_until_log(struct wire *w, const char *part, int times)
{
	for (int i = 0; i < PATIENCE_MS / 10; i++) {
		const char *at = wire_log(w);
		int found = 0;
		while ((at = strstr(at, part)) != NULL) {
			found++;
			at += strlen(part);
		}
		if (found >= times)
			return true;
		wire_pause_ms(10);
	}
	return false;
}

size_t wire_workers(const struct wire *w, pid_t *pids, size_t max)
{
	const char *path = arena_printf(w->arena, "/proc/%d/task/%d/children", w->pid, w->pid);
	char *list = arena_strdup(w->arena, read_file((struct wire *)w, path)), *word;
	size_t n = 0;
	int64_t pid;

	while ((word = strsep(&list, " ")) != NULL)
		if (n < max && text_int64(word, 1, INT32_MAX, &pid))
			pids[n++] = (pid_t)pid;
	return n;
}

bool wire_until_workers(const struct wire *w, size_t n)
{
	pid_t pids[64];

	for (int i = 0; i < PATIENCE_MS / 10; i++) {
		if (wire_workers(w, pids, LENGTH(pids)) == n)
			return true;
		wire_pause_ms(10);
	}
	return false;
}

int wire_connect(const struct wire *w)
{
	struct sockaddr_un a = address(w);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A server that closed early is what some tests are about: what it does not want to hear is
 * dropped. */
static void put(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;
	ssize_t n;

	while (len > 0 && (n = send(fd, p, len, MSG_NOSIGNAL)) > 0) {
		p += n;
		len -= (size_t)n;
	}
}

void wire_record(int fd, int type, const void *bytes, size_t len)
{
	unsigned char head[8] = { 1, (unsigned char)type, 0, 1, (unsigned char)(len >> 8),
		(unsigned char)len, 0, 0 };

	put(fd, head, sizeof(head));
	put(fd, bytes, len);
}

void wire_param(int fd, const char *name, const char *value)
{
	unsigned char pair[4096];
	size_t n = strlen(name), v = strlen(value);

	pair[0] = (unsigned char)n;
	for (int i = 0; i < 4; i++) /* a length of four bytes has the highest bit set */
		pair[1 + i] = (unsigned char)((v | 0x80000000U) >> (24 - 8 * i));
	memcpy(pair + 5, name, n);
	memcpy(pair + 5 + n, value, v);
	wire_record(fd, 4, pair, 5 + n + v);
}

void wire_begin(int fd, const char *method, const char *target)
{
	static const unsigned char responder[8] = { 0, 1, 0 };

	wire_record(fd, 1, responder, sizeof(responder));
	wire_param(fd, "REQUEST_METHOD", method);
	wire_param(fd, "REQUEST_URI", target);
	wire_param(fd, "REMOTE_ADDR", "192.0.2.7");
}

void wire_body(int fd, const char *bytes, size_t len)
{
	wire_record(fd, 4, "", 0);
	for (size_t part; len > 0; bytes += part, len -= part) {
		part = len < 32768 ? len : 32768;
		wire_record(fd, 5, bytes, part);
	}
	wire_record(fd, 5, "", 0);
}

static bool get(int fd, void *bytes, size_t len)
{
	char *p = bytes;
	struct pollfd f = { .fd = fd, .events = POLLIN };

	while (len > 0) {
		ssize_t n = poll(&f, 1, PATIENCE_MS) == 1 ? recv(fd, p, len, 0) : -1;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static void take_apart(struct wire_answer *answer, const struct buf *b)
{
	char *end = strstr(b->data, "\r\n\r\n");
	const char *status = strstr(b->data, "Status: ");
	int64_t code;

	answer->head = answer->body = "";
	if (end == NULL || status == NULL)
		return;
	*end = '\0';
	answer->head = b->data;
	answer->body = end + 4;
	answer->len = b->len - (size_t)(answer->body - b->data);
	if (text_int64((char[]){ status[8], status[9], status[10], '\0' }, 100, 599, &code))
		answer->status = (int)code;
}

struct wire_answer wire_read(struct wire *w, int fd)
{
	struct wire_answer answer = { .complete = false };
	unsigned char head[8], bytes[65536 + 256];
	struct buf b;

	buf_init(&b, w->arena, ANSWER_MAX);
	while (get(fd, head, sizeof(head))) {
		size_t len = (size_t)head[4] << 8 | head[5];
		if (!get(fd, bytes, len + head[6]))
			break;
		if (head[1] == 6)
			buf_add(&b, (char *)bytes, len);
		if (head[1] == 3) {
			answer.complete = !get(fd, head, 1);
			break;
		}
	}
	close(fd);
	take_apart(&answer, &b);
	return answer;
}

struct wire_answer wire_ask(struct wire *w, const char *method, const char *target)
{
	int fd = wire_connect(w);

	if (fd < 0)
		return (struct wire_answer){ .head = "", .body = "" };
	wire_begin(fd, method, target);
	wire_body(fd, "", 0);
	return wire_read(w, fd);
}
