/* What the audit takes and answers. */

#include "web/api/doc.h"

/* clang-format off */
static const struct field params[] = {
	{ "actor",   KIND_LINE, "what this account did; cli is the command line, signalbox the product itself", .min = 1, .max = 200 },
	{ "verb",    KIND_LINE, "such as job_edit", .min = 1, .max = 200 },
	{ "object",  KIND_LINE, "to what, such as job:hello; job: alone is every job", .min = 1, .max = 200 },
	{ "address", KIND_LINE, "from where", .min = 1, .max = 200 },
	{ "since",   KIND_TIME, "then or later" },
	{ "until",   KIND_TIME, "before" },
	{ "q",       KIND_LINE, "words, anywhere in it", .max = 200 },
	PARAM_LIMIT,
	PARAM_AFTER,
	{ 0 },
};

static const struct field fields[] = {
	{ "id",      KIND_INT,    "grows, with gaps" },
	{ "at",      KIND_TIME,   "when" },
	{ "actor",   KIND_STRING, "who" },
	{ "verb",    KIND_STRING, "did what" },
	{ "object",  KIND_STRING, "to what" },
	{ "before",  KIND_ANY,    "how it was, as far as it changed" },
	{ "after",   KIND_ANY,    "how it became" },
	{ "address", KIND_STRING, "from where" },
	{ "request", KIND_STRING, "in which request; the same number is in the logs" },
	{ 0 },
};
static const struct shape shape_entry = { "AuditEntry", "Who changed what.", fields };
/* clang-format on */

const struct route_doc doc_audit = {
	.id = "listAudit",
	.tag = "Audit",
	.summary = "Who changed what, when, from where, before and after",
	.help = "Newest first.",
	.params = params,
	.answers = { { 200, .shape = &shape_entry, .list = true } },
};
