#include "model/account.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"

enum err verb_account_add(struct cli *x)
{
	const char *name, *email = "", *password;
	bool admin = false;
	struct account account;
	const struct cli_option options[] = { { "email", 0, .text = &email },
		{ "admin", 0, .flag = &admin } };

	TRY(cli_arguments(x, options, LENGTH(options), &name, 1, 1));
	TRY(cli_database(x));
	TRY(cli_password(x, &password));
	return account_add(&x->c, name, email, password, admin, &account);
}

enum err verb_account_passwd(struct cli *x)
{
	const char *name, *password;
	struct account account;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &name, 1, 1));
	TRY(cli_database(x));
	TRY(account_named(&x->c, name, &account));
	TRY(cli_password(x, &password));
	return account_set_password(&x->c, account.id, password, 0);
}

static const char *rights(const struct account *account)
{
	if (account->admin)
		return "admin";
	return account->dashboard ? "dashboard" : "-";
}

enum err verb_account_list(struct cli *x)
{
	struct account *accounts;
	size_t n;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, NULL, 0, 0));
	TRY(cli_database(x));
	TRY(account_list(&x->c, &accounts, &n));
	for (size_t i = 0; i < n; i++)
		printf("%-24s %-9s %-9s %s\n", accounts[i].name, rights(&accounts[i]),
		    accounts[i].disabled ? "disabled" : "-", accounts[i].email);
	return OK;
}

static enum err able(struct cli *x, bool disabled)
{
	const char *name;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &name, 1, 1));
	TRY(cli_database(x));
	return account_disable(&x->c, name, disabled);
}

enum err verb_account_disable(struct cli *x)
{
	return able(x, true);
}

enum err verb_account_enable(struct cli *x)
{
	return able(x, false);
}

/* NAME yes|no */
static enum err read_turn(struct cli *x, const char **name, bool *on)
{
	const char *words[2];

	TRY(cli_arguments(x, CLI_NO_OPTIONS, words, 2, 2));
	*name = words[0];
	*on = strcmp(words[1], "yes") == 0;
	if (!*on && strcmp(words[1], "no") != 0)
		return cli_usage(x, "say yes or no, not %s", words[1]);
	return cli_database(x);
}

enum err verb_account_admin(struct cli *x)
{
	const char *name;
	struct account account;
	bool on;

	TRY(read_turn(x, &name, &on));
	return account_edit(&x->c, name, &(struct account_change){ .admin = &on }, &account);
}

enum err verb_account_dashboard(struct cli *x)
{
	const char *name;
	struct account account;
	bool on;

	TRY(read_turn(x, &name, &on));
	return account_edit(&x->c, name, &(struct account_change){ .dashboard = &on }, &account);
}
