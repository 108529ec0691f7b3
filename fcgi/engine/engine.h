#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

/*
 * engine: the embedded engine, a one-node server of Dkron's own HTTP API.
 *
 * Two kinds of processes share the schema `engine` of the database and nothing else: the pool
 * `engine` answers the API, and the verb `engine` owns the clock and the processes of the jobs.
 * Neither knows anything of teams, runs or accounts.
 */

#include "core/config.h"
#include "http/http.h"

extern const struct site engine_site;

/* Runs the clock and the jobs until TERM or INT; the exit code of the process. */
int engine_main(const struct config *config);

#endif
