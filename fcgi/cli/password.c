#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/crypt.h"

enum { LINE_BYTES = 1024 };

/* Which signal came while the echo was off: the terminal is put right before it takes effect. */
static volatile sig_atomic_t caught;

static void remember(int sig)
{
	caught = sig;
}

/* `waiting` NULL: plainly. Else the signals that it leaves open are heard only while there is
 * nothing to read, so that none slips in between and is waited upon for ever. */
static bool read_byte(const sigset_t *waiting, char *byte)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	if (waiting != NULL && ppoll(&p, 1, NULL, waiting) < 0)
		return false;
	return read(STDIN_FILENO, byte, 1) == 1;
}

static enum err read_line(struct cli *x, const sigset_t *waiting, char *line)
{
	size_t len = 0;

	while (len < LINE_BYTES - 1 && read_byte(waiting, line + len) && line[len] != '\n')
		len++;
	if (len == LINE_BYTES - 1)
		return fail(&x->c, ERR_INVALID, "password", "is too long");
	line[len] = '\0';
	if (strlen(line) != len)
		return fail(&x->c, ERR_INVALID, "password", "must be text");
	return OK;
}

static enum err read_hidden(struct cli *x, const char *prompt, const sigset_t *waiting, char *line)
{
	struct termios shown, hidden;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return fail(&x->c, ERR_INTERNAL, "terminal", "%s", strerror(errno));
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	/* Only now: what is typed at the prompt is neither shown nor thrown away. */
	fputs(prompt, stderr);
	enum err e = read_line(x, waiting, line);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	return e;
}

static enum err ask(struct cli *x, const char *prompt, char *line)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction before[LENGTH(signals)], now = { .sa_handler = remember };
	sigset_t closed, open;

	sigemptyset(&closed);
	for (size_t i = 0; i < LENGTH(signals); i++) {
		sigaddset(&closed, signals[i]);
		sigaction(signals[i], &now, &before[i]);
		if (before[i].sa_handler == SIG_IGN) /* as with nohup */
			sigaction(signals[i], &before[i], NULL);
	}
	sigprocmask(SIG_BLOCK, &closed, &open);
	enum err e = read_hidden(x, prompt, &open, line);
	sigprocmask(SIG_SETMASK, &open, NULL);
	for (size_t i = 0; i < LENGTH(signals); i++)
		sigaction(signals[i], &before[i], NULL);
	if (caught != 0)
		raise(caught);
	return e;
}

static enum err ask_twice(struct cli *x, char *first)
{
	char second[LINE_BYTES];

	TRY(ask(x, "Password: ", first));
	TRY(ask(x, "The same again: ", second));
	bool same = strcmp(first, second) == 0;
	crypt_forget(second);
	if (!same)
		return fail(&x->c, ERR_INVALID, "password", "the two were not the same");
	return OK;
}

enum err cli_password(struct cli *x, const char **out)
{
	char *line = arena_alloc(x->c.arena, LINE_BYTES, 1);

	if (isatty(STDIN_FILENO))
		TRY(ask_twice(x, line));
	else
		TRY(read_line(x, NULL, line));
	if (*line == '\0')
		return fail(&x->c, ERR_INVALID, "password", "none was given on standard input");
	*out = line;
	return OK;
}
