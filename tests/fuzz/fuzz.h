#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

/* What every entry needs: a ctx for one input, and a way to say that something must hold. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/config.h"
#include "core/ctx.h"
#include "core/log.h"

enum { FUZZ_INPUT_MAX = 256 * 1024 };

/* libFuzzer's name for the entry; replay.c calls it, too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                 \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

static const struct config fuzz_config = {
#define X(member, name, kind, standard, min, max, choices, help) .member = (standard),
	CONFIG_SETTINGS(X)
#undef X
};

static inline struct ctx fuzz_ctx(void)
{
	log_setup(LOG_ERROR, LOG_LOGFMT, "fuzz");
	return (struct ctx){ .arena = arena_create((size_t)64 * 1024 * 1024),
		.config = &fuzz_config,
		.req_id = "fuzz",
		.actor = { .account = "", .address = "" } };
}

#endif
