#include "model/spec_secret.h"

#include <string.h>
#include <strings.h>

#include "core/text.h"

enum { VALUE_MIN = 4, NAME_MAX_BYTES = 80, NUMBER_MIN = 6 };

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* A name is one of these, or ends with one of them: MAX_TOKENS and PASSWORD_FILE do not. */
static const char *const names[] = { "password", "passwd", "passphrase", "pwd", "secret", "token",
	"apikey", "api_key", "access_key", "secret_key", "private_key", "client_secret" };

/* Credentials that give themselves away by how they begin. */
static const struct {
	const char *prefix, *of;
	size_t more; /* so many characters of ALNUM and "extra" must follow */
	const char *extra;
} makes[] = {
	{ "AKIA", "a key of AWS", 16, "" },
	{ "ASIA", "a key of AWS", 16, "" },
	{ "ghp_", "a token of GitHub", 36, "" },
	{ "gho_", "a token of GitHub", 36, "" },
	{ "ghs_", "a token of GitHub", 36, "" },
	{ "github_pat_", "a token of GitHub", 22, "_" },
	{ "glpat-", "a token of GitLab", 20, "-_" },
	{ "xoxb-", "a token of Slack", 20, "-" },
	{ "xoxp-", "a token of Slack", 20, "-" },
	{ "sk_live_", "a key of Stripe", 16, "" },
	{ "rk_live_", "a key of Stripe", 16, "" },
	{ "AIza", "a key of Google", 35, "-_" },
	{ "sb_", "a token of Signalbox", 43, "-_" },
	{ "eyJ", "a JSON web token", 40, "-_." },
};

static bool ends_with_word(const char *name, const char *word)
{
	size_t n = strlen(name), len = strlen(word);

	return n >= len && strcasecmp(name + n - len, word) == 0;
}

static bool is_secret_name(const char *name)
{
	char plain[NAME_MAX_BYTES + 1];
	size_t n = 0;

	for (name += strspn(name, "-"); *name != '\0' && n < NAME_MAX_BYTES; name++)
		plain[n++] = (char)(*name == '-' ? '_' : *name);
	plain[n] = '\0';
	for (size_t i = 0; i < LENGTH(names); i++)
		if (ends_with_word(plain, names[i]))
			return true;
	return false;
}

