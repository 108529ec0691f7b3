#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

/*
 * A test is a function; a failed check says what it saw and the test goes on, and fails at its end.
 *
 *     TEST(names_are_sentences)
 *     {
 *             IS(2 + 2, 4);
 *     }
 *
 * The runner takes words: only tests whose name or file contains one of them run, or with ^ in
 * front all but those. With -q first, those that wait for real seconds are left out: make quick. It
 * prints TAP, a line for each test, and at the end "N passed, N failed", with ", N skipped" when
 * there are some.
 */

#include <stdbool.h>
#include <stdint.h>

struct test {
	const char *name, *file;
	void (*run)(void);
	bool slow;
	struct test *next;
};
void test_add(struct test *t);
void check_fail(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void check_int(const char *file, int line, const char *expr, int64_t got, int64_t want);
void check_has(const char *file, int line, const char *expr, const char *got, const char *want);
void check_lacks(
    const char *file, int line, const char *expr, const char *got, const char *not_wanted);
void check_same(const char *file, int line, const char *expr, const char *got, const char *want);
void check_yes(const char *file, int line, const char *expr, bool got);
int check_failures(void); /* of the test that runs, so far */
void check_skip(const char *why);
bool check_is_quick(void);
int check_rounds(int all); /* of what is tried at random: make quick makes do with a quarter */

/* clang-format off */
#define TEST(id)      TEST_(id, false)
#define SLOW_TEST(id) TEST_(id, true) /* waits for real seconds */
#define TEST_(id, is_slow)                                                                           \
	static void id(void);                                                                        \
	__attribute__((constructor)) static void id##_add(void)                                      \
	{                                                                                            \
		static struct test t = { .name = #id, .file = __FILE__, .run = id, .slow = is_slow }; \
		test_add(&t);                                                                        \
	}                                                                                            \
	static void id(void)
/* clang-format on */

#define IS(got, want)    check_int(__FILE__, __LINE__, #got, (got), (want))
#define HAS(got, part)   check_has(__FILE__, __LINE__, #got, (got), (part))
#define LACKS(got, part) check_lacks(__FILE__, __LINE__, #got, (got), (part))
#define SAME(got, want)  check_same(__FILE__, __LINE__, #got, (got), (want))
#define YES(condition)   check_yes(__FILE__, __LINE__, #condition, (condition))
#define FAIL(...)        check_fail(__FILE__, __LINE__, __VA_ARGS__)

/* Leaves the test: it can say nothing here, and why. */
#define SKIP(why)                \
	do {                     \
		check_skip(why); \
		return;          \
	} while (0)

#endif
