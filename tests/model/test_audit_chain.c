/* The audit's chain: whatever is done behind our back, by whoever may do everything in the
 * database, is named. */

#include <inttypes.h>
#include <string.h>

#include "lib/two.h"
#include "model/audit_chain.h"
#include "model/given.h"

enum { ROWS = 5 };

struct chain {
	int64_t ids[ROWS];
	struct audit_head head;
};

static int64_t newest(struct ctx *c)
{
	struct audit_row *rows;
	const char *next;
	size_t n = 0;

	IS(audit_list(c, &(struct audit_query){ .limit = 1 }, &rows, &n, &next), OK);
	return n == 1 ? rows[0].id : 0;
}

/* Some rows of different make, sealed; whatever other tests left is sealed before. */
static void given_chain(struct ctx *c, struct chain *x)
{
	act_as_cli(c);
	IS(audit_seal(c, 1000000, &x->head), OK);
	for (size_t i = 0; i < ROWS; i++) {
		struct json *before = json_of(c, "{\"a\":1,\"b\":\"\\u00fc \\u0416\"}");
		IS(audit_add(c, "thing_change", arena_printf(c->arena, "thing:%zu", i),
		       i % 2 ? before : NULL, i % 3 ? json_of(c, "[1.50,null,true]") : NULL),
		    OK);
		x->ids[i] = newest(c);
	}
	IS(audit_seal(c, 1000000, &x->head), OK);
	IS(x->head.sealed, ROWS);
}

static struct audit_report checked(struct ctx *c)
{
	struct audit_report report;

	IS(audit_check(c, 3, 0, "", &report), OK);
	return report;
}

SITE_TEST(a_chain_that_nobody_touched_is_whole)
{
	struct chain x;

	given_chain(c, &x);
	struct audit_report report = checked(c);
	YES(report.broken == NULL);
	IS(report.links, x.head.head_n);
	SAME(report.head, x.head.head);
	IS(report.waiting, 0);
	IS(audit_add(c, "thing_change", "thing:9", NULL, NULL), OK);
	report = checked(c);
	YES(report.broken == NULL);
	IS(report.waiting, 1);
}

struct crime {
	const char *sql;
	int64_t row; /* that must be named */
	const char *words;
};

static enum err commit_crime(struct ctx *c, void *arg)
{
	const struct crime *crime = arg;
	struct audit_report report;

	IS(db_script(c, arena_printf(c->arena,
			    "SET LOCAL session_replication_role = replica; %s; SET LOCAL "
			    "session_replication_role = origin",
			    crime->sql)),
	    OK);
	IS(audit_seal(c, 1000000, &(struct audit_head){ 0 }), OK);
	report = checked(c);
	if (report.broken == NULL || strstr(report.broken, crime->words) == NULL ||
	    report.broken_row != crime->row)
		FAIL("%s: link %" PRId64 ", row %" PRId64 ": %s; not row %" PRId64 ": %s",
		    crime->sql, report.broken_link, report.broken_row,
		    report.broken ? report.broken : "nothing", crime->row, crime->words);
	return ERR_STALE; /* and all is as before */
}

static void finds(struct ctx *c, const char *sql, int64_t row, const char *words)
{
	struct crime crime = { sql, row, words };

	IS(db_atomically(c, commit_crime, &crime), ERR_STALE);
}

SITE_TEST(a_changed_row_is_named_whichever_column_it_was)
{
	static const char *const changes[] = { "at = at + interval '1 us'", "account_id = 77",
		"actor = 'x'", "verb = 'x'", "object = 'x'", "before = '{}'", "before = NULL",
		"after = 'null'", "req_id = 'x'", "address = 'x'" };
	struct chain x;

	given_chain(c, &x);
	for (size_t i = 0; i < LENGTH(changes); i++)
		finds(c,
		    arena_printf(
			c->arena, "UPDATE audit SET %s WHERE id = %" PRId64, changes[i], x.ids[1]),
		    x.ids[1], "the row was changed");
}

SITE_TEST(rows_taken_away_put_in_or_exchanged_are_named)
{
	struct arena *a = c->arena;
	struct chain x;

	given_chain(c, &x);
	finds(c, arena_printf(a, "DELETE FROM audit WHERE id = %" PRId64, x.ids[2]), x.ids[2],
	    "the row is gone");
	finds(c,
	    arena_printf(a,
		"INSERT INTO audit (id, actor, verb, object, req_id) OVERRIDING SYSTEM VALUE "
		"VALUES (%" PRId64 ", 'x', 'x', 'x', 'x')",
		x.ids[4] + 1),
	    x.ids[4] + 1, "in no link");
	finds(c,
	    arena_printf(a,
		"UPDATE audit x SET object = y.object, after = y.after FROM audit y WHERE "
		"(x.id, y.id) IN ((%1$" PRId64 ", %2$" PRId64 "), (%2$" PRId64 ", %1$" PRId64 "))",
		x.ids[1], x.ids[3]),
	    x.ids[1], "the row was changed");
}