/* "vault:secret/db": where it is kept, in the words of many tools. */
static bool is_reference(const char *value)
{
	static const char *const schemes[] = { "vault:", "env:", "file:", "secret:", "secrets:",
		"op:", "arn:", "ssm:", "keyring:", "ref:", "gcp:", "azure:", "sops:" };

	for (size_t i = 0; i < LENGTH(schemes); i++)
		if (strncasecmp(value, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

/* Something written out, and no reference, path, placeholder or plain word. */
static bool is_written_out(const char *value)
{
	static const char *const words[] = { "true", "false", "null", "none", "yes", "no",
		"changeme", "required", "optional", "string" };
	size_t len = strlen(value);

	if (len < VALUE_MIN || strchr("$<{%@/*`&|;", value[0]) != NULL ||
	    strstr(value, "${") != NULL || strstr(value, "$(") != NULL)
		return false;
	if (strspn(value, "xX*.") == len || is_reference(value))
		return false;
	if (strspn(value, "0123456789") == len)
		return len >= NUMBER_MIN;
	for (size_t i = 0; i < LENGTH(words); i++)
		if (strcasecmp(value, words[i]) == 0)
			return false;
	return true;
}

const char *secret_in_setting(struct ctx *c, const char *name, const char *value)
{
	if (is_secret_name(name) && is_written_out(value))
		return arena_strdup(c->arena, name);
	return secret_in_text(c, value);
}

static bool is_edge(char ch)
{
	return ch == '\0' || strchr(ALNUM "_-", ch) == NULL;
}

static const char *known_make(const char *text)
{
	for (size_t i = 0; i < LENGTH(makes); i++)
		for (const char *at = strstr(text, makes[i].prefix); at != NULL;
		     at = strstr(at + 1, makes[i].prefix)) {
			const char *rest = at + strlen(makes[i].prefix);
			size_t len = 0;
			while (len < makes[i].more && rest[len] != '\0' &&
			       (strchr(ALNUM, rest[len]) != NULL ||
				   strchr(makes[i].extra, rest[len]) != NULL))
				len++;
			if (len >= makes[i].more && (at == text || is_edge(at[-1])))
				return makes[i].of;
		}
	if (strstr(text, "PRIVATE KEY-----") != NULL)
		return "a private key";
	return NULL;
}

/* "://name:password@": the part in front of the host. */
static bool has_userinfo(struct ctx *c, const char *text)
{
	for (const char *at = strstr(text, "://"); at != NULL; at = strstr(at + 1, "://")) {
		const char *user = at + 3;
		size_t all = strcspn(user, "/?# \t\n\"'");
		const char *whole = arena_strndup(c->arena, user, all), *host = strrchr(whole, '@');
		const char *colon = strchr(whole, ':');
		if (host == NULL || colon == NULL || colon > host)
			continue;
		if (is_written_out(arena_strndup(c->arena, colon + 1, (size_t)(host - colon - 1))))
			return true;
	}
	return false;
}

/* ---- names and values in running text */

struct words {
	struct ctx *c;
	const char *rest;
};

#define GAPS " \t\n\"',;?&{}[]()"

/* The next word, or NULL; what stands between words is not looked at. */
static const char *next_word(struct words *w)
{
	w->rest += strspn(w->rest, GAPS);
	size_t len = strcspn(w->rest, GAPS);
	if (len == 0)
		return NULL;
	const char *word = arena_strndup(w->c->arena, w->rest, len);
	w->rest += len;
	return word;
}

/* "NAME=value", "NAME='value'" and "--name=value". */
static const char *assignment(struct words *w, const char *word)
{
	const char *equals = strchr(word, '=');
	struct words look = *w;

	if (equals == NULL)
		return NULL;
	const char *name = arena_strndup(w->c->arena, word, (size_t)(equals - word));
	const char *value = equals + 1;
	if (*value == '\0' && (*w->rest == '"' || *w->rest == '\''))
		value = next_word(&look);
	return value != NULL && is_secret_name(name) && is_written_out(value) ? name : NULL;
}

/* "--name value", "Name: value", "\"name\": \"value\"": the word says that its value follows. In
 * prose a colon is followed by words, so there the value must have a digit. */
static bool announces(const char *word, const char *after, const char *value)
{
	size_t len = strlen(word);
	bool colon = (len > 1 && word[len - 1] == ':') || strcmp(after, ":") == 0;

	return colon ? strpbrk(value, "0123456789") != NULL : text_starts(word, "--");
}

static const char *without_colon(struct ctx *c, const char *word)
{
	return arena_strndup(c->arena, word, strcspn(word, ":="));
}

/* "Authorization: Bearer x", "Authorization: Basic x". */
static bool is_authorization(const char *word, const struct words *w)
{
	struct words look = *w;
	const char *scheme = next_word(&look), *value = next_word(&look);

	return strcasecmp(word, "authorization:") == 0 && scheme != NULL && value != NULL &&
	       (strcasecmp(scheme, "bearer") == 0 || strcasecmp(scheme, "basic") == 0) &&
	       is_written_out(value);
}

/* curl's "-u name:password". */
static bool is_user(const char *word, const char *after)
{
	const char *colon = after == NULL ? NULL : strchr(after, ':');

	return colon != NULL && colon != after && is_written_out(colon + 1) && after[0] != '$' &&
	       (strcmp(word, "-u") == 0 || strcmp(word, "--user") == 0);
}

static const char *announced(struct words look, const char *word)
{
	const char *after = next_word(&look), *value = after;

	if (after != NULL && strcmp(after, ":") == 0)
		value = next_word(&look);
	if (value == NULL || value[0] == '-' || !announces(word, after, value))
		return NULL;
	const char *name = without_colon(look.c, word);
	return is_secret_name(name) && is_written_out(value) ? name : NULL;
}

static const char *named_in_text(struct ctx *c, const char *text)
{
	struct words w = { c, text };

	for (const char *word = next_word(&w); word != NULL; word = next_word(&w)) {
		struct words look = w;
		const char *found = assignment(&w, word);
		if (found == NULL)
			found = announced(w, word);
		if (found == NULL && is_authorization(word, &w))
			found = "Authorization";
		if (found == NULL && is_user(word, next_word(&look)))
			found = "the password of a user";
		if (found != NULL)
			return found;
	}
	return NULL;
}

const char *secret_in_text(struct ctx *c, const char *text)
{
	const char *make = known_make(text);

	if (make != NULL)
		return make;
	if (has_userinfo(c, text))
		return "the password in an address";
	return named_in_text(c, text);
}
