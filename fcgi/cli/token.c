#include "model/token.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/verbs.h"
#include "core/text.h"
#include "core/time.h"
#include "model/account.h"

enum err verb_token_add(struct cli *x)
{
	const char *account_name, *name = "command line", *scope_text = "read", *days_text = NULL,
				  *token;
	int64_t days = 90;
	struct account account;
	const struct cli_option options[] = { { "name", 0, .text = &name },
		{ "scope", 0, .text = &scope_text }, { "days", 0, .text = &days_text } };

	TRY(cli_arguments(x, options, LENGTH(options), &account_name, 1, 1));
	TRY(cli_int(x, "days", days_text, 1, 365, &days));
	enum scope scope = scope_named(scope_text);
	if (scope == SCOPE_NONE)
		return cli_usage(x, "no scope %s: read, run, write or admin", scope_text);
	TRY(cli_database(x));
	TRY(account_named(&x->c, account_name, &account));
	TRY(token_add(&x->c, account.id, name, scope, days, &token));
	puts(token);
	return OK;
}

static const char *day(struct arena *a, int64_t us)
{
	return us == 0 ? "never" : arena_strndup(a, time_rfc3339(a, us), strlen("2026-11-21"));
}

enum err verb_token_list(struct cli *x)
{
	const char *name = NULL;
	struct account account = { .id = 0 };
	struct token *tokens;
	size_t n;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &name, 0, 1));
	TRY(cli_database(x));
	if (name != NULL)
		TRY(account_named(&x->c, name, &account));
	TRY(token_list(&x->c, account.id, &tokens, &n));
	for (size_t i = 0; i < n; i++)
		printf("%-6" PRId64 " %-24s %-6s expires %s used %-10s %s\n", tokens[i].id,
		    tokens[i].account, scope_name((enum scope)tokens[i].scope),
		    day(x->c.arena, tokens[i].expires_us), day(x->c.arena, tokens[i].used_us.value),
		    tokens[i].name);
	return OK;
}

enum err verb_token_revoke(struct cli *x)
{
	const char *text;
	int64_t id;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &text, 1, 1));
	if (!text_int64(text, 1, INT64_MAX, &id))
		return cli_usage(x, "a token is named by its number, as token list shows it");
	TRY(cli_database(x));
	return token_revoke(&x->c, 0, id);
}
