/* Transactions: all or nothing, once or again. */

#include <stdlib.h>
#include <unistd.h>

#include "core/time.h"
#include "lib/two.h"

static int runs;

static enum err insert(struct ctx *c, void *arg)
{
	(void)arg;
	return db_script(c, "INSERT INTO pg_temp.t VALUES (1)");
}

/* db_script() sets and resets a limit around each text; both are part of the transaction. */
static int64_t count(struct ctx *c)
{
	for (int64_t n = 0; n < 10; n++)
		if (db_script(
			c, arena_printf(c->arena,
			       "DO $$ BEGIN ASSERT (SELECT count(*) FROM pg_temp.t) = %d; END $$",
			       (int)n)) == OK)
			return n;
	return -1;
}

static enum err refuse(struct ctx *c, void *arg)
{
	TRY(insert(c, arg));
	return fail(c, ERR_FORBIDDEN, "field", "because");
}

static enum err inner_refused(struct ctx *c, void *arg)
{
	TRY(insert(c, arg));
	IS(db_atomically(c, refuse, arg), ERR_FORBIDDEN);
	return insert(c, arg);
}

static enum err third_time_lucky(struct ctx *c, void *arg)
{
	TRY(insert(c, arg));
	if (++runs < 3)
		return db_script(
		    c, "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$");
	return OK;
}

static enum err nested_third_time_lucky(struct ctx *c, void *arg)
{
	return db_atomically(c, third_time_lucky, arg);
}

static enum err never_lucky(struct ctx *c, void *arg)
{
	(void)arg;
	runs++;
	return db_script(c, "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$");
}

static enum err go_on_regardless(struct ctx *c, void *arg)
{
	TRY(insert(c, arg));
	(void)!db_script(c, "SELECT 1 / 0");
	return OK;
}

static enum err contain_it(struct ctx *c, void *arg)
{
	TRY(insert(c, arg));
	IS(db_atomically(c, go_on_regardless, arg), ERR_INTERNAL);
	return OK;
}

TWO_TEST(atomically_is_all_or_nothing)
{
	struct ctx *c = &t->mine;

	IS(db_script(c, "CREATE TEMP TABLE t (n int)"), OK);
	IS(db_atomically(c, insert, NULL), OK);
	IS(count(c), 1);
	IS(db_atomically(c, refuse, NULL), ERR_FORBIDDEN);
	SAME(c->fault.field, "field");
	IS(count(c), 1);
	IS(db_atomically(c, inner_refused, NULL), OK);
	IS(count(c), 3);
}

TWO_TEST(atomically_runs_again_when_postgres_asks)
{
	struct ctx *c = &t->mine;

	IS(db_script(c, "CREATE TEMP TABLE t (n int)"), OK);
	runs = 0;
	IS(db_atomically(c, third_time_lucky, NULL), OK);
	IS(runs, 3);
	IS(count(c), 1);
	runs = 0;
	IS(db_atomically(c, nested_third_time_lucky, NULL), OK);
	IS(runs, 3);
	IS(count(c), 2);
	runs = 0;
	IS(db_atomically(c, never_lucky, NULL), ERR_UNAVAILABLE);
	IS(runs, 3);
}

TWO_TEST(atomically_never_takes_an_aborted_transaction_for_done)
{
	struct ctx *c = &t->mine;

	IS(db_script(c, "CREATE TEMP TABLE t (n int)"), OK);
	IS(db_atomically(c, go_on_regardless, NULL), ERR_INTERNAL);
	IS(count(c), 0);
	IS(db_atomically(c, contain_it, NULL), OK);
	IS(count(c), 1);
}

static enum err lose_the_connection(struct ctx *c, void *arg)
{
	struct two *t = arg;

	TRY(db_script(c, "CREATE TABLE test_lost (n int)"));
	two_break(t);
	IS(db_script(c, "SELECT 1"), ERR_UNAVAILABLE);
	IS(db_script(c, "SELECT 1"), ERR_UNAVAILABLE); /* and no new connection in the middle */
	IS(db_connect(c), ERR_UNAVAILABLE);
	return OK; /* a lie that COMMIT must not believe */
}

TWO_TEST(atomically_is_not_done_when_the_connection_broke)
{
	IS(db_script(&t->mine, "DROP TABLE IF EXISTS test_lost"), OK);
	IS(db_atomically(&t->mine, lose_the_connection, t), ERR_UNAVAILABLE);
	IS(db_script(&t->mine, "CREATE TABLE test_lost (n int); DROP TABLE test_lost"), OK);
}

TWO_TEST(wait_hears_of_what_happens_elsewhere)
{
	struct db *db = t->mine.db;
	int64_t begin_us = time_monotonic_us();

	YES(db_wait(db, "test_channel", -1, 5000)); /* only begun to listen: look now */
	YES(!db_wait(db, "test_channel", -1, 50));
	YES(time_monotonic_us() - begin_us >= INT64_C(50000));
	IS(db_script(&t->other, "NOTIFY test_channel; NOTIFY test_channel, 'two'"), OK);
	YES(db_wait(db, "test_channel", -1, 5000));
	YES(!db_wait(db, "test_channel", -1, 10)); /* both were taken */
	IS(db_script(&t->other, "NOTIFY test_channel"), OK);
	IS(db_script(&t->mine, "SELECT 1"), OK); /* which brought the notification along */
	YES(db_wait(db, "test_channel", -1, 5000));
}

TWO_TEST(wait_also_watches_a_descriptor)
{
	struct db *db = t->mine.db;
	int ends[2];

	IS(pipe(ends), 0);
	YES(db_wait(db, "test_channel", ends[0], 5000));
	YES(db_told(db)); /* only begun to listen: as good as a notification */
	YES(!db_told(db));
	YES(!db_wait(db, "test_channel", ends[0], 10));
	IS(write(ends[1], "x", 1), 1);
	YES(db_wait(db, "test_channel", ends[0], 5000));
	YES(!db_told(db));
	IS(db_script(&t->other, "NOTIFY test_channel"), OK);
	YES(db_wait(db, "test_channel", ends[0], 5000));
	while (!db_told(db) && db_wait(db, "test_channel", -1, 5000))
		; /* the descriptor alone may have been the first to be seen */
	YES(!db_told(db));
	close(ends[0]);
	close(ends[1]);
}

TWO_TEST(wait_listens_again_after_the_connection_broke)
{
	struct db *db = t->mine.db;

	YES(db_wait(db, "test_channel", -1, 5000));
	two_break(t);
	int tries = 0;
	while (!db_wait(db, "test_channel", -1, 100) && tries < 5)
		tries++;
	YES(tries < 5);
	YES(!db_wait(db, "test_channel", -1, 10));
	IS(db_script(&t->other, "NOTIFY test_channel"), OK);
	YES(db_wait(db, "test_channel", -1, 5000));
}
