#include "lib/check.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TESTS_MAX = 4096, SHOWN_MAX = 600 };

static struct test *tests, **end = &tests;
static int failures, passed, failed, skipped;
static const char *skip_why;
static bool quick;

void test_add(struct test *t)
{
	*end = t;
	end = &t->next;
}

int check_failures(void)
{
	return failures;
}

void check_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	failures++;
	printf("#   %s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

void check_int(const char *file, int line, const char *expr, int64_t got, int64_t want)
{
	if (got != want)
		check_fail(file, line, "%s is %" PRId64 ", not %" PRId64, expr, got, want);
}

void check_has(const char *file, int line, const char *expr, const char *got, const char *want)
{
	if (got == NULL || strstr(got, want) == NULL)
		check_fail(file, line, "%s is \"%.*s\", without \"%s\"", expr, SHOWN_MAX,
		    got ? got : "(null)", want);
}

void check_lacks(
    const char *file, int line, const char *expr, const char *got, const char *not_wanted)
{
	if (got == NULL || strstr(got, not_wanted) != NULL)
		check_fail(file, line, "%s is \"%.*s\", with \"%s\"", expr, SHOWN_MAX,
		    got ? got : "(null)", not_wanted);
}

void check_same(const char *file, int line, const char *expr, const char *got, const char *want)
{
	bool same = got == NULL || want == NULL ? got == want : strcmp(got, want) == 0;

	if (!same)
		check_fail(file, line, "%s is \"%.*s\", not \"%.*s\"", expr, SHOWN_MAX,
		    got ? got : "(null)", SHOWN_MAX, want ? want : "(null)");
}

void check_yes(const char *file, int line, const char *expr, bool got)
{
	if (!got)
		check_fail(file, line, "not so: %s", expr);
}

bool check_is_quick(void)
{
	return quick;
}

int check_rounds(int all)
{
	return quick ? (all + 3) / 4 : all;
}

void check_skip(const char *why)
{
	skip_why = why;
}

/* cmocka would catch a crash and report a line number of its own; the sanitizers say more. */
static void let_it_crash(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
	static struct sigaction before[sizeof(signals) / sizeof(signals[0])];
	static bool known;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], known ? &before[i] : NULL, known ? NULL : &before[i]);
	known = true;
}

static void run(void **state)
{
	const struct test *t = *state;

	failures = 0;
	skip_why = NULL;
	let_it_crash();
	t->run();
	fflush(stdout);
	if (failures != 0) {
		failed++;
		_fail(t->file, 0);
	} else if (skip_why != NULL) {
		skipped++;
		printf("# skipped %s: %s\n", t->name, skip_why);
	} else {
		passed++;
	}
}

static bool is_wanted(const struct test *t, int argc, char **argv)
{
	if (quick && t->slow)
		return false;
	bool wanted = true;

	for (int i = 0; i < argc; i++) {
		bool not = argv[i][0] == '^';
		const char *word = argv[i] + not ;
		if (strstr(t->name, word) != NULL || strstr(t->file, word) != NULL)
			return !not ;
		wanted = wanted && not ;
	}
	return wanted;
}

int main(int argc, char **argv)
{
	static struct CMUnitTest group[TESTS_MAX];
	quick = argc > 1 && strcmp(argv[1], "-q") == 0;
	int words = quick ? 2 : 1;
	size_t n = 0;

	let_it_crash();
	for (struct test *t = tests; t != NULL && n < TESTS_MAX; t = t->next)
		if (is_wanted(t, argc - words, argv + words))
			group[n++] = (struct CMUnitTest){
				.name = t->name, .test_func = run, .initial_state = t
			};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	int rc = _cmocka_run_group_tests("check", group, n, NULL, NULL);
	printf("%d passed, %d failed", passed, failed);
	if (skipped > 0)
		printf(", %d skipped", skipped);
	printf("\n");
	return rc != 0 || failed != 0;
}
