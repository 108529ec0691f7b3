/* What Dkron's shell and http executors take, and what would break them (spec/dkron.md 5.10). */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "model/base64.h"
#include "model/regex.h"
#include "model/spec_inside.h"
#include "schedule/literal.h"

typedef enum err rule(struct ctx *c, const char *field, const char *value);

struct key {
	const char *executor, *name, *label;
	rule *check;
	int max; /* bytes */
	bool required;
	bool lines; /* may have several */
};

static enum err one_of(
    struct ctx *c, const char *field, const char *value, const char *const *choices)
{
	for (size_t i = 0; choices[i] != NULL; i++)
		if (strcmp(choices[i], value) == 0)
			return OK;
	return fail(c, ERR_INVALID, field, "cannot be \"%s\"", value);
}

static enum err check_flag(struct ctx *c, const char *field, const char *value)
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

static enum err check_path(struct ctx *c, const char *field, const char *value)
{
	return is_absolute(value) ? OK : fail(c, ERR_INVALID, field, "must be an absolute path");
}

static enum err check_command(struct ctx *c, const char *field, const char *value)
{
	if (value[strspn(value, " \t\n")] == '\0')
		return fail(c, ERR_INVALID, field, "must not be empty");
	return OK;
}

/* Dkron splits at every comma and knows no quoting: what stands behind one in a value would be
 * lost. */
static enum err check_env(struct ctx *c, const char *field, const char *value)
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

static enum err check_duration(struct ctx *c, const char *field, const char *value)
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

static enum err check_memory(struct ctx *c, const char *field, const char *value)
{
	if (is_memory(value))
		return OK;
	return fail(c, ERR_INVALID, field, "must be a size such as 512MB or 2GB");
}

/* Dkron hangs for ever on more: its pipe is full before the command reads. */
static enum err check_payload(struct ctx *c, const char *field, const char *value)
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

static enum err check_user(struct ctx *c, const char *field, const char *value)
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

static enum err check_method(struct ctx *c, const char *field, const char *value)
{
	static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
		"OPTIONS", NULL };

	if (one_of(c, field, value, methods) == OK)
		return OK;
	return fail(
	    c, ERR_INVALID, field, "must be GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS");
}

static enum err check_url(struct ctx *c, const char *field, const char *value)
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

static enum err check_headers(struct ctx *c, const char *field, const char *value)
{
	struct json *list;

	if (json_parse(c, value, strlen(value), &list) != OK || json_type(list) != JSON_ARRAY)
		return fail(
		    c, ERR_INVALID, field, "must be a JSON list such as [\"Accept: text/plain\"]");
	for (size_t i = 0; i < json_length(list); i++)
		TRY(check_header(c, field, json_at(list, i)));
	return OK;
}

static enum err check_seconds(struct ctx *c, const char *field, const char *value)
{
	int64_t seconds = 0;

	if (text_int64(value, 0, 86400, &seconds))
		return OK;
	return fail(c, ERR_INVALID, field, "must be a whole number of seconds from 0 to 86400");
}

static enum err check_codes(struct ctx *c, const char *field, const char *value)
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

static enum err check_regex(struct ctx *c, const char *field, const char *value)
{
	const char *refusal = regex_refusal(value);

	return refusal == NULL
		   ? OK
		   : fail(c, ERR_INVALID, field, "is no regular expression: %s", refusal);
}

/* clang-format off */
static const struct key keys[] = {
	{ "shell", "command",                "Command",                         check_command,  100000, true,  true },
	{ "shell", "shell",                  "Through /bin/sh -c",              check_flag,     5,      false, false },
	{ "shell", "cwd",                    "Directory",                       check_path,     4096,   false, false },
	{ "shell", "env",                    "Environment",                     check_env,      32768,  false, false },
	{ "shell", "timeout",                "Timeout",                         check_duration, 40,     false, false },
	{ "shell", "mem_limit",              "Memory limit",                    check_memory,   40,     false, false },
	{ "shell", "payload",                "Standard input",                  check_payload,  90000,  false, true },
	{ "shell", "su",                     "User",                            check_user,     130,    false, false },
	{ "http",  "method",                 "Method",                          check_method,   7,      true,  false },
	{ "http",  "url",                    "URL",                             check_url,      4000,   true,  false },
	{ "http",  "headers",                "Headers",                         check_headers,  32768,  false, true },
	{ "http",  "body",                   "Body",                            NULL,           65536,  false, true },
	{ "http",  "timeout",                "Timeout (seconds)",               check_seconds,  5,      false, false },
	{ "http",  "expectCode",             "Expected status",                 check_codes,    400,    false, false },
	{ "http",  "expectBody",             "Expected body",                   check_regex,    2000,   false, false },
	{ "http",  "debug",                  "Debug",                           NULL,           40,     false, false },
	{ "http",  "tlsNoVerifyPeer",        "Do not verify the certificate",   check_flag,     5,      false, false },
	{ "http",  "tlsCertificateFile",     "Client certificate file",         check_path,     4096,   false, false },
	{ "http",  "tlsCertificateKeyFile",  "Client key file",                 check_path,     4096,   false, false },
	{ "http",  "tlsRootCAsFile",         "CA file",                         check_path,     4096,   false, false },
};
/* clang-format on */

static const struct key *find(const char *executor, const char *name)
{
	for (size_t i = 0; i < LENGTH(keys); i++)
		if (strcmp(keys[i].executor, executor) == 0 && strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

const char *spec_config_label(const char *executor, const char *key)
{
	const struct key *k = find(executor, key);

	return k != NULL ? k->label : NULL;
}

static enum err check_known(struct ctx *c, const char *executor, const struct json *config)
{
	const char *name = NULL;
	struct json *value = NULL;

	for (size_t i = 0; json_member(config, i, &name, &value); i++)
		if (find(executor, name) == NULL)
			return fail(c, ERR_INVALID,
			    arena_printf(c->arena, "executor_config.%s", name),
			    "is nothing that the %s executor knows", executor);
	return OK;
}

static enum err check_key(struct ctx *c, const struct key *k, struct json *config)
{
	const char *field = arena_printf(c->arena, "executor_config.%s", k->name);
	const char *value = spec_text(config, k->name);

	if (value[0] == '\0') {
		json_remove(config, k->name);
		return k->required ? fail(c, ERR_INVALID, field, "must not be empty") : OK;
	}
	if (strlen(value) > (size_t)k->max)
		return fail(c, ERR_INVALID, field, "must have at most %d bytes", k->max);
	if (!k->lines && !text_is_line(value, 1, k->max))
		return fail(c, ERR_INVALID, field, "must be one line without control characters");
	return k->check != NULL ? k->check(c, field, value) : OK;
}

enum err spec_check_executor(struct ctx *c, const char *executor, struct json *config)
{
	bool ours = false;

	for (size_t i = 0; i < LENGTH(keys); i++)
		ours = ours || strcmp(keys[i].executor, executor) == 0;
	if (!ours)
		return OK;
	TRY(check_known(c, executor, config));
	for (size_t i = 0; i < LENGTH(keys); i++)
		if (strcmp(keys[i].executor, executor) == 0)
			TRY(check_key(c, &keys[i], config));
	return OK;
}
