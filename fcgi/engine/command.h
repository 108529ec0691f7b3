#ifndef ENGINE_COMMAND_H
#define ENGINE_COMMAND_H

/* command: an executor's configuration made ready to run. Lives in the arena it was made in. */

#include <sys/types.h>

#include "core/json.h"

enum command_kind {
	COMMAND_NOTHING =
	    0, /* there is nothing to run: `words` is the output of the attempt, which failed */
	COMMAND_SHELL, /* a program */
	COMMAND_FETCH, /* a request, sent by a child process of ours */
};

struct command {
	enum command_kind kind;
	const char *words; /* NOTHING: as Dkron words it */
	bool silent;       /* NOTHING: Dkron sends no final pre-webhook either */
	const struct json *config;

	/* SHELL */
	const char *text;   /* as configured, for messages */
	const char *path;   /* of the program */
	char **argv, **env; /* ended by NULL */
	const char *folder; /* to run in; "": ours */
	const char *input;  /* standard input */
	size_t input_len;
	int64_t timeout_ns; /* may be negative: at once; 0: none */
	int64_t memory;     /* bytes; 0: no limit */
	bool as_user;
	uid_t uid;
	gid_t gid;
};

/* `config` may be NULL. The environment is ours without our own settings (SIGNALBOX_*, which hold
 * secrets), with the job's on top. */
void command_make(struct ctx *c, const char *job, const char *execution, const char *executor,
    const struct json *config, struct command *out);

#endif
