#include "lib/logged.h"

#include <fcntl.h>
#include <unistd.h>

enum { PIPE_BYTES = 64 * 1024 };

static int terminal = -1, ends[2];

void logged_begin(enum log_level least, enum log_format format)
{
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		abort();
	terminal = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	dup2(ends[1], STDERR_FILENO);
	log_setup(least, format, "check");
}

const char *logged_end(struct ctx *c)
{
	char *text = arena_alloc(c->arena, PIPE_BYTES + 1, 1);
	size_t len = 0;
	ssize_t n;

	log_setup(LOG_ERROR, LOG_LOGFMT, "check");
	dup2(terminal, STDERR_FILENO);
	close(terminal);
	close(ends[1]);
	while (len < PIPE_BYTES && (n = read(ends[0], text + len, PIPE_BYTES - len)) > 0)
		len += (size_t)n;
	close(ends[0]);
	return text;
}
