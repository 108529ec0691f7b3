/* What the values of executors' settings must be, and what would break Dkron (spec/dkron.md 5.10).
 */

#include "model/setting_rules.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "model/base64.h"
#include "model/regex.h"
#include "model/spec_inside.h"
#include "schedule/literal.h"

static enum err one_of(
    struct ctx *c, const char *field, const char *value, const char *const *choices)
{
	for (size_t i = 0; choices[i] != NULL; i++)
		if (strcmp(choices[i], value) == 0)
			return OK;
	return fail(c, ERR_INVALID, field, "cannot be \"%s\"", value);
}

enum err setting_flag(struct ctx *c, const char *field, const char *value)
{
	static const char *const flags[] = { "true", "false", "1", "0", "t", "f", "T", "F", "TRUE",
		"FALSE", "True", "False", NULL };

	if (one_of(c, field, value, flags) == OK)
		return OK;
	return fail(c, ERR_INVALID, field, "must be \"true\" or \"false\"");
}

static bool is_absolute(const char *path)
{
	bool drive = ((path[0] >= 'A' && path[0] <= 'Z') || (path[0] >= 'a' && path[0] <= 'z')) &&
		     path[1] == ':' && (path[2] == '\\' || path[2] == '/');

	return path[0] == '/' || drive;
}

enum err setting_path(struct ctx *c, const char *field, const char *value)
{
	return is_absolute(value) ? OK : fail(c, ERR_INVALID, field, "must be an absolute path");
}

enum err setting_command(struct ctx *c, const char *field, const char *value)
{
	if (value[strspn(value, " \t\n")] == '\0')
		return fail(c, ERR_INVALID, field, "must not be empty");
	return OK;
}

/* Dkron splits at every comma and knows no quoting: what stands behind one in a value would be
 * lost. */
enum err setting_env(struct ctx *c, const char *field, const char *value)
{
	for (const char *s = value;; s++) {
		size_t len = strcspn(s, ","), name = strcspn(s, "=, ");
		if (name == 0 || s[name] != '=')
			return fail(c, ERR_INVALID, field,
			    "must be NAME=value,NAME=value: Dkron splits at every comma, and "
			    "\"%.*s\" is no NAME=value",
			    (int)(len < 60 ? len : 60), s);
		s += len;
		if (*s == '\0')
			return OK;
	}
}

enum err setting_duration(struct ctx *c, const char *field, const char *value)
{
	int64_t ns = 0;

	if (!literal_duration(value, &ns))
		return fail(c, ERR_INVALID, field,
		    "\"%.40s\" is not a duration such as 90s, 30m or 1h30m", value);
	if (ns < 0)
		return fail(c, ERR_INVALID, field, "must not be negative");
	return OK;
}

static bool is_memory(const char *value)
{
	static const struct {
		const char *name;
		double bytes;
	} units[] = {
		{ "", 1 },
		{ "B", 1 },
		{ "BYTES", 1 },
		{ "K", 0x1p10 },
		{ "KB", 0x1p10 },
		{ "M", 0x1p20 },
		{ "MB", 0x1p20 },
		{ "G", 0x1p30 },
		{ "GB", 0x1p30 },
		{ "T", 0x1p40 },
		{ "TB", 0x1p40 },
	};
	size_t len = strspn(value, "0123456789");

	if (value[len] == '.')
		len += 1 + strspn(value + len + 1, "0123456789");
	if (len == 0 || strspn(value, "0.") == len)
		return false;
	double number = strtod(value, NULL);
	for (size_t i = 0; i < LENGTH(units); i++)
		if (strcasecmp(units[i].name, value + len) == 0)
			return number * units[i].bytes >= 1 && number * units[i].bytes < 0x1p63;
	return false;
}

enum err setting_memory(struct ctx *c, const char *field, const char *value)
{
	if (is_memory(value))
		return OK;
	return fail(c, ERR_INVALID, field, "must be a size such as 512MB or 2GB");
}

/* Dkron hangs for ever on more: its pipe is full before the command reads. */
enum err setting_payload(struct ctx *c, const char *field, const char *value)
{
	char *bytes;
	size_t len = 0;

	if (!base64_decode(c->arena, value, BASE64_STANDARD, &bytes, &len))
		return fail(c, ERR_INVALID, field, "must be base64");
	if (len > PAYLOAD_MAX)
		return fail(c, ERR_INVALID, field, "must hold at most %d bytes, these are %zu",
		    PAYLOAD_MAX, len);
	return OK;
}

enum err setting_user(struct ctx *c, const char *field, const char *value)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
	size_t user = strspn(value, allowed), group = 0;

	if (value[user] == ':')
		group = 1 + strspn(value + user + 1, allowed);
	if (user > 0 && group != 1 && value[user + group] == '\0')
		return OK;
	return fail(c, ERR_INVALID, field, "must be a user, or user:group");
}

enum err setting_method(struct ctx *c, const char *field, const char *value)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
		"OPTIONS", NULL };

	if (one_of(c, field, value, methods) == OK)
		return OK;
	return fail(
	    c, ERR_INVALID, field, "must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS");
}

enum err setting_url(struct ctx *c, const char *field, const char *value)
{
	const char *host = text_starts(value, "http://")    ? value + 7
			   : text_starts(value, "https://") ? value + 8
							    : NULL;

	if (host == NULL || strchr(value, ' ') != NULL)
		return fail(c, ERR_INVALID, field,
		    "must be an address that begins with http:// or https://");
	if (strcspn(host, "/?#:") == 0)
		return fail(c, ERR_INVALID, field, "must name a host");
	return OK;
}

