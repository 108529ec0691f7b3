/* The request target: what is taken has one spelling. */

#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "fuzz/fuzz.h"
#include "http/http.h"

/* The path again, each segment escaped; another target that must mean the same. */
static const char *spelled(struct arena *a, const char *path)
{
	struct buf b;

	buf_init(&b, a, FUZZ_INPUT_MAX);
	while (*path != '\0') {
		size_t len = strcspn(path + 1, "/");
		buf_printf(&b, "/%s", text_urlencode(a, arena_strndup(a, path + 1, len)));
		path += len + 1;
	}
	return b.data;
}

static void check_path(struct ctx *c, const char *path)
{
	struct req *again = arena_new(c->arena, struct req);
	const char *target = spelled(c->arena, path);

	MUST(*path == '/');
	MUST(strstr(path, "//") == NULL);
	MUST(strstr(path, "/../") == NULL && !text_ends(path, "/.."));
	MUST(strstr(path, "/./") == NULL && !text_ends(path, "/."));
	MUST(strpbrk(path, "\\%") == NULL);
	MUST(text_is_line(path, 1, FUZZ_INPUT_MAX));
	again->ctx = c;
	if (strlen(target) <= 2048) {
		MUST(req_target(again, target) == OK);
		MUST(strcmp(again->path, path) == 0);
	}
}

FUZZ_ENTRY(path)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct req *r = arena_new(c.arena, struct req);
	const char *target = arena_strndup(c.arena, (const char *)data, size);

	r->ctx = &c;
	enum err e = req_target(r, target);
	MUST(e == OK || (e == ERR_MALFORMED && c.fault.detail != NULL));
	if (e == OK)
		check_path(&c, r->path);
	if (path_is_local(target)) {
		MUST(target[0] == '/' && target[1] != '/' && target[1] != '\\');
		for (const char *s = target; *s != '\0'; s++)
			MUST(*s > ' ' && *s < 0x7f);
	}
	arena_destroy(c.arena);
	return 0;
}
