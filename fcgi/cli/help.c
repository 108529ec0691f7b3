#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "core/version.h"

enum { WIDTH = 92 };

/* Prints words, broken before WIDTH, each line after `indent` spaces. */
static void wrap(const char *text, int indent)
{
	int column = indent;

	printf("%*s", indent, "");
	while (*text != '\0') {
		int len = 0;
		while (text[len] != '\0' && text[len] != ' ')
			len++;
		if (column > indent && column + 1 + len > WIDTH) {
			printf("\n%*s", indent, "");
			column = indent;
		}
		column += printf("%s%.*s", column > indent ? " " : "", len, text);
		text += text[len] == ' ' ? len + 1 : len;
	}
	putchar('\n');
}

static void show(const struct verb *verb)
{
	printf("  %s%s%s\n", verb->name, *verb->usage == '\0' ? "" : " ", verb->usage);
	wrap(verb->help, 6);
}

/* "account" alone stands for all verbs that begin so. */
static bool is_asked_for(const struct verb *verb, int argc, char **argv)
{
	size_t len = strlen(argv[0]);
	int words;

	return verb_find(argc, argv, &words) == verb ||
	       (strncmp(verb->name, argv[0], len) == 0 && verb->name[len] == ' ' &&
		   verb_find(argc, argv, &words) == NULL);
}

static enum err help_on(struct cli *x)
{
	bool any = false;

	for (size_t i = 0; i < nverbs; i++)
		if (is_asked_for(&verbs[i], x->argc, x->argv)) {
			show(&verbs[i]);
			any = true;
		}
	return any ? OK
		   : cli_usage(x, "no verb %s; signalbox help shows what there is", x->argv[0]);
}

enum err verb_help(struct cli *x)
{
	if (x->argc > 0)
		return help_on(x);
	puts("signalbox [--config FILE] VERB ...\n");
	for (size_t i = 0; i < nverbs; i++)
		show(&verbs[i]);
	puts(
	    "\nThe configuration is in SIGNALBOX_... variables or FILE; signalbox check shows it.");
	return OK;
}

/* A dash of an option must not become a hyphen, and a line must not begin with a control character.
 */
static void roff(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '-' || *text == '\\')
			printf("\\%c", *text);
		else
			putchar(*text);
}

enum err verb_manual(struct cli *x)
{
	(void)x;
	puts(".TH SIGNALBOX 1 \"\" \"signalbox " SIGNALBOX_VERSION "\"");
	puts(".SH NAME\nsignalbox \\- control room for Dkron");
	puts(".SH SYNOPSIS\n.B signalbox\n[\\-\\-config FILE] VERB ...");
	puts(".SH VERBS");
	for (size_t i = 0; i < nverbs; i++) {
		printf(".TP\n.B %s\n", verbs[i].name);
		if (verbs[i].usage[0] != '\0') {
			roff(verbs[i].usage);
			puts("\n.br");
		}
		roff(verbs[i].help);
		putchar('\n');
	}
	puts(".SH ENVIRONMENT\nEach setting may also stand as a NAME=value line in FILE; the "
	     "environment wins. "
	     "A secret may be given as NAME_FILE.");
	puts(".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage.");
	return OK;
}

enum err verb_version(struct cli *x)
{
	TRY(cli_arguments(x, CLI_NO_OPTIONS, NULL, 0, 0));
	puts("signalbox " SIGNALBOX_VERSION);
	return OK;
}
