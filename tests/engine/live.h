#ifndef TESTS_ENGINE_LIVE_H
#define TESTS_ENGINE_LIVE_H

/*
 * live: the embedded engine for real: its clock in a process of its own, its API asked in memory,
 * its webhooks collected. Uses TEST_SCRATCH, whose schema `engine` is empty at the beginning of
 * each test.
 */

#include <sys/types.h>

#include "core/config.h"
#include "engine/given.h"
#include "engine/listener.h"

struct live {
	struct ctx c;
	struct config config;
	pid_t engine, collector;
	struct heard *heard; /* shared with the collector */
	const char *folder;  /* for what jobs write; gone at the end */
	const char *nap;     /* "sleep N", N long and of this process alone */
};

void live_run(void (*body)(struct live *l));

#define LIVE_TEST(id)                          \
	static void id##_body(struct live *l); \
	SLOW_TEST(id)                          \
	{                                      \
		live_run(id##_body);           \
	}                                      \
	static void id##_body(struct live *l)

pid_t live_start(struct live *l); /* one more engine; l->engine is the first */
int live_end(
    pid_t engine, int signal_number); /* sends it and waits; exit code, or minus the signal */
void live_wait_for_clock(struct live *l);
void live_start_again(struct live *l); /* kill -9, and a new one that has the clock */

/* Like call() and called(), but each request commits by itself. */
struct resp ask_live(struct live *l, enum method m, const char *path, const char *body);
struct json *asked(struct live *l, int status, enum method m, const char *path, const char *body);
void live_job(struct live *l, const char *name, const char *command, const char *more);
/* The same, and a run of it begins. */
void live_run_job(struct live *l, const char *name, const char *command, const char *more);
struct json *executions(struct live *l, const char *job); /* the oldest first */

/* How many webhooks held all these texts; `also` may be NULL. */
int hooks_with(const struct live *l, const char *text, const char *also);
/* The n-th webhook of a job, or "". */
const char *hook_of(struct live *l, const char *job, int n);

/* Waits for a condition, up to a minute. */
#define SOON(condition)                                                    \
	do {                                                               \
		bool soon_ = (condition);                                  \
		for (int i_ = 0; i_ < 3000 && !soon_; i_++) {              \
			live_pause_ms(20);                                 \
			soon_ = (condition);                               \
		}                                                          \
		check_yes(__FILE__, __LINE__, "soon: " #condition, soon_); \
	} while (0)
void live_pause_ms(int ms);

/* Lines of a file that jobs write to; 0 when there is none. */
int lines_in(struct live *l, const char *file);
/* Processes whose command line holds this text. */
int processes_with(const char *text);

#endif
