#include "cli/program.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 24 };

static FILE *file_with(const char *text)
{
	FILE *f = tmpfile();

	if (f == NULL)
		abort();
	fputs(text, f);
	rewind(f);
	return f;
}

static void take(FILE *f, char *text, size_t size)
{
	rewind(f);
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
}

const struct program *program(const char *const *settings, const char *input, ...)
{
	static const char *const none[] = { NULL };
	static struct program p;
	const char *words[WORDS_MAX] = { "signalbox" }, *path = getenv("TEST_SIGNALBOX");
	FILE *in = file_with(input), *out = file_with(""), *err = file_with("");
	va_list ap;

	va_start(ap, input);
	for (size_t n = 1; n < WORDS_MAX - 1 && (words[n] = va_arg(ap, const char *)) != NULL; n++)
		;
	va_end(ap);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(fileno(in), STDIN_FILENO);
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		if (path != NULL)
			execve(path, (char *const *)words,
			    (char *const *)(settings != NULL ? settings : none));
		_exit(127);
	}
	int status = 0;
	waitpid(pid, &status, 0);
	p.status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
	fclose(in);
	take(out, p.out, sizeof(p.out));
	take(err, p.err, sizeof(p.err));
	return &p;
}

const char *const *with_database(void)
{
	static char address[1024], path[4096];
	static const char *settings[] = { address, path, NULL };
	const char *given = getenv("TEST_SCRATCH");

	snprintf(address, sizeof(address), "SIGNALBOX_DATABASE_URL=%s", given != NULL ? given : "");
	snprintf(path, sizeof(path), "PATH=%s", getenv("PATH"));
	return settings;
}
