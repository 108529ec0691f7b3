#ifndef ENGINE_PROC_H
#define ENGINE_PROC_H

/* proc: what /proc knows of processes. A pid alone says nothing: it is used again; with the moment
 * of its start, and the boot of the machine, it names one process. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/arena.h"

/* Identifies this boot of the machine; "" when the system does not say. */
const char *proc_boot(struct arena *a);

/* Clock ticks from the boot to the start of a process; 0: there is none of that number. */
int64_t proc_started(pid_t pid);

/* Resident bytes of all processes of a process group. */
int64_t proc_group_memory(pid_t group);

/*
 * Kills whatever is left of an attempt: the process group `group`, if its leader still is the
 * process that started at `started`, and every process whose environment says
 * ENV_EXECUTION_ID=`execution`, with its whole group. Nothing else, whoever has got the number
 * meanwhile. Returns how many groups were hit.
 */
int proc_kill_left(pid_t group, int64_t started, const char *execution);

#endif
