/* The body: how large, of which type, and what is in it. */

#include <string.h>
#include <strings.h>

#include "http/inside.h"

enum { BUTTON_MAX_BYTES = 1024 };

static const char form_type[] = "application/x-www-form-urlencoded";

/* The media type alone, or with charset=utf-8. */
static bool is_type(const char *value, const char *type)
{
	size_t n = strlen(type);

	if (strncasecmp(value, type, n) != 0)
		return false;
	value += n;
	value += strspn(value, " \t");
	if (*value == '\0')
		return true;
	if (*value++ != ';')
		return false;
	value += strspn(value, " \t");
	return *value == '\0' || strcasecmp(value, "charset=utf-8") == 0 ||
	       strcasecmp(value, "charset=\"utf-8\"") == 0;
}

static bool is_form(const struct req *r)
{
	return is_type(r->content_type, form_type);
}

/* Nothing at all is a form without fields. */
static enum err read_form(struct req *r)
{
	if (r->body_len == 0)
		return OK;
	if (!is_form(r))
		return fail(r->ctx, ERR_UNSUPPORTED, NULL, "The body must be %s.", form_type);
	return req_pairs(r, r->body, r->body_len, "form", r->form, &r->nform);
}

static enum err read_json(struct req *r)
{
	if (r->body_len == 0 && r->route->body == BODY_JSON_MAYBE)
		return OK;
	if (!is_type(r->content_type, "application/json") &&
	    !is_type(r->content_type, "application/merge-patch+json"))
		return fail(r->ctx, ERR_UNSUPPORTED, NULL, "The body must be application/json.");
	if (r->body_len == 0)
		return fail(r->ctx, ERR_MALFORMED, NULL, "The body is empty; expected JSON.");
	return json_parse(r->ctx, r->body, r->body_len, &r->json);
}

/* A button is a form without fields; a browser's also carries the token. */
static enum err read_button(struct req *r)
{
	static const char *const none[] = { NULL };

	if (r->body_len > 0 && !is_form(r))
		return fail(r->ctx, ERR_INVALID, "body", "must be empty here");
	if (r->body_len > BUTTON_MAX_BYTES)
		return fail(r->ctx, ERR_INVALID, "body", "must be empty here");
	TRY(read_form(r));
	return form_only(r, none);
}

enum err body_read(struct req *r)
{
	r->json = NULL;
	r->nform = 0;
	if (r->route->body == BODY_NONE)
		return read_button(r);
	if (r->body_len > r->route->limit)
		return fail(
		    r->ctx, ERR_TOO_LARGE, "body", "must have at most %zu bytes", r->route->limit);
	switch (r->route->body) {
	case BODY_FORM:
		return read_form(r);
	case BODY_JSON:
	case BODY_JSON_MAYBE:
		return read_json(r);
	case BODY_RAW:
	case BODY_NONE:
		break;
	}
	return OK;
}
