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

/*
 * FUZZ_ENTRY(form) { ... return 0; }: one parser, over `size` bytes of `data`, in fuzz_form.c. It
 * is called by libFuzzer, which has a name of its own for the one entry of its program, and by
 * replay.c, where all entries are in one.
 */
/* clang-format off */
#ifdef LIBFUZZER
#define FUZZ_ENTRY(id)                                                \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
#else
struct fuzz_entry {
	const char *name;
	int (*run)(const uint8_t *data, size_t size);
	struct fuzz_entry *next;
};
void fuzz_add(struct fuzz_entry *entry);
#define FUZZ_ENTRY(id)                                                    \
	static int fuzz_##id(const uint8_t *data, size_t size);           \
	__attribute__((constructor)) static void fuzz_##id##_add(void)    \
	{                                                                 \
		static struct fuzz_entry entry = { #id, fuzz_##id, NULL }; \
		fuzz_add(&entry);                                         \
	}                                                                 \
	static int fuzz_##id(const uint8_t *data, size_t size)
#endif
/* clang-format on */

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
