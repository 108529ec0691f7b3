/* FastCGI parameters as nginx passes them on, "NAME=value" with a NUL behind each: any of them make
 * a request, or one that is refused and can still be answered. */

#include <string.h>

#include "core/text.h"
#include "fuzz/fuzz.h"
#include "serve/params.h"

enum { PARAMS_MAX = 64, REQ_ID_MAX = 64 };

static char *const *split(struct arena *a, const char *text, size_t size)
{
	char **envp = arena_alloc(a, PARAMS_MAX + 1, sizeof(*envp));
	char *copy = arena_strndup(a, text, size);

	for (size_t at = 0, n = 0; at < size && n < PARAMS_MAX; at += strlen(copy + at) + 1)
		envp[n++] = copy + at;
	return envp;
}

static void check_text(const char *s)
{
	MUST(s != NULL && text_is_utf8(s, strlen(s)));
}

FUZZ_ENTRY(params)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct req *r = arena_new(c.arena, struct req);
	int64_t len = -1;

	req_init(r, &c);
	enum err e = params_read(split(c.arena, (const char *)data, size), r, &len);
	MUST(e == OK || (e == ERR_MALFORMED && c.fault.field != NULL && c.fault.detail != NULL));
	MUST(len >= 0 && len <= INT32_MAX && r->method != 0);
	MUST(*c.req_id != '\0' && strlen(c.req_id) <= REQ_ID_MAX);
	check_text(r->target);
	check_text(r->cookie);
	check_text(r->if_match);
	check_text(r->user_agent);
	check_text(c.actor.address);
	arena_destroy(c.arena);
	return 0;
}
