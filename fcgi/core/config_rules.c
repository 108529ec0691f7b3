#include "core/config_rules.h"

#include <inttypes.h>
#include <string.h>

#include "core/net.h"
#include "core/text.h"

enum { SECRET_MIN = 32 };
enum { VALUE_MAX = 4096, PREFIX_MAX = 60 };

/* scheme://host[:port][/path], without user, query or fragment: they would end up in logs and
 * pages. */
static bool is_url(const char *s)
{
	int64_t port;
	const char *host = text_starts(s, "http://")    ? s + 7
			   : text_starts(s, "https://") ? s + 8
							: "";
	size_t len = strcspn(host, "/");
	size_t name = *host == '[' ? strcspn(host, "]/") + 1 : strcspn(host, ":/");
	char digits[8] = "";

	if (len == 0 || name == 0 || name > len || strpbrk(s, " \t@?#,\\\"<>") != NULL)
		return false;
	if (name == len)
		return true;
	if (host[name] != ':' || len - name - 1 >= sizeof(digits))
		return false;
	memcpy(digits, host + name + 1, len - name - 1);
	return text_int64(digits, 1, 65535, &port);
}

static bool are_urls(struct arena *a, const char *s)
{
	char *rest = arena_strdup(a, s), *one;

	while ((one = strsep(&rest, ",")) != NULL)
		if (!is_url(one))
			return false;
	return true;
}

static bool is_choice(const char *choices, const char *value)
{
	size_t len = strlen(value);

	for (const char *p = choices; *p != '\0'; p += strcspn(p, "|"), p += *p == '|')
		if (strcspn(p, "|") == len && strncmp(p, value, len) == 0)
			return true;
	return false;
}

/* Printable ASCII without spaces and without these. */
static bool is_plain(const char *s, const char *without)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f || strchr(without, *s) != NULL)
			return false;
	return true;
}

static bool is_mail(const char *s)
{
	const char *at = strchr(s, '@');

	return at != NULL && at != s && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
	       is_plain(s, "()<>[]:;,\\\"");
}

static bool is_smtp(const char *s)
{
	const char *place = text_starts(s, "smtp://")    ? s + 7
			    : text_starts(s, "smtps://") ? s + 8
							 : "";
	const char *host = strrchr(place, '@');

	host = host == NULL ? place : host + 1;
	return strcspn(host, ":/") > 0 && is_plain(s, "\"<>\\#?");
}

static bool has_colon(const char *s)
{
	return strchr(s, ':') != NULL && *s != ':';
}

/* What Dkron takes in a job's name. */
static bool is_prefix(const char *s)
{
	size_t len = strlen(s);

	return len <= PREFIX_MAX && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}

static bool is_long(const char *s)
{
	return strlen(s) >= SECRET_MIN;
}

static bool has_slug(const char *s)
{
	return (text_starts(s, "https://") || text_starts(s, "http://")) &&
	       strstr(s, "<monitor_slug>") != NULL && is_plain(s, "\"\\#");
}

static bool is_https(const char *s)
{
	return text_starts(s, "https://");
}

