#include "serve/params.h"

#include <string.h>

#include "core/crypt.h"
#include "core/text.h"

enum { REQ_ID_MAX = 64 };

/* clang-format off */
static const struct {
	const char *name;
	size_t member; /* of struct req */
} texts[] = {
	{ "CONTENT_TYPE",        offsetof(struct req, content_type) },
	{ "HTTP_ACCEPT",         offsetof(struct req, accept) },
	{ "HTTP_AUTHORIZATION",  offsetof(struct req, authorization) },
	{ "HTTP_COOKIE",         offsetof(struct req, cookie) },
	{ "HTTP_HOST",           offsetof(struct req, host) },
	{ "HTTP_IF_MATCH",       offsetof(struct req, if_match) },
	{ "HTTP_IF_NONE_MATCH",  offsetof(struct req, if_none_match) },
	{ "HTTP_ORIGIN",         offsetof(struct req, origin) },
	{ "HTTP_SEC_FETCH_SITE", offsetof(struct req, fetch_site) },
	{ "HTTP_USER_AGENT",     offsetof(struct req, user_agent) },
	{ "REMOTE_ADDR",         offsetof(struct req, address) },
	{ "REQUEST_URI",         offsetof(struct req, target) },
};
/* clang-format on */

/* NULL when it was not sent. */
static const char *find(char *const *envp, const char *name, size_t *count)
{
	size_t len = strlen(name);
	const char *value = NULL;

	*count = 0;
	for (; *envp != NULL; envp++)
		if (strncmp(*envp, name, len) == 0 && (*envp)[len] == '=') {
			value = *envp + len + 1;
			++*count;
		}
	return value;
}

static enum err text(char *const *envp, struct req *r, const char *name, const char **out)
{
	struct ctx *c = r->ctx;
	size_t count, len;
	const char *value = find(envp, name, &count);

	*out = "";
	if (count > 1)
		return fail(c, ERR_MALFORMED, name, "was sent more than once");
	if (value != NULL)
		*out = text_clean(c->arena, value, strlen(value), &len);
	return OK;
}

/* nginx makes it of hexadecimal digits; anything else would only spoil the log. */
static bool is_req_id(const char *s)
{
	size_t len = strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

	return len > 0 && len <= REQ_ID_MAX && s[len] == '\0';
}

static enum err ids(char *const *envp, struct req *r)
{
	const char *id, *method;

	enum err e = text(envp, r, "REQUEST_ID", &id);
	r->ctx->req_id = is_req_id(id) ? id : crypt_token(r->ctx->arena, "");
	enum err e_method = text(envp, r, "REQUEST_METHOD", &method);
	r->head = strcmp(method, "HEAD") == 0;
	r->method = r->head ? GET : req_method(method);
	return e != OK ? e : e_method;
}

enum err params_read(char *const *envp, struct req *r, int64_t *body_len)
{
	struct ctx *c = r->ctx;
	enum err bad = ids(envp, r);
	const char *length;

	/* All are filled even after a failure: the answer to it needs them. */
	for (size_t i = 0; i < LENGTH(texts); i++) {
		const char **member = (const char **)((char *)r + texts[i].member);
		enum err e = text(envp, r, texts[i].name, member);
		bad = bad != OK ? bad : e;
	}
	c->actor.address = r->address;
	*body_len = 0;
	TRY(bad);
	TRY(text(envp, r, "CONTENT_LENGTH", &length));
	if (*length != '\0' && !text_int64(length, 0, INT32_MAX, body_len))
		return fail(c, ERR_MALFORMED, "CONTENT_LENGTH", "is not a length");
	return OK;
}
