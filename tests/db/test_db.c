/* Statements, arguments and results. */

#include "db/db.h"

#include <stdlib.h>
#include <string.h>

#include "lib/logged.h"
#include "lib/site.h"
#include "lib/two.h"

struct number {
	int64_t waiting;
};
static const struct db_field number_fields[] = { DB_FIELD(struct number, waiting), DB_END };

struct person {
	int64_t id;
	const char *name, *email;
	bool admin;
	int64_t created_us;
};
static const struct db_field person_fields[] = { DB_FIELD(struct person, id),
	DB_FIELD(struct person, name), DB_FIELD(struct person, email),
	DB_FIELD(struct person, admin), DB_FIELD(struct person, created_us), DB_END };

static enum err add(struct ctx *c, const char *name, const char *email, struct person *out)
{
	static const struct db_field id_fields[] = { DB_FIELD(struct person, id), DB_END };

	TRY(db_one(c, SQL_ACCOUNT_ADD,
	    DB_ARGS(db_text(name), db_text(email), db_text(NULL), db_bool(true), db_bool(true)),
	    id_fields, out));
	return db_one(c, SQL_ACCOUNT_GET, DB_ARGS(db_int(out->id)), person_fields, out);
}

/* Such as a migration whose statements moved into another. */
SITE_TEST(a_script_of_comments_alone_does_nothing_and_is_no_failure)
{
	IS(db_script(c, "-- nothing to do\n"), OK);
	IS(db_script(c, ""), OK);
	YES(db_ready(c->db));
}

SITE_TEST(db_answers)
{
	struct number n = { 0 };

	IS(db_one(c, SQL_AUDIT_WAITING, DB_NO_ARGS, number_fields, &n), OK);
	YES(n.waiting >= 0);
	YES(db_ready(c->db));
	IS(db_connect(c), OK);
}

SITE_TEST(db_fills_a_struct_from_a_row)
{
	struct person ann = { 0 }, again = { 0 };

	IS(add(c, "ann", "a\xc3\xa9@b.example", &ann), OK);
	SAME(ann.name, "ann");
	SAME(ann.email, "a\xc3\xa9@b.example");
	YES(ann.admin);
	YES(ann.created_us > INT64_C(1700000000000000));
	IS(db_one(c, SQL_ACCOUNT_NAMED, DB_ARGS(db_bytes("ann", 3)), person_fields, &again), OK);
	IS(again.id, ann.id);
	struct db_arg part = { .text = "anna", .len = 3 };
	IS(db_one(c, SQL_ACCOUNT_NAMED, DB_ARGS(part), NULL, NULL), OK);
	IS(db_one(c, SQL_ACCOUNT_NAMED, DB_ARGS(db_text("nobody")), person_fields, &again),
	    ERR_NOT_FOUND);
	IS(db_one(c, SQL_ACCOUNT_NAMED, DB_ARGS(db_text(NULL)), person_fields, &again),
	    ERR_NOT_FOUND);
}

SITE_TEST(db_fills_an_array_from_many_rows)
{
	struct person one, *all = NULL;
	size_t n = 0;
	int64_t before = 0;

	IS(db_many(c, SQL_ACCOUNT_LIST, DB_NO_ARGS, person_fields, sizeof(*all), &all, &n), OK);
	before = (int64_t)n;
	IS(add(c, "zz-1", "", &one), OK);
	IS(add(c, "zz-2", "", &one), OK);
	IS(db_many(c, SQL_ACCOUNT_LIST, DB_NO_ARGS, person_fields, sizeof(*all), &all, &n), OK);
	IS((int64_t)n, before + 2);
	SAME(all[n - 2].name, "zz-1");
	SAME(all[n - 1].name, "zz-2");
}

struct secret {
	struct db_maybe password_hash;
};
static const struct db_field secret_fields[] = { DB_FIELD(struct secret, password_hash), DB_END };

struct careless {
	const char *password_hash;
};
static const struct db_field careless_fields[] = { DB_FIELD(struct careless, password_hash),
	DB_END };

struct confused {
	int64_t name;
};
static const struct db_field confused_fields[] = { DB_FIELD(struct confused, name), DB_END };

struct bytes {
	struct db_blob name;
};
static const struct db_field bytes_fields[] = { DB_FIELD(struct bytes, name), DB_END };