static bool is_sha256(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

/* A part of a path and of an address. */
static bool is_version(const char *s)
{
	return strlen(s) <= PREFIX_MAX && *s != '.' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(s);
}

/* name=value,name=value */
static bool are_tags(const char *s)
{
	while (*s != '\0') {
		size_t name = strcspn(s, "=,"), whole = strcspn(s, ",");
		if (name == 0 || name + 1 >= whole)
			return false;
		s += whole;
		if (*s == ',' && *++s == '\0')
			return false;
	}
	return true;
}

/* Settings with a rule of their own; nothing is checked when the value is empty. */
static const struct {
	const char *name;
	bool (*right)(const char *value);
	const char *wrong;
} rules[] = {
	{ "AGENT_TAGS", are_tags, "must be name=value, with commas between" },
	{ "DKRON_DOWNLOAD_URL", is_https, "must begin with https://" },
	{ "DKRON_SHA256", is_sha256, "must be 64 of 0-9 a-f" },
	{ "DKRON_VERSION", is_version, "must be a version such as 4.1.2" },
	{ "DKRON_AUTH", has_colon, "must be user:password" },
	{ "MAIL_FROM", is_mail, "must be one mail address" },
	{ "NAMESPACE", is_prefix, "must be at most 60 of a-z 0-9 _ -" },
	{ "SECRET_KEY", is_long, "must have at least 32 characters" },
	{ "SENTRY_URL", has_slug, "must be http:// or https:// and hold <monitor_slug>" },
	{ "SMTP_URL", is_smtp, "must start with smtp:// or smtps:// and name a host" },
	{ "WEBHOOK_ALLOW", net_list_is_valid,
	    "must be hosts, addresses or networks such as 10.0.0.0/8, with commas between" },
};

static const char *rule_wrong(const struct setting *s, const char *value)
{
	for (size_t i = 0; i < LENGTH(rules); i++)
		if (strcmp(rules[i].name, s->name) == 0 && *value != '\0' && !rules[i].right(value))
			return rules[i].wrong;
	return NULL;
}

const char *setting_wrong(struct arena *a, const struct setting *s, const char *value)
{
	int64_t n;

	if (s->kind == CONFIG_KEY && !text_is_text(value, 0, VALUE_MAX))
		return "must be text";
	if (s->kind != CONFIG_KEY && !text_is_line(value, 0, VALUE_MAX))
		return "must be one line of UTF-8 without control characters";
	switch (s->kind) {
	case CONFIG_INT:
		if (text_int64(value, s->min, s->max, &n))
			return NULL;
		return arena_printf(
		    a, "must be a whole number from %" PRId64 " to %" PRId64, s->min, s->max);
	case CONFIG_CHOICE:
		if (is_choice(s->choices, value))
			return NULL;
		return arena_printf(a, "must be one of %s", s->choices);
	case CONFIG_URL:
		return *value == '\0' || is_url(value)
			   ? NULL
			   : "must be http:// or https://, a host, and perhaps a port and a path";
	case CONFIG_URLS:
		return *value == '\0' || are_urls(a, value)
			   ? NULL
			   : "must be addresses such as http://host:8080, with commas between";
	case CONFIG_TEXT:
	case CONFIG_SECRET:
	case CONFIG_KEY:
		break;
	}
	return rule_wrong(s, value);
}

/* A secret shorter than the hash is easier to guess than it looks; a public key is none at all. */
static const char *jwt_key_wrong(const struct config *config)
{
	static const char pem[] = "-----BEGIN PUBLIC KEY-----";
	const char *bits = config->jwt_algorithm + 2;
	bool shared = text_starts(config->jwt_algorithm, "HS");
	int64_t n = 0;

	if (!shared)
		return text_starts(config->jwt_key, pem)
			   ? NULL
			   : "must be a public key as PEM: -----BEGIN PUBLIC KEY-----";
	if (strstr(config->jwt_key, "-----BEGIN") != NULL)
		return "must be a secret that nobody else knows, not a key as PEM";
	if (!text_int64(bits, 256, 512, &n) || strlen(config->jwt_key) < (size_t)n / 8)
		return "must have as many bytes as the hash: 32 for HS256, 48, 64";
	return NULL;
}

const char *settings_wrong(const struct config *config, const char **name)
{
	if (*config->jwt_issuer == '\0')
		return NULL;
	*name = "JWT_AUDIENCE";
	if (*config->jwt_audience == '\0')
		return "must be given with SIGNALBOX_JWT_ISSUER";
	*name = "JWT_CLAIM";
	if (*config->jwt_claim == '\0')
		return "must name a claim";
	*name = "JWT_KEY";
	return jwt_key_wrong(config);
}
