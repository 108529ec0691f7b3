#include "lib/fake_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/check.h"

enum { ASKED_MAX = 1 << 20, REQUEST_MAX = 1 << 16 };

static void give_up(const char *what)
{
	perror(what);
	_exit(EXIT_FAILURE);
}

/* Reads until the body is as long as it was said to be. */
static size_t read_request(int fd, char *to, size_t max)
{
	size_t len = 0, want = max;

	while (len < want) {
		ssize_t n = read(fd, to + len, max - len - 1);
		if (n <= 0)
			break;
		len += (size_t)n;
		to[len] = '\0';
		const char *end = strstr(to, "\r\n\r\n"),
			   *length = strcasestr(to, "\r\ncontent-length:");
		if (end != NULL)
			want = (size_t)(end - to) + 4 +
			       (length != NULL ? strtoul(length + 17, NULL, 10) : 0);
	}
	return len;
}

/* Many processes write: the place is taken before it is filled. */
static void remember(char *asked, const char *request, const char *body)
{
	char line[REQUEST_MAX];
	size_t *used = (size_t *)(void *)asked;
	bool login = strstr(request, "\r\nAuthorization: Basic ") != NULL;
	const char *id = strstr(request, "\r\nwebhook-id: ");
	int len = snprintf(line, sizeof(line), "%.*s%s%s%s%s%.*s\n",
	    (int)(strchr(strchr(request, ' ') + 1, ' ') - request), request,
	    login ? " (login)" : "", body[0] != '\0' ? " " : "", body, id != NULL ? " " : "",
	    id != NULL ? (int)strcspn(id + 2, "\r") : 0, id != NULL ? id + 2 : "");
	size_t at = __atomic_fetch_add(used, (size_t)len, __ATOMIC_SEQ_CST);

	if (at + (size_t)len < ASKED_MAX - sizeof(size_t) - 1)
		memcpy(asked + sizeof(size_t) + at, line, (size_t)len);
}

static const struct fake_rule *rule_for(
    const struct fake_rule *rules, size_t n, const char *request)
{
	static const struct fake_rule none = { "", 404, NULL, 0, 0 };

	for (size_t i = 0; i < n; i++)
		if (strncmp(request, rules[i].asked, strlen(rules[i].asked)) == 0)
			return &rules[i];
	return &none;
}

static void put_pad(int fd, size_t left)
{
	static char block[64 * 1024];

	memset(block, 'x', sizeof(block));
	while (left > 0) {
		ssize_t n = write(fd, block, left < sizeof(block) ? left : sizeof(block));
		if (n <= 0)
			return;
		left -= (size_t)n;
	}
}

static void answer(int fd, const struct fake_rule *rules, size_t n, char *asked)
{
	static char request[REQUEST_MAX];

	if (read_request(fd, request, sizeof(request)) == 0)
		return;
	const char *body = strstr(request, "\r\n\r\n");
	remember(asked, request, body != NULL ? body + 4 : "");
	const struct fake_rule *r = rule_for(rules, n, request);
	usleep((useconds_t)r->delay_ms * 1000);
	if (r->status == 0)
		return;
	const char *text = r->body != NULL ? r->body : "";
	int cut = r->status < 0 ? (int)strlen(text) / 2 : 0;
	dprintf(fd, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%.*s",
	    abs(r->status), strlen(text) + r->pad, (int)strlen(text) - cut, text);
	if (cut == 0)
		put_pad(fd, r->pad);
}

static _Noreturn void serve(int listening, const struct fake_rule *rules, size_t n, char *asked)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int fd = accept(listening, NULL, NULL);
		if (fd >= 0 && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(listening);
			answer(fd, rules, n, asked);
			_exit(EXIT_SUCCESS);
		}
		close(fd);
	}
}

void fake_start(struct fake_server *f, const struct fake_rule *rules, size_t n)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char *asked = mmap(
	    NULL, ASKED_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 512) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0 || asked == MAP_FAILED)
		give_up("fake server");
	*f = (struct fake_server){
		.port = ntohs(at.sin_port), .pid = fork(), .asked = asked + sizeof(size_t)
	};
	if (f->pid == 0)
		serve(fd, rules, n, asked);
	close(fd);
}

void fake_stop(struct fake_server *f)
{
	kill(f->pid, SIGKILL);
	waitpid(f->pid, NULL, 0);
	munmap(f->asked - sizeof(size_t), ASKED_MAX);
}
