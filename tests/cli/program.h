#ifndef TESTS_PROGRAM_H
#define TESTS_PROGRAM_H

/* program: runs the built program (TEST_SIGNALBOX) with words, an input and a clean environment. */

struct program {
	int status; /* its exit code, minus the signal that ended it */
	char out[65536], err[65536];
};

/* `input` goes to standard input; `settings` are NAME=value strings ended by NULL (NULL: none). The
 * words end with NULL. The result is valid until the next call. */
const struct program *program(const char *const *settings, const char *input, ...)
    __attribute__((sentinel));

/* The settings of a database that the tests may change, to be given to program(). */
const char *const *with_database(void);

#endif
