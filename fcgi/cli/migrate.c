#include "cli/migrate.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "db/db.h"
#include "sql_migrations.h"

static const struct migration migrations[] = {
#define X(name, checksum, text) { name, checksum, text },
	SQL_MIGRATIONS(X)
#undef X
};

static const struct db_field fields[] = { DB_FIELD(struct migration, name),
	DB_FIELD(struct migration, checksum), DB_END };

enum err migrate_next(struct ctx *c, const struct migration *ours, size_t nours,
    const struct migration *recorded, size_t nrecorded, size_t *next)
{
	for (size_t i = 0; i < nrecorded; i++) {
		if (i >= nours)
			return fail(c, ERR_CONFLICT, "database",
			    "is newer than this program: it has %s", recorded[i].name);
		if (strcmp(ours[i].name, recorded[i].name) != 0)
			return fail(c, ERR_CONFLICT, "database", "has %s where this program has %s",
			    recorded[i].name, ours[i].name);
		if (strcmp(ours[i].checksum, recorded[i].checksum) != 0)
			return fail(c, ERR_CONFLICT, ours[i].name,
			    "was changed after it had been applied; add a new migration instead");
	}
	*next = nrecorded;
	return OK;
}

static enum err make_ledger(struct ctx *c, void *arg)
{
	(void)arg;
	return db_script(c, SQL_LEDGER);
}

static enum err grant(struct ctx *c)
{
	const char *password = db_address_password(c->arena, c->config->database_url);

	TRY(db_script(c, SQL_GRANTS));
	if (password == NULL)
		return OK;
	TRY(db_exec(c, SQL_MIGRATE_SAY, DB_ARGS(db_text(password)), NULL));
	return db_script(c, SQL_PASSWORDS);
}

/* Applies one migration, or the rights when none is left. *arg is its index, LENGTH(migrations) for
 * them. */
static enum err step(struct ctx *c, void *arg)
{
	struct migration *recorded;
	size_t *next = arg, n;

	TRY(db_exec(c, SQL_MIGRATE_LOCK, DB_NO_ARGS, NULL));
	TRY(db_many(c, SQL_MIGRATE_LIST, DB_NO_ARGS, fields, sizeof(*recorded), &recorded, &n));
	TRY(migrate_next(c, migrations, LENGTH(migrations), recorded, n, next));
	if (*next == LENGTH(migrations))
		return grant(c);
	const struct migration *m = &migrations[*next];
	TRY(db_script(c, m->text));
	return db_exec(
	    c, SQL_MIGRATE_RECORD, DB_ARGS(db_text(m->name), db_text(m->checksum)), NULL);
}

/* What Postgres said is in the log; which file it was about is said here. */
static enum err with_name(struct ctx *c, enum err e, size_t next)
{
	if (e == OK || e == ERR_UNAVAILABLE || c->fault.field != NULL)
		return e;
	return fail(c, e, next < LENGTH(migrations) ? migrations[next].name : "grants.sql",
	    "was refused by Postgres: see the log line above");
}

static enum err open_as_owner(struct cli *x, enum db_set set)
{
	if (*x->config.database_url == '\0')
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_DATABASE_URL", "is not set");
	db_close(x->c.db);
	x->c.db = db_open(x->config.database_url, NULL, set);
	if (db_connect(&x->c) != OK)
		return fail(
		    &x->c, ERR_UNAVAILABLE, "database", "does not answer: see the log line above");
	return OK;
}

enum err verb_migrate(struct cli *x)
{
	size_t next = 0;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, NULL, 0, 0));
	TRY(open_as_owner(x, DB_NOTHING));
	TRY(db_atomically(&x->c, make_ledger, NULL));
	TRY(open_as_owner(x, DB_MIGRATE));
	do {
		x->c.fault = (struct fault){ .field = NULL };
		enum err e = db_atomically(&x->c, step, &next);
		TRY(with_name(&x->c, e, next));
		if (next < LENGTH(migrations))
			printf("applied %s\n", migrations[next].name), fflush(stdout);
	} while (next < LENGTH(migrations));
	printf("the database is at %s\n", migrations[LENGTH(migrations) - 1].name);
	return OK;
}
