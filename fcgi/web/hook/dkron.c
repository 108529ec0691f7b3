/* POST /hook/dkron: 204 once it is committed. */

#include <string.h>

#include "core/config.h"
#include "core/crypt.h"
#include "core/log.h"
#include "core/text.h"
#include "web/hook/hook.h"
#include "web/hook/payload.h"

enum err hook_token(struct req *r, const char *token)
{
	const char *wanted = r->ctx->config->hook_token;

	if (token == NULL || wanted[0] == '\0' || !crypt_equal(token, wanted))
		return fail(
		    r->ctx, ERR_UNAUTHENTICATED, NULL, "The hook's token is missing or wrong.");
	return OK;
}

const char *hook_our_name(const struct req *r, const char *job)
{
	const char *namespace = r->ctx->config->namespace;

	return text_starts(job, namespace) ? job + strlen(namespace) : NULL;
}

enum err hook_refused(struct req *r, enum err e)
{
	struct ctx *c = r->ctx;
	struct fault why = c->fault;

	log_event(c, LOG_WARN, "hook_refused", LOG_TEXT("field", why.field),
	    LOG_TEXT("detail", why.detail));
	if (hook_count(c, "refused") != OK)
		log_event(c, LOG_WARN, "hook_not_counted", LOG_TEXT("detail", c->fault.detail));
	c->fault = why;
	return e;
}

static enum err heard(struct req *r, const struct payload *p)
{
	const char *ours = hook_our_name(r, p->job);
	bool known;

	if (ours == NULL)
		return hook_count(r->ctx, "unknown");
	return run_hear(r->ctx,
	    &(struct heard){ .job = ours,
		.group_ns = p->group_ns,
		.executions = p->executions,
		.n = p->n,
		.output = p->output,
		.bytes = p->out,
		.len = p->out_len,
		.count = true },
	    &known);
}

enum err hook_dkron(struct req *r, struct resp *w)
{
	struct payload *p = arena_new(r->ctx->arena, struct payload);

	TRY(hook_token(r, req_bearer(r)));
	enum err e = payload_parse(r->ctx, r->body, r->body_len, p);
	if (e != OK)
		return hook_refused(r, e);
	TRY(heard(r, p));
	w->status = 204;
	return OK;
}
