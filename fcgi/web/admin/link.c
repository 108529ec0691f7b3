#include "web/admin/link.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"

enum { LINK_MAX = 16 * 1024 };

const char *link_job(struct ctx *c, const char *name, const char *action)
{
	const char *segment = text_urlencode(c->arena, name);

	if (action == NULL)
		return arena_printf(c->arena, "/jobs/%s", segment);
	return arena_printf(c->arena, "/jobs/%s/%s", segment, action);
}

const char *link_run(struct ctx *c, int64_t id)
{
	return arena_printf(c->arena, "/runs/%" PRId64, id);
}

const char *link_revision(struct ctx *c, const char *job, int64_t version)
{
	return arena_printf(
	    c->arena, "%s#revision-%" PRId64, link_job(c, job, "revisions"), version);
}

static void add(struct ctx *c, struct buf *b, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	buf_printf(b, "%c%s=%s", strchr(b->data, '?') == NULL ? '?' : '&', name,
	    text_urlencode(c->arena, value));
}

const char *link_filtered(struct ctx *c, const char *path, const struct pair *filters, size_t n,
    const char *name, const char *value)
{
	struct buf b;

	buf_init(&b, c->arena, LINK_MAX);
	buf_text(&b, path);
	for (size_t i = 0; i < n; i++)
		if (name == NULL || strcmp(filters[i].name, name) != 0)
			add(c, &b, filters[i].name, filters[i].value);
	if (name != NULL)
		add(c, &b, name, value);
	return b.data;
}
