#include "core/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/log.h"
#include "lib/check.h"

static int released;

static void release(void *p)
{
	released = released * 10 + *(int *)p;
}

TEST(arena_gives_zeroed_aligned_memory_of_every_size)
{
	struct arena *a = arena_create(1 << 22);

	for (size_t size = 0; size < 40000; size = size * 2 + 1) {
		unsigned char *p = arena_alloc(a, size, 1);
		YES((uintptr_t)p % alignof(max_align_t) == 0);
		for (size_t i = 0; i < size; i++)
			if (p[i] != 0)
				FAIL("byte %zu of %zu is not zero", i, size);
		memset(p, 0xff, size);
	}
	arena_destroy(a);
}

TEST(arena_releases_newest_first_and_only_once)
{
	struct arena *a = arena_create(1 << 20);
	int one = 1, two = 2;

	released = 0;
	arena_defer(a, release, &one);
	arena_defer(a, release, &two);
	arena_reset(a);
	IS(released, 21);
	arena_reset(a);
	IS(released, 21);
	arena_destroy(a);
	arena_destroy(NULL);
}

TEST(arena_text_is_copied)
{
	struct arena *a = arena_create(1 << 20);
	char text[] = "hello";

	char *copy = arena_strdup(a, text), *part = arena_strndup(a, text, 2);
	text[0] = 'j';
	SAME(copy, "hello");
	SAME(part, "he");
	SAME(arena_printf(a, "%s-%d", copy, 7), "hello-7");
	arena_destroy(a);
}

static int status_of_child(size_t count, size_t size)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct arena *a = arena_create(1000);
		close(STDERR_FILENO);
		(void)arena_alloc(a, 600, 1);
		(void)arena_alloc(a, count, size);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(arena_ends_the_process_past_its_limit)
{
	IS(status_of_child(400, 1), 0);
	IS(status_of_child(401, 1), 1);
	IS(status_of_child(SIZE_MAX / 2, 3), 1); /* the product would wrap around */
	IS(status_of_child(SIZE_MAX, 1), 1);
}

TEST(buf_grows_up_to_its_maximum_and_says_when_it_is_full)
{
	struct arena *a = arena_create(1 << 20);
	struct buf b;

	buf_init(&b, a, 1000);
	SAME(b.data, "");
	for (int i = 0; i < 100; i++)
		buf_text(&b, "0123456789");
	IS((int64_t)b.len, 1000);
	IS((int64_t)strlen(b.data), 1000);
	YES(!b.full);
	buf_text(&b, "x");
	YES(b.full);
	IS((int64_t)b.len, 1000);
	buf_add(&b, "", 0);
	YES(b.full);
	arena_destroy(a);
}

TEST(buf_prints_short_and_long)
{
	struct arena *a = arena_create(1 << 20);
	struct buf b;

	buf_init(&b, a, 4000);
	buf_printf(&b, "%d,", 12);
	buf_printf(&b, "%0*d", 3000, 7);
	IS((int64_t)b.len, 3003);
	HAS(b.data, "12,0000");
	YES(b.data[3002] == '7');
	buf_printf(&b, "%0*d", 1000, 7);
	YES(b.full);
	arena_destroy(a);
}

TEST(buf_with_no_room_holds_nothing)
{
	struct arena *a = arena_create(1 << 20);
	struct buf b;

	buf_init(&b, a, 0);
	buf_text(&b, "");
	YES(!b.full);
	buf_text(&b, "x");
	YES(b.full);
	SAME(b.data, "");
	arena_destroy(a);
}