/* A header without a colon ends Dkron's http plugin, and with it all http jobs of the node. */
static enum err check_header(struct ctx *c, const char *field, const struct json *v)
{
	const char *header = json_text(v);
	size_t name = strspn(header,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

	if (json_type(v) == JSON_STRING && text_is_line(header, 1, 8000) && name > 0 &&
	    header[name] == ':')
		return OK;
	return fail(c, ERR_INVALID, field,
	    "must be a JSON list of \"Name: value\", and \"%.60s\" is none (without a colon it "
	    "would stop "
	    "Dkron's http executor)",
	    header);
}

enum err setting_headers(struct ctx *c, const char *field, const char *value)
{
	struct json *list;

	if (json_parse(c, value, strlen(value), &list) != OK || json_type(list) != JSON_ARRAY)
		return fail(
		    c, ERR_INVALID, field, "must be a JSON list such as [\"Accept: text/plain\"]");
	for (size_t i = 0; i < json_length(list); i++)
		TRY(check_header(c, field, json_at(list, i)));
	return OK;
}

enum err setting_seconds(struct ctx *c, const char *field, const char *value)
{
	int64_t seconds = 0;

	if (text_int64(value, 0, 86400, &seconds))
		return OK;
	return fail(c, ERR_INVALID, field, "must be a whole number of seconds from 0 to 86400");
}

enum err setting_codes(struct ctx *c, const char *field, const char *value)
{
	int64_t code = 0;

	for (const char *s = value;; s++) {
		s += strspn(s, " ");
		size_t len = strspn(s, "0123456789");
		if (len != 3 || !text_int64(arena_strndup(c->arena, s, len), 100, 599, &code))
			break;
		s += len + strspn(s + len, " ");
		if (*s == '\0')
			return OK;
		if (*s != ',')
			break;
	}
	return fail(c, ERR_INVALID, field, "must be codes of three digits, such as 200 or 200,204");
}

enum err setting_regex(struct ctx *c, const char *field, const char *value)
{
	const char *refusal = regex_refusal(value);

	return refusal == NULL
		   ? OK
		   : fail(c, ERR_INVALID, field, "is no regular expression: %s", refusal);
}

/* ---- grpc, kafka, nats, rabbitmq, gcppubsub */

/* These look for "true" alone: "1" would be off. */
enum err setting_switch(struct ctx *c, const char *field, const char *value)
{
	static const char *const words[] = { "true", "false", NULL };

	if (one_of(c, field, value, words) == OK)
		return OK;
	return fail(c, ERR_INVALID, field, "must be \"true\" or \"false\"");
}

enum err setting_grpc_url(struct ctx *c, const char *field, const char *value)
{
	size_t host = strcspn(value, "/");

	if (host > 0 && value[host] == '/' && value[host + 1] != '\0' &&
	    strstr(value, "://") == NULL && strchr(value, ' ') == NULL)
		return OK;
	return fail(c, ERR_INVALID, field,
	    "must be host:port/package.Service/Method, without http:// in front");
}

enum err setting_number(struct ctx *c, const char *field, const char *value)
{
	int64_t n = 0;

	if (text_int64(value, 0, UINT32_MAX, &n))
		return OK;
	return fail(c, ERR_INVALID, field, "must be a whole number, such as 0 for OK");
}

enum err setting_brokers(struct ctx *c, const char *field, const char *value)
{
	for (const char *s = value;; s++) {
		size_t len = strcspn(s, ",");
		const char *colon = memchr(s, ':', len);
		if (colon == NULL || colon == s || colon + 1 == s + len ||
		    memchr(s, ' ', len) != NULL)
			return fail(c, ERR_INVALID, field,
			    "must be host:port, or several of them with commas between");
		s += len;
		if (*s == '\0')
			return OK;
	}
}

enum err setting_mechanism(struct ctx *c, const char *field, const char *value)
{
	static const char *const words[] = { "sha256", "sha512", NULL };

	if (one_of(c, field, value, words) == OK)
		return OK;
	return fail(c, ERR_INVALID, field, "must be sha256 or sha512");
}

enum err setting_amqp_url(struct ctx *c, const char *field, const char *value)
{
	if ((text_starts(value, "amqp://") || text_starts(value, "amqps://")) &&
	    strchr(value, ' ') == NULL)
		return OK;
	return fail(
	    c, ERR_INVALID, field, "must be an address that begins with amqp:// or amqps://");
}

enum err setting_byte(struct ctx *c, const char *field, const char *value)
{
	int64_t n = 0;

	if (text_int64(value, 0, 255, &n))
		return OK;
	return fail(c, ERR_INVALID, field, "must be a whole number from 0 to 255; 2 is persistent");
}

enum err setting_base64(struct ctx *c, const char *field, const char *value)
{
	char *bytes;
	size_t len = 0;

	if (base64_decode(c->arena, value, BASE64_STANDARD, &bytes, &len))
		return OK;
	return fail(c, ERR_INVALID, field, "must be base64");
}

enum err setting_attributes(struct ctx *c, const char *field, const char *value)
{
	struct json *object, *member = NULL;
	const char *key = NULL;
	bool fits = json_parse(c, value, strlen(value), &object) == OK &&
		    json_type(object) == JSON_OBJECT;

	for (size_t i = 0; fits && json_member(object, i, &key, &member); i++)
		fits = json_type(member) == JSON_STRING;
	if (fits)
		return OK;
	return fail(c, ERR_INVALID, field, "must be a JSON object of texts, such as {\"a\":\"b\"}");
}
