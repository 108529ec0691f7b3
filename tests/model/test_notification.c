/* What admins are told of tasks. */

#include "model/given.h"
#include "model/notification.h"

static int64_t given_notification(struct ctx *c, bool error, const char *text)
{
	int64_t id = 0;

	IS(notification_add(c, NULL, error, text, &id), OK);
	return id;
}

static size_t listed(
    struct ctx *c, struct notification_query query, struct notification **out, const char **next)
{
	size_t n = 0;

	query.limit = query.limit == 0 ? 100 : query.limit;
	IS(notification_list(c, &query, out, &n, next), OK);
	return n;
}

SITE_TEST(notifications_are_listed_by_kind_and_page)
{
	struct notification *list;
	const char *next;

	act_as_cli(c);
	given_notification(c, false, "first");
	given_notification(c, true, "second");
	given_notification(c, false, "third");
	IS(listed(c, (struct notification_query){ .limit = 2 }, &list, &next), 2);
	SAME(list[0].text, "third");
	SAME(list[1].text, "second");
	SAME(list[1].notes, "{\"errors\": [\"second\"]}");
	YES(list[1].error && next != NULL);
	IS(listed(c, (struct notification_query){ .limit = 2, .after = next }, &list, &next), 1);
	SAME(list[0].text, "first");
	YES(next == NULL);
	IS(listed(c, (struct notification_query){ .kind = NOTIFICATIONS_ERROR }, &list, &next), 1);
	IS(listed(c, (struct notification_query){ .kind = NOTIFICATIONS_STANDARD }, &list, &next),
	    2);
	IS(listed(c,
	       (struct notification_query){
		   .filters =
		       "{\"notes\":{\"contains\":\"first\"},\"acknowledged\":{\"exact\":false}}" },
	       &list, &next),
	    1);
	struct notification_query bad = { .limit = 10, .after = "x" };
	size_t n;
	IS(notification_list(c, &bad, &list, &n, &next), ERR_INVALID);
	SAME(c->fault.field, "after");
}

SITE_TEST(notifications_are_acknowledged_once_and_by_admins)
{
	struct notification *list, one;
	const char *next;
	int64_t ids[3], done;

	act_as_cli(c);
	given_account(c, "eve", false);
	given_account(c, "ada", true);
	ids[0] = given_notification(c, false, "first");
	ids[1] = given_notification(c, true, "second");
	ids[2] = ids[1] + 1000;
	act_as(c, "eve");
	IS(notification_acknowledge(c, ids, 2, &done), ERR_FORBIDDEN);
	IS(notification_get(c, ids[0], &one), ERR_FORBIDDEN);
	act_as(c, "ada");
	IS(listed(c, (struct notification_query){ .open = true }, &list, &next), 2);
	IS(notification_acknowledge(c, ids, 3, &done), OK);
	IS(done, 2);
	IS(notification_acknowledge(c, ids, 1, &done), OK);
	IS(done, 0);
	IS(notification_get(c, ids[1], &one), OK);
	SAME(one.acknowledged_by.text, "ada");
	IS(notification_get(c, ids[2], &one), ERR_NOT_FOUND);
	IS(listed(c, (struct notification_query){ .open = true }, &list, &next), 0);
	AUDITED("notification_acknowledge", "notifications", 1);
}