struct undecided {
	bool name;
};
static const struct db_field undecided_fields[] = { DB_FIELD(struct undecided, name), DB_END };

struct stranger {
	int64_t shoe_size;
};
static const struct db_field stranger_fields[] = { DB_FIELD(struct stranger, shoe_size), DB_END };

SITE_TEST(db_null_needs_a_type_of_its_own)
{
	struct person ann;
	struct secret secret = { { "as it was" } };
	struct careless careless;

	IS(add(c, "ann", "", &ann), OK);
	IS(db_one(c, SQL_ACCOUNT_PASSWORD, DB_ARGS(db_text("ann")), secret_fields, &secret), OK);
	YES(secret.password_hash.text == NULL);
	IS(db_one(c, SQL_ACCOUNT_PASSWORD, DB_ARGS(db_text("ann")), careless_fields, &careless),
	    ERR_INTERNAL);
	HAS(c->fault.detail, "password_hash: is NULL");
}

struct piece {
	int64_t start;
	struct db_blob bytes;
};
static const struct db_field piece_fields[] = { DB_FIELD(struct piece, start),
	DB_FIELD(struct piece, bytes), DB_END };

struct
try {
	struct db_maybe_int64 started_us, finished_us;
	struct db_maybe reason;
};
static const struct db_field try_fields[] = { DB_FIELD(struct try, started_us),
	DB_FIELD(struct try, finished_us), DB_FIELD(struct try, reason), DB_END };

static const char an_execution[] =
    "INSERT INTO team (name) VALUES ('db-test');"
    "INSERT INTO run (id, job_name, team_id, state, trigger) OVERRIDING SYSTEM VALUE"
    " SELECT 4611686018427387904, 'x', id, 'running', 'manual' FROM team WHERE name = 'db-test';"
    "INSERT INTO execution (id, run_id, job_name, engine_id, node, attempt, state, started_at)"
    " OVERRIDING SYSTEM VALUE VALUES (4611686018427387904, 4611686018427387904, 'x', '1-n', 'n', 1,"
    " 'running', '2026-11-21 09:42:10Z');"
    "INSERT INTO output VALUES (4611686018427387904, 0, '\\x6100ff'), (4611686018427387904, 3, '')";

SITE_TEST(db_reads_bytes_and_numbers_that_may_be_missing)
{
	const int64_t id = INT64_C(4611686018427387904);
	struct piece *pieces = NULL;
	struct try *tries = NULL;
	size_t n = 0;

	IS(db_script(c, an_execution), OK);
	IS(db_many(c, SQL_RUN_OUTPUT_BYTES, DB_ARGS(db_int(id), db_int(0), db_int(100)),
	       piece_fields, sizeof(*pieces), &pieces, &n),
	    OK);
	IS((int64_t)n, 2);
	IS((int64_t)pieces[0].bytes.len, 3);
	IS(memcmp(pieces[0].bytes.bytes, "a\0\xff", 4), 0); /* with the NUL behind the end */
	IS((int64_t)pieces[1].bytes.len, 0);
	SAME(pieces[1].bytes.bytes, "");
	IS(db_many(
	       c, SQL_RUN_EXECUTIONS, DB_ARGS(db_int(id)), try_fields, sizeof(*tries), &tries, &n),
	    OK);
	IS((int64_t)n, 1);
	YES(tries[0].started_us.set && !tries[0].finished_us.set);
	IS(tries[0].started_us.value, INT64_C(1795254130000000));
	IS(tries[0].finished_us.value, 0);
	YES(tries[0].reason.text == NULL);
}

