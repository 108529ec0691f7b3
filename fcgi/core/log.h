#ifndef CORE_LOG_H
#define CORE_LOG_H

/*
 * log: one line per event on stderr, written with one write(2), logfmt or JSON.
 *
 *     log_event(c, LOG_INFO, "job_saved", LOG_TEXT("job", name), LOG_INT("version", v));
 *     time=2026-11-21T09:42:10.123Z level=info event=job_saved pool=admin pid=17 req=9f3c job=hello
 * version=3
 *
 * Never bodies, cookies, tokens, SQL arguments. Values are quoted and control bytes escaped.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/ctx.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_LOGFMT, LOG_JSON };

struct log_pair {
	const char *name, *text; /* text NULL: the number counts */
	int64_t number;
};

static inline const char *log_or_empty(const char *s)
{
	return s != NULL ? s : "";
}

#define LOG_TEXT(n, value) ((struct log_pair){ .name = (n), .text = log_or_empty(value) })
#define LOG_INT(n, value)  ((struct log_pair){ .name = (n), .number = (value) })

/* Set once at start-up; `who` is the pool or verb and is borrowed for good. */
void log_setup(enum log_level least, enum log_format format, const char *who);

/* `c` may be NULL where no ctx exists yet. */
void log_write(const struct ctx *c, enum log_level level, const char *event,
    const struct log_pair *pairs, size_t n);

/* clang-format off */
#define log_event(c, level, event, ...) \
	log_write((c), (level), (event), (struct log_pair[]){ __VA_ARGS__ }, \
	    sizeof((struct log_pair[]){ __VA_ARGS__ }) / sizeof(struct log_pair))
/* clang-format on */

#endif
