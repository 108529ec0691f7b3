#include "core/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/ctx.h"

/* The address as a socket has it. */
static struct sockaddr_storage socket_of(const char *text)
{
	struct sockaddr_storage s = { 0 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&s;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&s;

	s.ss_family = AF_INET;
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
		return s;
	s.ss_family = AF_INET6;
	IS(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
	return s;
}

TEST(private_addresses_are_not_public_in_any_disguise)
{
	static const char *const closed[] = { "0.0.0.0", "10.1.2.3", "100.64.0.1",
		"100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
		"172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
		"198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1",
		"239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::10.0.0.1",
		"::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1",
		"64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:1ff::1",
		"2001:db8::1", "2002:a00:1::1", "3fff::1", "4000::1", "fc00::1", "fd00:ec2::254",
		"fe80::1", "fec0::1", "ff02::1", "5f00::1" };
	static const char *const open[] = { "1.1.1.1", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255",
		"169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
		"198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
		"2a00:1450::1", "2001:200::1", "::ffff:8.8.8.8", "64:ff9b::808:808" };

	for (size_t i = 0; i < LENGTH(closed); i++) {
		struct sockaddr_storage s = socket_of(closed[i]);
		if (net_is_public((struct sockaddr *)&s))
			FAIL("%s is taken for public", closed[i]);
	}
	for (size_t i = 0; i < LENGTH(open); i++) {
		struct sockaddr_storage s = socket_of(open[i]);
		if (!net_is_public((struct sockaddr *)&s))
			FAIL("%s is not taken for public", open[i]);
	}
	struct sockaddr other = { .sa_family = AF_UNIX };
	YES(!net_is_public(&other));
}

CTX_TEST(an_address_of_the_web_is_read_as_curl_reads_it)
{
	static const struct {
		const char *text, *host;
		int64_t port;
		bool secure;
	} good[] = {
		{ "https://Hooks.Example.org/a?b=c", "hooks.example.org", 443, true },
		{ "http://hooks.example.org:8080", "hooks.example.org", 8080, false },
		{ "https://10.1.2.3:1/x", "10.1.2.3", 1, true },
		{ "https://[FD00::1]:65535/", "fd00::1", 65535, true },
		{ "https://a?x", "a", 443, true },
		{ "https://my_host.intern/", "my_host.intern", 443, true },
	};
	static const char *const bad[] = { "", "https://", "ftp://a/", "HTTPS://a/", "https:///x",
		"https://u:p@a/", "https://a:b@c:443/", "https://a#b", "https://a b/",
		"https://a/\n", "https://a:0/", "https://a:65536/", "https://a:/", "https://a:80x/",
		"https://a..b/", "https://.a/", "https://a./", "https://-a/", "https://[::1/",
		"https://::1/", "https://[1.2.3.4]/", "https://[fe80::1%25eth0]/",
		"https://0x7f.1/", "https://2130706433/", "https://127.1/", "https://1.2.3.4.5/",
		"https://a\\@b/", "https://h\xc3\xb6st/", "https://a%2eb/", "//a/",
		"https://a`b/" };
	struct net_url url;

	for (size_t i = 0; i < LENGTH(good); i++) {
		if (!net_url_parse(c->arena, good[i].text, &url)) {
			FAIL("%s is refused", good[i].text);
			continue;
		}
		SAME(url.host, good[i].host);
		IS(url.port, good[i].port);
		IS(url.secure, good[i].secure);
	}
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (net_url_parse(c->arena, bad[i], &url))
			FAIL("%s is taken, host %s", bad[i], url.host);
	char *longest = arena_printf(c->arena, "https://a/%2000s", "");
	memset(longest + 10, 'x', 1990);
	longest[2000] = '\0';
	YES(net_url_parse(c->arena, longest, &url));
	longest[2000] = 'x';
	YES(!net_url_parse(c->arena, longest, &url));
}

TEST(a_list_names_hosts_addresses_and_networks)
{
	static const char list[] = "Hooks.intern, 10.1.0.0/16,fd00::/8 192.168.1.5";
	struct sockaddr_storage in = socket_of("10.1.255.1"), out = socket_of("10.2.0.1");
	struct sockaddr_storage mapped = socket_of("::ffff:10.1.0.7"), six = socket_of("fd12::1");

	YES(net_list_is_valid(list));
	YES(net_list_is_valid(""));
	YES(net_list_has_host(list, "hooks.intern"));
	YES(!net_list_has_host(list, "ooks.intern"));
	YES(!net_list_has_host(list, "x.hooks.intern"));
	YES(net_list_has_host(list, "192.168.1.5"));
	YES(!net_list_has_host(list, "192.168.1.6"));
	YES(net_list_has_address(list, (struct sockaddr *)&in));
	YES(!net_list_has_address(list, (struct sockaddr *)&out));
	YES(net_list_has_address(list, (struct sockaddr *)&mapped));
	YES(net_list_has_address(list, (struct sockaddr *)&six));
	YES(!net_list_has_address("", (struct sockaddr *)&in));
	YES(!net_list_is_valid("10.0.0.0/33"));
	YES(!net_list_is_valid("fd00::/129"));
	YES(!net_list_is_valid("10.0.0/8"));
	YES(!net_list_is_valid("https://a/"));
	YES(!net_list_is_valid("*.example.org"));
}
