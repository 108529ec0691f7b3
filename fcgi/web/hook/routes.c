#include "web/hook/hook.h"

/* clang-format off */
static const struct route routes[] = {
	{ POST, "/hook/dkron", hook_dkron, ACCESS_PUBLIC, .body = BODY_RAW, .limit = 4 * MIB,
	    .why = "Dkron has no account: the handler compares the hook's own token first" },
	{ POST, "/hook/text", hook_text, ACCESS_PUBLIC, .body = BODY_RAW, .limit = 4 * KIB,
	    .why = "the token is the first line of the body" },
	{ GET, "/metrics", hook_metrics, ACCESS_PUBLIC,
	    .why = "counts only, on the loopback listener only" },
};
/* clang-format on */

const struct site hook_site = { .name = "hook", .routes = routes, .nroutes = LENGTH(routes) };
