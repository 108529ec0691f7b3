/* The request line and headers: target, method, cookies, bearer token. */

#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "http/inside.h"

enum { PATH_MAX_BYTES = 2048, TOKEN_MAX_BYTES = 4096 };

void req_fill(struct req *r)
{
	const char **texts[] = { &r->target, &r->path, &r->body, &r->cookie, &r->authorization,
		&r->content_type, &r->if_match, &r->if_none_match, &r->origin, &r->fetch_site,
		&r->host, &r->user_agent, &r->address, &r->accept, &r->csrf };

	for (size_t i = 0; i < LENGTH(texts); i++)
		if (*texts[i] == NULL)
			*texts[i] = "";
}

void req_init(struct req *r, struct ctx *c)
{
	*r = (struct req){ .ctx = c };
	req_fill(r);
}

/* What RFC 3986 lets stand in a segment as it is, beside the unreserved. */
static bool stands_in_path(char c)
{
	return text_is_unreserved(c) || (c != '\0' && strchr("/!$&'()*+,;=:@", c) != NULL);
}

/* NULL, or why these bytes are not the one spelling of a path. */
static const char *unescape(const char *s, size_t len, char out[PATH_MAX_BYTES + 1])
{
	if (len > PATH_MAX_BYTES)
		return "The path is too long.";
	for (const char *end = s + len; s < end; s++, out++) {
		*out = *s;
		if (stands_in_path(*s))
			continue;
		if (*s != '%')
			return "The path holds a character that must be escaped.";
		int high = end - s < 3 ? -1 : text_hex_digit(s[1]);
		int low = high < 0 ? -1 : text_hex_digit(s[2]);
		if (low < 0)
			return "The path holds a broken escape.";
		*out = (char)(high << 4 | low);
		if (text_is_unreserved(*out) ||
		    strchr("/\\%", *out) != NULL) /* NUL is found, too */
			return "The path holds an escape that does not belong there.";
		s += 2;
	}
	*out = '\0';
	return NULL;
}

/* Looks at the raw bytes: neither a slash nor a dot can hide behind an escape. */
static const char *segments_wrong(const char *s)
{
	if (*s != '/')
		return "The path must start with a slash.";
	while (*s == '/') {
		const char *name = s + 1;
		size_t len = strcspn(name, "/?");
		if ((len == 0 && name[0] == '/') || (len == 1 && name[0] == '.') ||
		    (len == 2 && name[0] == '.' && name[1] == '.'))
			return "The path holds an empty or dot segment.";
		s = name + len;
	}
	return NULL;
}

static const char *path_wrong(const char *s, size_t len, char out[PATH_MAX_BYTES + 1])
{
	const char *wrong = segments_wrong(s);

	if (wrong == NULL)
		wrong = unescape(s, len, out);
	if (wrong == NULL && !text_is_line(out, 1, PATH_MAX_BYTES))
		wrong = "The path is not UTF-8, or holds a control character.";
	return wrong;
}

enum err req_target(struct req *r, const char *target)
{
	char path[PATH_MAX_BYTES + 1];
	size_t len = strcspn(target, "?");
	const char *wrong = path_wrong(target, len, path);

	req_fill(r);
	r->target = target;
	if (wrong != NULL)
		return fail(r->ctx, ERR_MALFORMED, NULL, "%s", wrong);
	r->path = arena_strdup(r->ctx->arena, path);
	r->nquery = 0;
	if (target[len] == '\0')
		return OK;
	const char *query = target + len + 1;
	return req_pairs(r, query, strlen(query), "query", r->query, &r->nquery);
}

bool path_is_local(const char *path)
{
	char decoded[PATH_MAX_BYTES + 1];
	size_t len = strcspn(path, "?");

	if (path_wrong(path, len, decoded) != NULL || strlen(path) > PATH_MAX_BYTES)
		return false;
	for (const char *s = path + len; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f || strchr("\\\"<>#", *s) != NULL)
			return false;
	return true;
}

enum method req_method(const char *name)
{
	static const struct {
		const char *name;
		enum method method;
	} methods[] = { { "GET", GET }, { "POST", POST }, { "PUT", PUT }, { "PATCH", PATCH },
		{ "DELETE", DELETE } };

	for (size_t i = 0; i < LENGTH(methods); i++)
		if (strcmp(name, methods[i].name) == 0)
			return methods[i].method;
	return METHOD_OTHER;
}

/* RFC 6265's cookie-octet. */
static bool is_cookie_value(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || strchr("\",;\\", s[i]) != NULL)
			return false;
	return true;
}

const char *req_cookie(struct req *r, const char *name)
{
	const char *s = r->cookie, *value = NULL;
	size_t n = strlen(name), len = 0;

	for (; *s != '\0'; s += strcspn(s, ";"), s += *s == ';') {
		s += strspn(s, " \t");
		if (strncmp(s, name, n) != 0 || s[n] != '=')
			continue;
		if (value != NULL)
			return NULL;
		value = s + n + 1;
		len = strcspn(value, ";");
	}
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
		len--;
	if (value == NULL || !is_cookie_value(value, len))
		return NULL;
	return arena_strndup(r->ctx->arena, value, len);
}

const char *req_bearer(struct req *r)
{
	static const char scheme[] = "Bearer ";
	const char *s = r->authorization;
	size_t n = strlen(scheme);

	if (strncasecmp(s, scheme, n) != 0)
		return NULL;
	s += n;
	for (n = 0; text_is_unreserved(s[n]) || (s[n] != '\0' && strchr("+/=", s[n]) != NULL); n++)
		;
	return n > 0 && n <= TOKEN_MAX_BYTES && s[n] == '\0' ? s : NULL;
}