SITE_TEST(links_that_were_touched_are_named)
{
	struct arena *a = c->arena;
	struct chain x;

	given_chain(c, &x);
	const char *third = arena_printf(a, "WHERE audit_id = %" PRId64, x.ids[2]);
	finds(c, arena_printf(a, "DELETE FROM audit_seal %s", third), x.ids[3], "is missing");
	finds(c, arena_printf(a, "UPDATE audit_seal SET hash = sha256('x') %s", third), x.ids[2],
	    "does not follow");
	finds(c,
	    arena_printf(a,
		"UPDATE audit SET actor = 'x' WHERE id = %1$" PRId64
		"; UPDATE audit_seal SET row_hash = (SELECT audit_row_hash(a) FROM audit a WHERE "
		"id = %1$" PRId64 ") WHERE audit_id = %1$" PRId64,
		x.ids[2]),
	    x.ids[2], "does not follow");
	finds(c,
	    arena_printf(a,
		"UPDATE audit_seal SET n = -n %1$s; UPDATE audit_seal SET n = n - 1 WHERE "
		"audit_id = %2$" PRId64 "; UPDATE audit_seal SET n = 1 - n %1$s",
		third, x.ids[3]),
	    x.ids[3], "does not follow");
	finds(c, arena_printf(a, "DELETE FROM audit_seal WHERE audit_id = %" PRId64, x.ids[4]),
	    x.ids[4], "in no link");
}

SITE_TEST(a_row_that_vanished_before_it_was_sealed_is_named)
{
	struct chain x;

	given_chain(c, &x);
	IS(audit_add(c, "thing_change", "thing:9", NULL, NULL), OK);
	int64_t id = newest(c);
	finds(c, arena_printf(c->arena, "DELETE FROM audit WHERE id = %" PRId64, id), id,
	    "the row is gone");
}

/* Who may do everything can make the whole chain anew; then only what was noted elsewhere tells. */
SITE_TEST(a_chain_made_anew_or_cut_off_does_not_hold_against_an_earlier_head)
{
	struct audit_report report;
	struct chain x;

	given_chain(c, &x);
	IS(audit_check(c, 100, x.head.head_n, x.head.head, &report), OK);
	YES(report.broken == NULL);
	IS(db_script(c, "SET LOCAL session_replication_role = replica;"
			"UPDATE audit SET actor = 'x' WHERE object = 'thing:1';"
			"DELETE FROM audit_seal;"
			"INSERT INTO audit_open SELECT id FROM audit"),
	    OK);
	IS(audit_seal(c, 1000000, &(struct audit_head){ 0 }), OK);
	IS(audit_check(c, 100, 0, "", &report), OK);
	YES(report.broken == NULL);
	IS(audit_check(c, 100, x.head.head_n, x.head.head, &report), OK);
	HAS(report.broken, "made anew");
	IS(db_script(c, arena_printf(c->arena,
			    "DELETE FROM audit_seal WHERE n = %" PRId64
			    "; DELETE FROM audit WHERE object = 'thing:4'",
			    x.head.head_n)),
	    OK);
	IS(audit_check(c, 100, x.head.head_n, x.head.head, &report), OK);
	HAS(report.broken, "ends before");
}

static enum err script(struct ctx *c, void *sql)
{
	return db_script(c, sql);
}

SITE_TEST(no_role_of_ours_changes_the_audit_or_its_chain)
{
	static const char *const roles[] = { "auth", "admin", "api", "hook", "gate", "engine",
		"work" };
	static const char *const attempts[] = { "UPDATE audit SET actor = 'x'", "DELETE FROM audit",
		"TRUNCATE audit", "UPDATE audit_seal SET n = n", "DELETE FROM audit_seal",
		"TRUNCATE audit_seal", "TRUNCATE audit, audit_seal",
		"INSERT INTO audit_seal VALUES (0, 0, '', '')", "DELETE FROM audit_open",
		"INSERT INTO audit_open VALUES (0)",
		"ALTER TABLE audit DISABLE TRIGGER audit_stays", "DROP TABLE audit",
		"SET session_replication_role = replica" };

	for (size_t i = 0; i < LENGTH(roles); i++)
		for (size_t k = 0; k < LENGTH(attempts); k++)
			if (db_atomically(c, script,
				arena_printf(c->arena, "SET LOCAL ROLE signalbox_%s; %s", roles[i],
				    attempts[k])) == OK)
				FAIL("%s may: %s", roles[i], attempts[k]);
}

SITE_TEST(nor_does_the_owner)
{
	static const char *const attempts[] = { "UPDATE audit SET actor = 'x'", "DELETE FROM audit",
		"TRUNCATE audit", "UPDATE audit_seal SET n = n", "DELETE FROM audit_seal",
		"TRUNCATE audit_seal" };

	for (size_t k = 0; k < LENGTH(attempts); k++)
		if (db_atomically(c, script, (void *)attempts[k]) == OK)
			FAIL("the owner may: %s", attempts[k]);
}

static enum err while_it_takes_its_time(struct ctx *other, void *arg)
{
	struct ctx *c = &((struct two *)arg)->mine;
	struct audit_head head;

	IS(db_script(other, "INSERT INTO audit (actor, verb, object, req_id) VALUES "
			    "('late', 'thing_change', 'thing:late', 'x')"),
	    OK);
	IS(audit_add(c, "thing_change", "thing:early", NULL, NULL), OK);
	IS(audit_seal(c, 1000000, &head), OK);
	IS(head.sealed, 1);
	return OK;
}

/* Rows get their place in the chain when they are seen to be committed, so that a transaction that
 * takes its time holds up nobody and breaks nothing. */
TWO_TEST(a_row_that_is_committed_late_is_chained_late)
{
	struct ctx *c = &t->mine;
	struct audit_head head;
	struct audit_report report;

	c->actor = (struct actor){ .account = "cli", .admin = true, .address = "" };
	IS(audit_seal(c, 1000000, &head), OK);
	IS(db_atomically(&t->other, while_it_takes_its_time, t), OK);
	IS(audit_seal(c, 1000000, &head), OK);
	IS(head.sealed, 1);
	IS(audit_check(c, 100, 0, "", &report), OK);
	YES(report.broken == NULL);
	IS(report.waiting, 0);
}
