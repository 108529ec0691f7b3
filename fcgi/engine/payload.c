#include "engine/payload.h"

#include <inttypes.h>
#include <string.h>

#include "engine/execution.h"
#include "engine/gotext.h"
#include "engine/node.h"

const char *payload_line(
    struct arena *a, int64_t started_at, int64_t finished_at, bool success, const struct zone *zone)
{
	return arena_printf(a, "\t[Node]: " NODE_NAME " [Start]: %s [End]: %s [Success]: %s\n",
	    gotext_stamp(a, started_at, zone), gotext_stamp(a, finished_at, zone),
	    success ? "true" : "false");
}

const char *payload_tail(struct arena *a, const struct payload *p, size_t *len)
{
	const char *head = arena_printf(a,
	    "Executed: %s\nReporting node: " NODE_NAME
	    "\nStart time: %s\nEnd time: %s\nSuccess: %s\n"
	    "Node: " NODE_NAME "\nOutput: ",
	    p->job, gotext_stamp(a, p->started_at, NULL), gotext_stamp(a, p->finished_at, NULL),
	    p->success ? "true" : "false");
	const char *foot = arena_printf(a, "\nExecution group: %" PRId64 "\n%s", p->grp, p->group);
	struct buf b;

	/* The cut falls into the head, or into the output by as much as the head is long. */
	size_t from_head = p->output_len < strlen(head) ? p->output_len : strlen(head);
	size_t from_output = p->output_len - from_head;
	buf_init(&b, a, strlen(head) + strlen(foot) + p->output_len);
	buf_text(&b, head + from_head);
	buf_add(&b, p->output + from_output, p->output_len - from_output);
	buf_text(&b, foot);
	*len = b.len;
	return b.data;
}

static void text(struct buf *b, const char *name, const char *value)
{
	buf_text(b, name);
	gotext_query(b, value, strlen(value));
}

void payload_write(struct buf *b, const struct payload *p)
{
	struct arena *a = b->arena;
	size_t len;
	const char *tail = payload_tail(a, p, &len);

	buf_printf(b, "v=1&at=%s", p->post ? "post" : "pre");
	text(b, "&job=", p->job);
	text(b, "&id=", engine_execution_id(a, p->started_at));
	buf_printf(b, "&end=%" PRId64 "&ok=%s", gotext_unix_nano(p->finished_at),
	    p->success ? "true" : "false");
	text(b, "&by=", NODE_NAME);
	buf_text(b, "&tail=");
	gotext_query(b, tail, len);
	buf_text(b, "&out=");
	gotext_query(b, p->output, p->output_len);
}
