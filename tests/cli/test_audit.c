/* signalbox audit and signalbox check --audit, as they are typed. */

#include <string.h>
#include <unistd.h>

#include "cli/program.h"
#include "core/arena.h"
#include "lib/check.h"

static size_t lines(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s == '\n';
	return n;
}

TEST(audit_prints_json_lines_oldest_first)
{
	const char *const *db = with_database();
	struct arena *a = arena_create(1 << 20);
	const char *name = arena_printf(a, "lines-%d", (int)getpid());
	const char *object = arena_printf(a, "account:%s", name);

	IS(program(db, "a long password\n", "account", "add", name, NULL)->status, 0);
	IS(program(db, "", "account", "disable", name, NULL)->status, 0);
	const struct program *p = program(db, "", "audit", "--object", object, NULL);
	IS(p->status, 0);
	IS((int64_t)lines(p->out), 2);
	HAS(p->out, "\"actor\":\"cli\",\"verb\":\"account_add\"");
	YES(strstr(p->out, "account_add") < strstr(p->out, "account_disable"));
	LACKS(p->out, "a long password");
	p = program(db, "", "audit", "--object", object, "--verb", "account_disable", NULL);
	IS((int64_t)lines(p->out), 1);
	SAME(program(db, "", "audit", "--object", object, "--since", "2100-01-01T00:00:00Z", NULL)
		 ->out,
	    "");
	SAME(program(db, "", "audit", "--object", object, "--text", "nowhere", NULL)->out, "");
	IS(program(db, "", "audit", "--since", "yesterday", NULL)->status, 2);
	arena_destroy(a);
}

TEST(check_audit_says_ok_with_the_head_and_holds_it_against_an_earlier_one)
{
	const char *const *db = with_database();
	const struct program *p = program(db, "", "check", "--audit", NULL);

	IS(p->status, 0);
	HAS(p->out, "ok      the audit's chain");
	p = program(db, "", "check", "--audit", "--anchor", "999999999:abc", NULL);
	IS(p->status, 1);
	HAS(p->err, "signalbox: audit: link 999999999");
	IS(program(db, "", "check", "--audit", "--anchor", "abc", NULL)->status, 2);
	IS(program(db, "", "check", "--anchor", "1:abc", NULL)->status, 2);
}
