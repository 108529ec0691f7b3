#ifndef WORK_WORK_H
#define WORK_WORK_H

/*
 * work: everything that happens without a request.
 *
 * One process a loop, each with its own connection as role signalbox_work, and all state in
 * Postgres: killing any of them at any moment loses nothing, and several hosts may run all of them.
 */

#include "core/config.h"

/* Runs until TERM or INT; the exit code of the program. */
int work_main(const struct config *config);

#endif