SITE_TEST(db_finds_our_own_mistakes)
{
	struct number n;
	struct stranger s;

	IS(db_one(c, SQL_AUDIT_WAITING, DB_ARGS(db_int(1)), number_fields, &n), ERR_INTERNAL);
	HAS(c->fault.detail, "audit_waiting takes 0 arguments, not 1");
	IS(db_one(c, SQL_AUDIT_WAITING, DB_NO_ARGS, stranger_fields, &s), ERR_INTERNAL);
	HAS(c->fault.detail, "shoe_size: not in the result");
	IS(db_one(c, SQL_MIGRATE_LIST, DB_NO_ARGS, NULL, NULL), ERR_INTERNAL); /* not of this set */
	const struct db_field *tables[] = { confused_fields, bytes_fields, undecided_fields };
	struct person ann;
	IS(add(c, "ann", "", &ann), OK);
	for (size_t i = 0; i < LENGTH(tables); i++) {
		struct db_blob out;
		IS(db_one(c, SQL_ACCOUNT_GET, DB_ARGS(db_int(ann.id)), tables[i], &out),
		    ERR_INTERNAL);
		HAS(c->fault.detail, "column name: not a");
	}
	IS(db_one(c, SQL_ACCOUNT_LIST, DB_NO_ARGS, NULL, NULL) == OK, 0); /* :many */
}

static enum err script(struct ctx *c, void *sql)
{
	return db_script(c, sql);
}

SITE_TEST(db_counts_what_was_changed)
{
	struct person ann;
	int64_t changed = -1;

	IS(add(c, "ann", "", &ann), OK);
	IS(db_exec(c, SQL_ACCOUNT_PREFERENCES,
	       DB_ARGS(db_int(ann.id), db_text("UTC"), db_text("dark"), db_bool(false)), &changed),
	    OK);
	IS(changed, 1);
	IS(db_exec(c, SQL_ACCOUNT_PREFERENCES,
	       DB_ARGS(db_maybe_int(0), db_text("UTC"), db_text("dark"), db_bool(false)), &changed),
	    OK);
	IS(changed, 0);
	IS(db_exec(c, SQL_ACCOUNT_PREFERENCES,
	       DB_ARGS(db_maybe_int(ann.id), db_text("UTC"), db_text("pink"), db_bool(false)),
	       NULL),
	    ERR_INVALID);
}

SITE_TEST(db_refuses_what_the_schema_refuses)
{
	char no_name[] = "INSERT INTO team (name) VALUES ('Not A Name')";
	char twice[] = "INSERT INTO team (name) VALUES ('twice'), ('twice')";
	struct person ann;

	IS(db_atomically(c, script, no_name), ERR_INVALID);
	IS(db_atomically(c, script, twice), ERR_CONFLICT);
	IS(add(c, "still-works", "", &ann), OK);
}

static enum err raise(struct ctx *c, void *state)
{
	return db_script(c, arena_printf(c->arena,
				"DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '%s'; END $$",
				(const char *)state));
}

SITE_TEST(db_gives_each_sqlstate_a_meaning)
{
	static const struct {
		char state[6];
		enum err err;
	} cases[] = {
		{ "23505", ERR_CONFLICT },
		{ "23503", ERR_CONFLICT },
		{ "23514", ERR_INVALID },
		{ "23502", ERR_INVALID },
		{ "22P02", ERR_INVALID },
		{ "22021", ERR_INVALID },
		{ "54000", ERR_TOO_LARGE },
		{ "P0002", ERR_NOT_FOUND },
		{ "55P03", ERR_UNAVAILABLE },
		{ "53300", ERR_UNAVAILABLE },
		{ "57014", ERR_UNAVAILABLE },
		{ "40001", ERR_UNAVAILABLE },
		{ "40P01", ERR_UNAVAILABLE },
		{ "08006", ERR_UNAVAILABLE },
		{ "42501", ERR_INTERNAL },
		{ "XX000", ERR_INTERNAL },
		{ "P0001", ERR_INTERNAL },
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char state[6];
		memcpy(state, cases[i].state, sizeof(state));
		enum err e = db_atomically(c, raise, state);
		if (e != cases[i].err)
			FAIL("%s is %d", state, (int)e);
		LACKS(e == ERR_INTERNAL ? "" : c->fault.detail, "raised");
		YES((e == ERR_UNAVAILABLE) == (c->fault.retry_s > 0));
	}
}

TWO_TEST(db_heals_a_connection_that_was_lost_while_idle)
{
	struct number n;

	for (int i = 0; i < 3; i++) {
		two_break(t);
		IS(db_one(&t->mine, SQL_AUDIT_WAITING, DB_NO_ARGS, number_fields, &n), OK);
		IS(db_script(&t->mine, "SET application_name = 'mine'"), OK);
	}
	two_break(t);
	YES(!db_ready(t->mine.db));
	IS(db_connect(&t->mine), OK);
	YES(db_ready(t->mine.db));
}

