#include "core/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/ctx.h"
#include "core/text.h"

enum { WORD_MAX = 300, LABEL_MAX = 63, HOST_MAX = 253, BITS = 128, V4_BITS = 96 };

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

/* Every address is one of IPv6; those of IPv4 stand in ::ffff:0:0/96. */
struct prefix {
	unsigned char bytes[16];
	int64_t bits;
};

/* Not on the internet, or standing for an address that may not be. Of IPv6 only 2000::/3 is given
 * out at all. */
static const char *const closed_v4[] = { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
	"169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
	"240.0.0.0/4" };
static const char *const closed_v6[] = { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" };

static void map_v4(struct prefix *p, const void *v4)
{
	memset(p->bytes, 0, 10);
	memset(p->bytes + 10, 0xff, 2);
	memcpy(p->bytes + 12, v4, 4);
}

static bool read_address(const char *text, struct prefix *out)
{
	struct in_addr v4;

	out->bits = BITS;
	if (inet_pton(AF_INET, text, &v4) != 1)
		return inet_pton(AF_INET6, text, out->bytes) == 1;
	map_v4(out, &v4);
	return true;
}

/* "10.0.0.0/8", or an address alone. */
static bool read_prefix(const char *text, struct prefix *out)
{
	char word[WORD_MAX] = "";
	size_t len = strcspn(text, "/");
	int64_t bits;

	if (len >= sizeof(word))
		return false;
	memcpy(word, text, len);
	if (!read_address(word, out))
		return false;
	if (text[len] == '\0')
		return true;
	bool v4 = strchr(word, ':') == NULL;
	if (!text_int64(text + len + 1, 0, v4 ? BITS - V4_BITS : BITS, &bits))
		return false;
	out->bits = v4 ? bits + V4_BITS : bits;
	return true;
}

static bool holds(const struct prefix *p, const struct prefix *address)
{
	size_t whole = (size_t)p->bits / 8;
	int rest = (int)(p->bits % 8);
	unsigned char mask = (unsigned char)(0xff00 >> rest);

	return memcmp(p->bytes, address->bytes, whole) == 0 &&
	       (rest == 0 || ((p->bytes[whole] ^ address->bytes[whole]) & mask) == 0);
}

static bool in_one_of(const struct prefix *address, const char *const *list, size_t n)
{
	struct prefix p;

	for (size_t i = 0; i < n; i++)
		if (read_prefix(list[i], &p) && holds(&p, address))
			return true;
	return false;
}

/* Through a NAT64 an address of IPv4 is reached as one of IPv6: what counts is the former. */
static void see_through(struct prefix *address)
{
	static const char *const translated[] = { "64:ff9b::/96" };

	if (in_one_of(address, translated, LENGTH(translated)))
		map_v4(address, (const unsigned char[4]){ address->bytes[12], address->bytes[13],
				    address->bytes[14], address->bytes[15] });
}

static bool is_public(struct prefix address)
{
	static const char *const mapped[] = { "::ffff:0:0/96" }, *const given[] = { "2000::/3" };

	see_through(&address);
	if (in_one_of(&address, mapped, LENGTH(mapped)))
		return !in_one_of(&address, closed_v4, LENGTH(closed_v4));
	return in_one_of(&address, given, LENGTH(given)) &&
	       !in_one_of(&address, closed_v6, LENGTH(closed_v6));
}

static bool from_socket(const struct sockaddr *sa, struct prefix *out)
{
	out->bits = BITS;
	if (sa->sa_family == AF_INET)
		map_v4(out, &((const struct sockaddr_in *)(const void *)sa)->sin_addr);
	else if (sa->sa_family == AF_INET6)
		memcpy(out->bytes, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, 16);
	else
		return false;
	return true;
}

bool net_is_public(const struct sockaddr *address)
{
	struct prefix p;

	return from_socket(address, &p) && is_public(p);
}

bool net_host_is_public(const char *host, bool *is_address)
{
	struct prefix p;

	*is_address = read_address(host, &p);
	return *is_address && is_public(p);
}

/* ---- lists */

/* Labels of letters, digits and hyphens with dots between. One of digits alone at the end is no
 * name: resolvers take such forms for addresses in a way of their own. */
static bool is_name(const char *s)
{
	const char *last = strrchr(s, '.');

	if (strlen(s) > HOST_MAX)
		return false;
	last = last == NULL ? s : last + 1;
	if (last[strspn(last, DIGITS)] == '\0' || (last[0] == '0' && last[1] == 'x'))
		return false;
	for (;; s++) {
		size_t len = strspn(s, LETTERS DIGITS "-_");
		if (len == 0 || len > LABEL_MAX || s[0] == '-' || s[len - 1] == '-')
			return false;
		s += len;
		if (*s == '\0')
			return true;
		if (*s != '.')
			return false;
	}
}

/* The next word of the list, in lower case; false at its end. One that is too long is "/". */
static bool next_word(const char **list, char word[WORD_MAX])
{
	*list += strspn(*list, ", \t");
	size_t len = strcspn(*list, ", \t");

	if (len == 0)
		return false;
	memset(word, 0, WORD_MAX);
	memcpy(word, len < WORD_MAX ? *list : "/", len < WORD_MAX ? len : 1);
	for (char *s = word; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	*list += len;
	return true;
}

bool net_list_is_valid(const char *list)
{
	char word[WORD_MAX];
	struct prefix p;

	while (next_word(&list, word))
		if (!read_prefix(word, &p) && !is_name(word))
			return false;
	return true;
}

static bool list_holds(const char *list, const struct prefix *address)
{
	char word[WORD_MAX];
	struct prefix p;

	while (next_word(&list, word))
		if (read_prefix(word, &p) && holds(&p, address))
			return true;
	return false;
}

bool net_list_has_host(const char *list, const char *host)
{
	char word[WORD_MAX];
	struct prefix address;

	if (read_address(host, &address))
		return list_holds(list, &address);
	while (next_word(&list, word))
		if (strcmp(word, host) == 0)
			return true;
	return false;
}

bool net_list_has_address(const char *list, const struct sockaddr *address)
{
	struct prefix p;

	return from_socket(address, &p) && list_holds(list, &p);
}

/* ---- addresses of the web */

static bool is_printable(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s >= 0x7f || strchr("\"<>\\^`{|}#", *s) != NULL)
			return false;
	return true;
}

static bool read_port(const char *s, int64_t *port)
{
	return *s == '\0' || (*s == ':' && text_int64(s + 1, 1, 65535, port));
}

/* `place` is what stands between the slashes and the path. */
static bool read_place(char *place, struct net_url *out)
{
	struct prefix p;
	char *end;

	for (char *s = place; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	if (*place == '[') {
		end = strchr(place, ']');
		if (end == NULL || !read_port(end + 1, &out->port))
			return false;
		*end = '\0';
		out->host = place + 1;
		return strchr(place + 1, ':') != NULL && read_address(place + 1, &p);
	}
	end = place + strcspn(place, ":");
	if (!read_port(end, &out->port))
		return false;
	*end = '\0';
	out->host = place;
	return read_address(place, &p) || is_name(place);
}

bool net_url_parse(struct arena *a, const char *text, struct net_url *out)
{
	if (strlen(text) > NET_URL_MAX || !is_printable(text))
		return false;
	*out = (struct net_url){ .secure = text_starts(text, "https://") };
	if (!out->secure && !text_starts(text, "http://"))
		return false;
	text += out->secure ? 8 : 7;
	out->port = out->secure ? 443 : 80;
	size_t len = strcspn(text, "/?");
	if (memchr(text, '@', len) != NULL)
		return false;
	return read_place(arena_strndup(a, text, len), out);
}
