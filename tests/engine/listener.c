#include "engine/listener.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_MAX = 2 * 1024 * 1024 };

struct listener listener_open(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	struct listener l = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };

	if (l.fd < 0 || bind(l.fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(l.fd, 64) != 0 || getsockname(l.fd, (struct sockaddr *)&at, &len) != 0)
		abort();
	l.port = ntohs(at.sin_port);
	return l;
}

/* The whole request, NUL-terminated; *body: where its body begins. Free it. */
static char *read_request(int fd, char **body)
{
	char *text = calloc(1, REQUEST_MAX), *end = NULL;
	size_t len = 0, want = 0;
	ssize_t n;

	if (text == NULL)
		abort();
	while (
	    (end == NULL || len < want) && (n = read(fd, text + len, REQUEST_MAX - 1 - len)) > 0) {
		len += (size_t)n;
		if (end != NULL || (end = strstr(text, "\r\n\r\n")) == NULL)
			continue;
		const char *length = strcasestr(text, "\r\nContent-Length:");
		want = (size_t)(end + 4 - text) +
		       (length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0);
	}
	*body = end != NULL ? end + 4 : text;
	return text;
}

static void write_text(int fd, const char *text)
{
	size_t left = strlen(text);
	ssize_t n;

	for (; left > 0 && (n = write(fd, text, left)) > 0; left -= (size_t)n)
		text += n;
}

void listener_echo(const struct listener *l)
{
	int fd = accept(l->fd, NULL, NULL), status = 200;
	char head[128], *body, *text = read_request(fd, &body);
	const char *path = strchr(text, ' ');

	if (path != NULL && strncmp(path, " /", 2) == 0)
		status = (int)strtol(path + 2, NULL, 10);
	snprintf(head, sizeof(head),
	    "HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", status,
	    status == 204 ? 0 : strlen(text));
	write_text(fd, head);
	if (status != 204)
		write_text(fd, text);
	free(text);
	close(fd);
}

bool listener_hear(const struct listener *l, int ms, char *to, size_t room)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	char *body;

	if (poll(&p, 1, ms) <= 0)
		return false;
	int fd = accept(l->fd, NULL, NULL);
	char *text = read_request(fd, &body);
	snprintf(to, room, "%s", body);
	write_text(fd, "HTTP/1.1 204 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
	free(text);
	close(fd);
	return true;
}