TWO_TEST(db_prepares_anew_when_a_statement_is_gone)
{
	struct number n;

	IS(db_script(&t->mine, "DEALLOCATE ALL"), OK);
	IS(db_one(&t->mine, SQL_AUDIT_WAITING, DB_NO_ARGS, number_fields, &n), ERR_UNAVAILABLE);
	IS(db_one(&t->mine, SQL_AUDIT_WAITING, DB_NO_ARGS, number_fields, &n), OK);
}

TWO_TEST(db_sets_its_limits_and_lets_a_script_take_its_time)
{
	IS(db_script(&t->mine,
	       "DO $$ BEGIN ASSERT current_setting('lock_timeout') = '5s';"
	       " ASSERT current_setting('statement_timeout') = '0';"
	       " ASSERT current_setting('idle_in_transaction_session_timeout') = '30s'; END $$"),
	    OK);
	IS(db_script(&t->mine, "BEGIN; SELECT 1 / 0"), ERR_INVALID);
	IS(db_script(&t->mine, "SELECT 1"), OK);
	IS(db_script(&t->mine, "BEGIN"), ERR_INTERNAL);
	IS(db_script(&t->mine, "SELECT 1"), OK);
}

/* An older schema, as far as the statements can tell. */
CTX_TEST(db_that_cannot_be_prepared_says_which_statement)
{
	struct number n;

	logged_begin(LOG_INFO, LOG_LOGFMT);
	setenv("PGOPTIONS", "-c search_path=pg_catalog", 1);
	c->db = db_open(getenv("TEST_DATABASE"), NULL, DB_PANEL);
	unsetenv("PGOPTIONS");
	YES(!db_ready(c->db));
	IS(db_one(c, SQL_AUDIT_WAITING, DB_NO_ARGS, number_fields, &n), ERR_UNAVAILABLE);
	const char *text = logged_end(c);
	HAS(text, "event=db_prepare ");
	HAS(text, "does not exist");
	HAS(text, " statement=account_");
	db_close(c->db);
}

CTX_TEST(db_that_prepares_nothing_says_that_the_schema_is_another)
{
	struct number n;

	c->db = db_open_briefly(getenv("TEST_DATABASE"), NULL);
	YES(db_ready(c->db));
	IS(db_one(c, SQL_AUDIT_WAITING, DB_NO_ARGS, number_fields, &n), OK);
	log_setup(LOG_ERROR, LOG_LOGFMT, "check");
	IS(db_script(c, "SET search_path = pg_catalog"), OK);
	IS(db_one(c, SQL_AUDIT_WAITING, DB_NO_ARGS, number_fields, &n), ERR_UNAVAILABLE);
	HAS(c->fault.detail, "is it migrated?");
	db_close(c->db);
}

TEST(address_may_hold_a_password)
{
	struct arena *a = arena_create(1 << 20);

	SAME(db_address_password(a, "postgresql://me:se%20same@host/x"), "se same");
	SAME(db_address_password(a, "host=x password='a b'"), "a b");
	SAME(db_address_password(a, "host=x"), NULL);
	SAME(db_address_password(a, "not an address"), NULL);
	arena_destroy(a);
}

CTX_TEST(db_that_is_away_says_so_at_once)
{
	struct number n;

	logged_begin(LOG_INFO, LOG_LOGFMT);
	c->db = db_open("host=/nowhere dbname=x", "nobody", DB_PANEL);
	const char *text = logged_end(c);
	HAS(text, "event=db_connect ");
	HAS(text, " role=nobody detail=\"");
	YES(!db_ready(c->db));
	IS(db_one(c, SQL_AUDIT_WAITING, DB_NO_ARGS, number_fields, &n), ERR_UNAVAILABLE);
	SAME(c->fault.detail, "The database is away.");
	YES(c->fault.retry_s > 0);
	for (int i = 0; i < 100; i++)
		IS(db_connect(c), ERR_UNAVAILABLE);
	IS(db_script(c, "SELECT 1"), ERR_UNAVAILABLE);
	YES(!db_wait(c->db, "x", -1, 1));
	db_close(c->db);
	db_close(NULL);
}
