/* What go-shellwords 1.0.14, which Dkron uses, made of these lines. Words are joined by "|". */

#include <string.h>

#include "core/buf.h"
#include "engine/argv.h"
#include "lib/ctx.h"

static const struct {
	const char *line, *words; /* NULL: refused */
} cases[] = {
	{ "echo a b", "echo|a|b" },
	{ "  echo\ta\n b ", "echo|a|b" },
	{ "echo 'a b' \"c d\"", "echo|a b|c d" },
	{ "echo a'b'c\"d\"e", "echo|abcde" },
	{ "echo ''", "echo|" },
	{ "echo '' x", "echo||x" },
	{ "echo a\\ b", "echo|a b" },
	{ "echo \\n\\t\\x", "echo|\n\tx" },
	{ "echo 'a\\b'", "echo|a\\b" },
	{ "echo \"a\\\"b\"", "echo|a\"b" },
	{ "echo \"a", NULL },
	{ "echo 'a", NULL },
	{ "echo a\\", NULL },
	{ "echo a; echo b", "echo|a" },
	{ "echo a && b", "echo|a" },
	{ "echo a|b", "echo|a" },
	{ "echo a > f", "echo|a" },
	{ "echo a 2>f", "echo|a" },
	{ "echo a2>f", "echo|a2" },
	{ "echo 12 3>f", "echo|12" },
	{ "echo ';' a", "echo|;|a" },
	{ "echo \"a;b\" c", "echo|a;b|c" },
	{ "echo `date`", "echo|`date`" },
	{ "echo `date", NULL },
	{ "echo $(date) x", "echo|$(date)|x" },
	{ "echo $(date", NULL },
	{ "echo (a)", NULL },
	{ "echo a)", NULL },
	{ "echo \\(a\\)", "echo|(a)" },
	{ "echo $((1))", NULL },
	{ "echo '$(x)'", "echo|$(x)" },
	{ "echo \"(x)\"", "echo|(x)" },
	{ "echo #a", "echo|#a" },
	{ "echo $HOME", "echo|$HOME" },
	{ "echo \"a`b\" c", "echo|a`b|c" },
	{ "echo \xc3\xa9 \xc3\xbc", "echo|\xc3\xa9|\xc3\xbc" },
	{ "a\\\nb", "a\nb" },
	{ "echo \"\"a", "echo|a" },
	{ "echo a\"\"", "echo|a" },
	{ "echo `a 'b' c` d", "echo|`a 'b' c`|d" },
	{ "echo $(a 'b' \"c\") d", "echo|$(a 'b' \"c\")|d" },
	{ "echo \\$(x)", "echo|$(x)" },
	{ "echo 'a\nb'", "echo|a\nb" },
};

static const char *joined(struct ctx *c, char *const *words)
{
	struct buf b;

	buf_init(&b, c->arena, 1000);
	for (size_t i = 0; words[i] != NULL; i++) {
		buf_text(&b, i > 0 ? "|" : "");
		buf_text(&b, words[i]);
	}
	return b.data;
}

CTX_TEST(engine_command_lines_are_split_as_dkron_splits_them)
{
	char **words;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		enum err e = argv_split(c, cases[i].line, &words);
		IS(e, cases[i].words != NULL ? OK : ERR_INVALID);
		if (e == OK && cases[i].words != NULL)
			SAME(joined(c, words), cases[i].words);
		else
			SAME(c->fault.detail, "invalid command line string");
	}
}

CTX_TEST(engine_command_line_without_a_word_is_refused)
{
	static const char *const lines[] = { "", "   ", "; x" };
	char **words;

	for (size_t i = 0; i < LENGTH(lines); i++) {
		IS(argv_split(c, lines[i], &words), ERR_INVALID);
		SAME(c->fault.detail, "shell: Command missing");
	}
}
