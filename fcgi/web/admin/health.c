/* What monitoring asks. The details are for whoever holds the token: they name hosts and reasons.
 */

#include <string.h>

#include "core/buf.h"
#include "core/config.h"
#include "core/crypt.h"
#include "core/text.h"
#include "core/time.h"
#include "core/version.h"
#include "model/outbox.h"
#include "web/admin/pages.h"

enum { READY_MAX = 4096, REASON_BYTES = 500 };

enum err admin_healthz(struct req *r, struct resp *w)
{
	(void)r;
	resp_text(w, 200, "ok\n");
	return OK;
}

enum err admin_version(struct req *r, struct resp *w)
{
	struct json *v = json_object(r->ctx->arena);

	json_set(v, "version", json_string(r->ctx->arena, SIGNALBOX_VERSION));
	resp_json(r, w, 200, v);
	return OK;
}

static bool may_see_details(struct req *r)
{
	const char *wanted = r->ctx->config == NULL ? "" : r->ctx->config->ready_token;
	const char *given = req_bearer(r);

	return *wanted != '\0' && given != NULL && crypt_equal(given, wanted);
}

/* What others said may be long and of several lines; here it is a part of one. */
static const char *one_line(struct ctx *c, const char *said, const char *otherwise)
{
	if (said == NULL || *said == '\0')
		return otherwise;
	return text_escape(c->arena, arena_printf(c->arena, "%.*s", REASON_BYTES, said));
}

static const char *engine_detail(struct ctx *c, const struct engine_state *s)
{
	const char *age = arena_printf(
	    c->arena, "looked at %d s ago", (int)((c->now_us - s->checked_us) / US_PER_S));

	if (!s->reachable)
		return arena_printf(c->arena, " %s, %s",
		    one_line(c, s->reason.text, "for a reason that is not known"), age);
	return arena_printf(c->arena, " %s %s, leader %s, %s", s->kind, s->version,
	    *s->leader ? s->leader : "unknown", age);
}

static void tell_away(struct ctx *c, bool details, struct buf *out)
{
	const char *why = one_line(c, c->fault.cause, c->fault.detail);

	if (details)
		buf_printf(
		    out, "database failing %s\nengine unknown, only the database knows\n", why);
	else
		buf_text(out, "database failing\nengine unknown\n");
}

/* One line a dependency; false when one of them is away. */
static bool look(struct req *r, bool details, struct buf *out)
{
	struct ctx *c = r->ctx;
	struct engine_state s;
	enum err e = engine_state_get(c, &s);

	if (e != OK && e != ERR_NOT_FOUND) {
		tell_away(c, details, out);
		return false;
	}
	bool well = e == OK && s.reachable;
	buf_printf(out, "database ok\nengine %s%s\n",
	    e != OK ? "unknown"
	    : well  ? "ok"
		    : "failing",
	    !details  ? ""
	    : e == OK ? engine_detail(c, &s)
		      : ", nobody has looked at it yet");
	return well;
}

enum err admin_readyz(struct req *r, struct resp *w)
{
	struct buf out;

	buf_init(&out, r->ctx->arena, READY_MAX);
	bool well = look(r, may_see_details(r), &out);
	resp_text(w, well ? 200 : 503, out.data);
	return OK;
}
