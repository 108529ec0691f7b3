#include "model/outbox.h"

#include "model/given.h"

SITE_TEST(the_rail_counts_what_one_may_see)
{
	struct outbox_counts n;

	given_team(c, "billing");
	given_member(c, "billing", "marta", ROLE_VIEWER);
	given_account(c, "stranger", false);
	act_as_cli(c);
	for (size_t i = 0; i < 3; i++)
		given_job(c, "ops", arena_printf(c->arena, "o%zu", i));
	for (size_t i = 0; i < 5; i++)
		given_job(c, "billing", arena_printf(c->arena, "b%zu", i));
	IS(db_script(c,
	       "UPDATE outbox SET state = CASE job_name WHEN 'b0' THEN 'pending' WHEN 'b1' THEN "
	       "'failing' WHEN 'b2' THEN 'drifted' ELSE 'in_sync' END;"
	       "INSERT INTO outbox (job_name, wanted, state) VALUES ('going', 1, 'failing')"),
	    OK);
	IS(outbox_counts(c, &n), OK);
	IS(n.pending, 1);
	IS(n.failing, 2);
	IS(n.drifted, 1);
	IS(n.in_sync, 5);
	act_as(c, "marta");
	IS(outbox_counts(c, &n), OK);
	IS(n.pending, 1);
	IS(n.failing, 1);
	IS(n.drifted, 1);
	IS(n.in_sync, 2);
	act_as(c, "stranger");
	IS(outbox_counts(c, &n), OK);
	IS(n.pending + n.failing + n.drifted + n.in_sync, 0);
}
