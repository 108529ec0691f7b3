#ifndef WEB_HOOK_PAYLOAD_H
#define WEB_HOOK_PAYLOAD_H

/* payload: the body of POST /hook/dkron, read strictly. Knows no request and no database. */

#include "model/run_hear.h"

enum { PAYLOAD_EXECUTIONS = 256 }; /* of one group, more are left to the harvester */

struct payload {
	const char *job; /* as Dkron calls it, with namespace */
	const char *by;  /* the reporting node */
	int64_t group_ns;
	struct heard_execution executions[PAYLOAD_EXECUTIONS]; /* first the one that it is about */
	size_t n;
	enum heard_output output;
	const char *out; /* any bytes */
	size_t out_len;
};

/* ERR_MALFORMED with the name of the field that is missing, unknown, given twice or wrong. */
MUST_USE enum err payload_parse(struct ctx *c, const char *body, size_t len, struct payload *out);

#endif
