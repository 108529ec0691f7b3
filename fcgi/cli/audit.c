/* The audit on the command line: as JSON lines, and the check of its chain. */

#include "model/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "core/text.h"
#include "core/time.h"
#include "model/audit_chain.h"

enum { LINKS = 2000, PART_BYTES = 1024 * 1024, PART_ARENA = 512 * 1024 * 1024, AFTER_BYTES = 24 };

static enum err read_time(struct cli *x, const char *option, const char *text, int64_t *us)
{
	if (text == NULL)
		return OK;
	if (time_parse_rfc3339(text, us)) {
		*us = time_bound(*us);
		return OK;
	}
	return cli_usage(x, "--%s must be a time such as 2026-11-21T09:42:10Z", option);
}

/* A megabyte at a time, each in an arena of its own. */
static enum err print_all(struct ctx *c, struct audit_query q)
{
	struct arena *lasting = c->arena, *part = arena_create(PART_ARENA);
	char after[AFTER_BYTES] = "";
	enum err e;

	do {
		const char *next = NULL;
		struct buf b;
		buf_init(&b, part, (size_t)PART_BYTES + AUDIT_LINES_ROOM);
		q.after = *after != '\0' ? after : NULL;
		c->arena = part;
		e = audit_lines(c, &q, PART_BYTES, &b, &next);
		c->arena = lasting;
		if (e == OK)
			fwrite(b.data, 1, b.len, stdout);
		else if (c->fault.detail != NULL)
			c->fault.detail = arena_strdup(lasting, c->fault.detail);
		snprintf(after, sizeof(after), "%s", next != NULL ? next : "");
		arena_reset(part);
	} while (e == OK && *after != '\0');
	arena_destroy(part);
	return e;
}

enum err verb_audit(struct cli *x)
{
	struct audit_query q = { .oldest_first = true };
	const char *since = NULL, *until = NULL;
	const struct cli_option options[] = { { "since", 0, .text = &since },
		{ "until", 0, .text = &until }, { "actor", 0, .text = &q.actor },
		{ "verb", 0, .text = &q.verb }, { "object", 0, .text = &q.object },
		{ "address", 0, .text = &q.address }, { "text", 0, .text = &q.q } };

	TRY(cli_arguments(x, options, LENGTH(options), NULL, 0, 0));
	TRY(read_time(x, "since", since, &q.since_us));
	TRY(read_time(x, "until", until, &q.until_us));
	TRY(cli_database(x));
	TRY(print_all(&x->c, q));
	return fflush(stdout) == 0 ? OK
				   : fail(&x->c, ERR_UNAVAILABLE, "output", "cannot be written");
}

/* "1234:9f3c...": a link and its hash. */
static enum err read_anchor(struct cli *x, const char *anchor, int64_t *n, const char **hash)
{
	const char *colon = anchor == NULL ? NULL : strchr(anchor, ':');

	*n = 0;
	*hash = "";
	if (anchor == NULL)
		return OK;
	if (colon == NULL ||
	    !text_int64(
		arena_strndup(x->c.arena, anchor, (size_t)(colon - anchor)), 1, INT64_MAX, n))
		return cli_usage(x, "--anchor must be LINK:HASH, as an earlier check printed it");
	*hash = colon + 1;
	return OK;
}

enum err verb_check_audit(struct cli *x, const char *anchor)
{
	struct audit_report report;
	const char *hash;
	int64_t n;

	TRY(read_anchor(x, anchor, &n, &hash));
	TRY(cli_database(x));
	TRY(audit_check(&x->c, LINKS, n, hash, &report));
	if (report.broken == NULL) {
		printf("ok      the audit's chain of %" PRId64 " links, head %" PRId64
		       ":%s; %" PRId64 " rows wait for their seal\n",
		    report.links, report.links, report.head, report.waiting);
		return OK;
	}
	printf("FAILED  the audit's chain, after %" PRId64 " good links\n", report.links);
	return fail(&x->c, ERR_CONFLICT, "audit", "link %" PRId64 ", row %" PRId64 ": %s",
	    report.broken_link, report.broken_row, report.broken);
}
