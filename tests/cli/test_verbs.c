#include "cli/verbs.h"

#include <stdlib.h>
#include <string.h>

#include "cli/program.h"
#include "core/version.h"
#include "lib/check.h"

TEST(verb_is_found_by_its_longest_name)
{
	char token[] = "token", add[] = "add", admin[] = "admin", tokens[] = "tokens",
	     serve[] = "serve", empty[] = "";
	char *one[] = { token, add, admin }, *two[] = { token }, *three[] = { tokens, add },
	     *four[] = { serve, admin }, *five[] = { empty, add };
	int words = 9;
	const struct verb *v = verb_find(3, one, &words);

	YES(v != NULL);
	SAME(v->name, "token add");
	IS(words, 2);
	YES(verb_find(1, two, &words) == NULL);
	YES(verb_find(2, three, &words) == NULL);
	YES(verb_find(2, five, &words) == NULL);
	SAME(verb_find(2, four, &words)->name, "serve");
	IS(words, 1);
}

TEST(verbs_have_a_sentence_and_one_name_each)
{
	for (size_t i = 0; i < nverbs; i++) {
		size_t len = strlen(verbs[i].help);
		YES(len > 5 && verbs[i].help[len - 1] == '.');
		for (size_t k = 0; k < i; k++)
			YES(strcmp(verbs[i].name, verbs[k].name) != 0);
	}
}

TEST(exit_code_is_0_done_1_failed_2_wrong_usage)
{
	IS(exit_code(OK), 0);
	IS(exit_code(ERR_MALFORMED), 2);
	IS(exit_code(ERR_INVALID), 1);
	IS(exit_code(ERR_UNAVAILABLE), 1);
	IS(exit_code(ERR_INTERNAL), 1);
}

TEST(program_says_what_is_wrong_with_its_usage_in_one_line)
{
	static const char *const wrong[][4] = { { NULL }, { "nope" }, { "--nope" }, { "account" },
		{ "account", "add" }, { "account", "add", "x", "y" }, { "serve", "nope" },
		{ "version", "x" }, { "team", "member", "x" }, { "token", "revoke", "x" },
		{ "serve" }, { "--config" } };

	for (size_t i = 0; i < LENGTH(wrong); i++) {
		const char *const *w = wrong[i];
		const struct program *p = program(NULL, "", w[0], w[1], w[2], w[3], NULL);
		IS(p->status, 2);
		SAME(p->out, "");
		HAS(p->err, "signalbox: ");
		YES(strchr(p->err, '\n') == p->err + strlen(p->err) - 1);
	}
}

TEST(program_says_what_may_follow_half_a_verb)
{
	const struct program *p = program(NULL, "", "account", NULL);

	SAME(p->err, "signalbox: usage: account takes one of: add, passwd, list, disable, enable, "
		     "admin, dashboard\n");
	LACKS(program(NULL, "", "help", NULL)->out, " \n");
}

TEST(program_says_its_version)
{
	const struct program *p = program(NULL, "", "version", NULL);

	IS(p->status, 0);
	SAME(p->out, "signalbox " SIGNALBOX_VERSION "\n");
	SAME(p->err, "");
}

TEST(program_helps)
{
	HAS(program(NULL, "", "help", NULL)->out, "account add NAME [--email E] [--admin]");
	HAS(program(NULL, "", "--help", NULL)->out, "serve POOL");
	const char *one = program(NULL, "", "account", "add", "x", "--help", NULL)->out;
	HAS(one, "account add NAME");
	LACKS(one, "account list");
	SAME(program(NULL, "", "help", "account", "add", NULL)->out, one);
	const char *family = program(NULL, "", "help", "account", NULL)->out;
	HAS(family, "account add NAME");
	HAS(family, "account list");
	LACKS(family, "team add");
	IS(program(NULL, "", "help", "nonsense", NULL)->status, 2);
	HAS(program(NULL, "", "manual", NULL)->out, ".TH SIGNALBOX 1");
}

TEST(program_names_a_setting_that_does_not_exist)
{
	const char *const settings[] = { "SIGNALBOX_NOPE=1", NULL };
	const struct program *p = program(settings, "", "work", NULL);

	IS(p->status, 1);
	HAS(p->err, "signalbox: SIGNALBOX_NOPE: ");
}

TEST(program_fails_when_its_answer_cannot_be_written)
{
	const char *path = getenv("TEST_SIGNALBOX");

	YES(path != NULL);
	/* tmpfile() cannot be full, /dev/full is: so by a shell. */
	int status = 0;
	FILE *f = popen("\"$TEST_SIGNALBOX\" version >/dev/full 2>/dev/null; echo $?", "r");
	YES(f != NULL && fscanf(f, "%d", &status) == 1);
	if (f != NULL)
		pclose(f);
	IS(status, 1);
}

TEST(program_shows_every_pools_routes)
{
	const struct program *p = program(NULL, "", "routes", NULL);

	IS(p->status, 0);
	HAS(p->out, "\nauth ");
	HAS(p->out, "\nadmin ");
	HAS(p->out, "\napi ");
	HAS(p->out, "\nhook ");
	HAS(p->out, "\nengine ");
	LACKS(program(NULL, "", "routes", "auth", NULL)->out, "\napi ");
}
