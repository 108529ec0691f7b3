/* The verbs that change the database, as a person types them. Names are of this run only: nothing
 * here is rolled back. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/program.h"
#include "db/db.h"
#include "lib/check.h"

static const char *name_of(const char *what)
{
	static char names[4][64];
	static int next;
	char *name = names[next++ % 4];

	snprintf(name, sizeof(names[0]), "%s-%d", what, getpid());
	return name;
}

TEST(account_add_takes_the_password_from_standard_input)
{
	const char *name = name_of("marta");
	const struct program *p = program(with_database(), "a long password\n", "account", "add",
	    name, "--email", "m@example.org", NULL);

	IS(p->status, 0);
	SAME(p->err, "");
	p = program(with_database(), "", "account", "list", NULL);
	IS(p->status, 0);
	HAS(p->out, name);
	HAS(p->out, "m@example.org");
	p = program(with_database(), "a long password\n", "account", "add", name, NULL);
	IS(p->status, 1);
	HAS(p->err, "signalbox: name: ");
}

TEST(account_add_names_what_is_wrong)
{
	const char *const *db = with_database();

	HAS(program(db, "a long password\n", "account", "add", "Not a name", NULL)->err,
	    "signalbox: name: ");
	HAS(program(db, "short\n", "account", "add", name_of("short"), NULL)->err,
	    "signalbox: password: ");
	HAS(program(db, "", "account", "add", name_of("none"), NULL)->err, "signalbox: password: ");
	IS(program(db, "", "account", "add", name_of("none"), NULL)->status, 1);
}

TEST(account_passwd_disable_and_enable_find_their_account)
{
	const char *const *db = with_database(), *name = name_of("jo");

	IS(program(db, "a long password\n", "account", "add", name, NULL)->status, 0);
	IS(program(db, "another password\n", "account", "passwd", name, NULL)->status, 0);
	IS(program(db, "", "account", "disable", name, NULL)->status, 0);
	HAS(program(db, "", "account", "list", NULL)->out, "disabled");
	IS(program(db, "", "account", "enable", name, NULL)->status, 0);
	IS(program(db, "x\n", "account", "passwd", "nobody-of-that-name", NULL)->status, 1);
	IS(program(db, "", "account", "disable", "nobody-of-that-name", NULL)->status, 1);
}

TEST(team_has_members_with_a_role)
{
	const char *const *db = with_database(), *team = name_of("crew"), *name = name_of("kim");

	IS(program(db, "a long password\n", "account", "add", name, NULL)->status, 0);
	IS(program(db, "", "team", "add", team, NULL)->status, 0);
	IS(program(db, "", "team", "add", team, NULL)->status, 1);
	HAS(program(db, "", "team", "list", NULL)->out, team);
	IS(program(db, "", "team", "member", team, name, "editor", NULL)->status, 0);
	IS(program(db, "", "team", "member", team, name, "none", NULL)->status, 0);
	IS(program(db, "", "team", "member", team, name, "boss", NULL)->status, 2);
	IS(program(db, "", "team", "member", "no-such-team", name, "viewer", NULL)->status, 1);
}

TEST(rights_of_an_account_are_given_and_taken)
{
	const char *const *db = with_database(), *name = name_of("lee");

	IS(program(db, "a long password\n", "account", "add", name, NULL)->status, 0);
	IS(program(db, "", "account", "dashboard", name, "yes", NULL)->status, 0);
	HAS(program(db, "", "account", "list", NULL)->out, "dashboard");
	IS(program(db, "", "account", "admin", name, "yes", NULL)->status, 0);
	IS(program(db, "", "account", "admin", name, "maybe", NULL)->status, 2);
	IS(program(db, "", "account", "admin", "nobody-of-that-name", "yes", NULL)->status, 1);
	IS(program(db, "", "account", "admin", name, "yes", NULL)->status, 0);
}

TEST(team_is_set_renamed_and_deleted)
{
	const char *const *db = with_database(), *team = name_of("gang"), *name = name_of("zoe");
	const char *other = name_of("gang-two");

	IS(program(db, "a long password\n", "account", "add", name, NULL)->status, 0);
	IS(program(db, "", "team", "add", team, NULL)->status, 0);
	IS(program(db, "", "team", "member", team, name, "operator", NULL)->status, 0);
	const struct program *p = program(db, "", "team", "members", team, NULL);
	HAS(p->out, name);
	HAS(p->out, "operator");
	IS(program(db, "", "team", "set", team, "--keep-days", "30", "--drift", "adopt", NULL)
		->status,
	    0);
	IS(program(db, "", "team", "set", team, "--keep-days", "default", NULL)->status, 0);
	IS(program(db, "", "team", "set", team, "--keep-days", "0", NULL)->status, 2);
	IS(program(db, "", "team", "set", team, "--drift", "undo", NULL)->status, 1);
	IS(program(db, "", "team", "rename", team, other, NULL)->status, 0);
	IS(program(db, "", "team", "delete", team, NULL)->status, 1);
	IS(program(db, "", "team", "delete", other, NULL)->status, 0);
	LACKS(program(db, "", "team", "list", NULL)->out, other);
}

TEST(token_is_printed_alone_and_can_be_revoked)
{
	const char *const *db = with_database(), *name = name_of("robot");
	const struct program *p;

	IS(program(db, "a long password\n", "account", "add", name, NULL)->status, 0);
	p = program(db, "", "token", "add", name, "--scope", "write", "--days", "3", "--name",
	    "deploys", NULL);
	IS(p->status, 0);
	YES(strncmp(p->out, "sb_", 3) == 0);
	YES(strchr(p->out, '\n') == p->out + strlen(p->out) - 1);
	p = program(db, "", "token", "list", name, NULL);
	HAS(p->out, "deploys");
	HAS(p->out, "write");
	LACKS(p->out, "sb_");
	char text[16];
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(p->out, " "), p->out);
	IS(program(db, "", "token", "revoke", text, NULL)->status, 0);
	IS(program(db, "", "token", "revoke", "2147483647", NULL)->status, 1);
	IS(program(db, "", "token", "add", name, "--scope", "all", NULL)->status, 2);
	IS(program(db, "", "token", "add", name, "--days", "0", NULL)->status, 2);
	IS(program(db, "", "token", "add", name, "--scope", "admin", NULL)->status, 1);
}

TEST(migrate_run_again_changes_nothing)
{
	const struct program *p = program(with_database(), "", "migrate", NULL);

	IS(p->status, 0);
	LACKS(p->out, "applied");
	HAS(p->out, "the database is at 0");
}

TEST(migrate_gives_the_roles_the_password_of_the_address)
{
	static const char is_set[] =
	    "DO $$ BEGIN IF EXISTS (SELECT FROM pg_authid WHERE rolname IN "
	    "('signalbox_auth', 'signalbox_work') AND rolpassword IS NULL)"
	    " THEN RAISE EXCEPTION 'no password'; END IF; END $$";
	char address[1200];
	const char *const settings[] = { address, NULL };
	struct arena *a = arena_create(100000);
	struct ctx c = { .arena = a, .req_id = "" };

	snprintf(address, sizeof(address), "SIGNALBOX_DATABASE_URL=%s&password=it%%27s%%20secret",
	    getenv("TEST_SCRATCH"));
	IS(program(settings, "", "migrate", NULL)->status, 0);
	c.db = db_open(getenv("TEST_SCRATCH"), NULL, DB_NOTHING);
	IS(db_script(&c, is_set), OK);
	db_close(c.db);
	arena_destroy(a);
}

TEST(check_masks_secrets_and_finds_all_in_order)
{
	const struct program *p = program(with_database(), "", "check", NULL);

	HAS(p->out, "SIGNALBOX_DATABASE_URL=********");
	LACKS(p->out, "FAILED");
	HAS(p->out, "ok      templates");
	HAS(p->out, "ok      static files");
	HAS(p->out, "well     Postgres: version ");
	IS(p->status, 0);
}

TEST(check_fails_when_the_database_is_away)
{
	const char *const settings[] = { "SIGNALBOX_DATABASE_URL=postgresql:///x?host=/nonexistent",
		NULL };
	const struct program *p = program(settings, "", "check", NULL);

	IS(p->status, 1);
	HAS(p->out, "FAILED");
}

TEST(check_prints_the_table_of_settings_without_a_configuration)
{
	const char *const settings[] = { "SIGNALBOX_NOPE=1", NULL };
	const struct program *p = program(settings, "", "check", "--config-table", NULL);

	IS(p->status, 0);
	HAS(p->out, "| `SIGNALBOX_URL` |");
}
