/* Where a team is told: who may say so, what is refused, what is kept secret. */

#include "core/seal.h"
#include "model/given_alert.h"

static enum err try_add(struct ctx *c, const char *kind, const char *target)
{
	struct channel_wish wish = { .kind = kind, .target = target, .on_failure = true };
	struct channel made;
	const char *secret;

	return channel_add(c, "crew", &wish, &made, &secret);
}

SITE_TEST(only_managers_change_where_a_team_is_told)
{
	static const struct {
		const char *name;
		enum role role;
	} people[] = { { "vera", ROLE_VIEWER }, { "otto", ROLE_OPERATOR },
		{ "edith", ROLE_EDITOR } };
	struct channel *list;
	size_t n = 0;

	given_config(c);
	given_team(c, "crew");
	given_member(c, "crew", "marta", ROLE_MANAGER);
	act_as(c, "marta");
	IS(try_add(c, "webhook", "https://hooks.example.org/T1/secret"), OK);
	for (size_t i = 0; i < LENGTH(people); i++) {
		given_member(c, "crew", people[i].name, people[i].role);
		act_as(c, people[i].name);
		IS(try_add(c, "mail", "a@example.org"), ERR_FORBIDDEN);
		IS(channel_list(c, "crew", 0, &list, &n), OK);
		SAME(list[0].target, "https://hooks.example.org/...");
		IS(channel_delete(c, "crew", list[0].id), ERR_FORBIDDEN);
		IS(channel_test(c, "crew", list[0].id), ERR_FORBIDDEN);
		IS(message_again(c, "crew", 1, &(struct message){ 0 }), ERR_FORBIDDEN);
	}
	given_account(c, "nina", false);
	act_as(c, "nina");
	IS(channel_list(c, "crew", 0, &list, &n), ERR_NOT_FOUND);
	act_as(c, "marta");
	c->actor.token_id = 1;
	c->actor.scope = SCOPE_RUN;
	IS(try_add(c, "mail", "a@example.org"), ERR_FORBIDDEN);
}

SITE_TEST(what_cannot_be_told_is_refused_with_its_field)
{
	static const struct {
		const char *kind, *target, *field;
	} bad[] = { { "fax", "a@example.org", "kind" }, { "mail", "nobody", "target" },
		{ "mail", "a@b\r\nBcc: c@d", "target" }, { "mail", "<a@example.org>", "target" },
		{ "webhook", "http://hooks.example.org/", "target" },
		{ "webhook", "https://127.0.0.1/", "target" },
		{ "webhook", "https://[::1]/", "target" },
		{ "webhook", "https://localhost/", "target" },
		{ "webhook", "https://10.0.0.1/", "target" },
		{ "webhook", "https://a b/", "target" } };
	struct channel_wish nothing = { .kind = "mail", .target = "a@example.org" };
	struct channel_wish job = {
		.kind = "mail", .target = "a@example.org", .on_missed = true, .job = "nosuch"
	};
	struct channel made;
	const char *secret;

	given_config(c);
	given_team(c, "crew");
	for (size_t i = 0; i < LENGTH(bad); i++) {
		IS(try_add(c, bad[i].kind, bad[i].target), ERR_INVALID);
		SAME(c->fault.field, bad[i].field);
	}
	IS(channel_add(c, "crew", &nothing, &made, &secret), ERR_INVALID);
	SAME(c->fault.field, "events");
	IS(channel_add(c, "crew", &job, &made, &secret), ERR_INVALID);
	SAME(c->fault.field, "job");
	IS(try_add(c, "mail", "a@example.org"), OK);
	IS(try_add(c, "mail", "a@example.org"), ERR_CONFLICT);
	SAME(c->fault.field, "target");
}

SITE_TEST(a_list_of_the_operator_opens_private_hosts)
{
	struct config *config = given_config(c);

	given_team(c, "crew");
	config->webhook_allow = "10.0.0.0/8, hooks.intern";
	IS(try_add(c, "webhook", "http://10.1.1.1/"), OK);
	IS(try_add(c, "webhook", "http://hooks.intern:8080/x"), OK);
	IS(try_add(c, "webhook", "https://192.168.0.1/"), ERR_INVALID);
}

SITE_TEST(a_secret_is_told_once_and_kept_sealed)
{
	struct channel_wish wish = {
		.kind = "webhook", .target = "https://hooks.example.org/", .on_failure = true
	};
	struct config *config = given_config(c);
	struct message_item *items;
	struct channel made;
	const char *secret, *open = "";
	size_t n = 0;

	given_team(c, "crew");
	IS(channel_add(c, "crew", &wish, &made, &secret), OK);
	YES(holds(
	    c, "(SELECT position('%s' IN encode(secret, 'escape')) FROM channel) = 0", secret + 6));
	YES(holds(c, "(SELECT count(*) FROM audit WHERE after::text LIKE '%%whsec%%') = 0"));
	IS(channel_test(c, "crew", made.id), OK);
	IS(message_take(c, 1, 1000, &items, &n), OK);
	struct sealed sealed = { items[0].secret.bytes, items[0].secret.len };
	IS(unseal(c, channel_secret_place(c->arena, made.id), &sealed, &open), OK);
	SAME(open, secret);
	const char *second;
	IS(channel_secret_new(c, "crew", made.id, &second), OK);
	YES(strcmp(second, secret) != 0);
	config->secret_key = "";
	wish.target = "https://hooks.example.org/2";
	IS(channel_add(c, "crew", &wish, &made, &secret), ERR_UNAVAILABLE);
	YES(holds(c, "(SELECT count(*) FROM channel) = 1"));
}

SITE_TEST(changes_are_audited_and_what_waits_for_one_that_goes_is_dropped)
{
	given_config(c);
	given_team(c, "crew");
	struct channel ch = given_channel(c, "crew", "mail", "a@example.org"), after;
	const char *object = arena_printf(c->arena, "channel:%lld", (long long)ch.id);
	struct channel_wish off = { .on_failure = true, .off = true };

	IS(channel_test(c, "crew", ch.id), OK);
	IS(channel_edit(c, "crew", ch.id, &off, &after), OK);
	SAME(after.off_reason.text, "switched off by cli");
	YES(!after.on_recovery);
	YES(holds(c, "(SELECT state || reason FROM message) = 'droppedthe channel is off'"));
	IS(channel_test(c, "crew", ch.id), ERR_CONFLICT);
	off.off = false;
	IS(channel_edit(c, "crew", ch.id, &off, &after), OK);
	YES(!after.off_us.set);
	IS(channel_edit(c, "crew", ch.id, &off, &after), OK);
	IS(channel_test(c, "crew", ch.id), OK);
	IS(channel_delete(c, "crew", ch.id), OK);
	YES(holds(c, "(SELECT count(*) FROM message WHERE state = 'waiting') = 0"));
	IS(channel_delete(c, "crew", ch.id), ERR_NOT_FOUND);
	AUDITED("channel_add", object, 1);
	AUDITED("channel_edit", object, 2);
	AUDITED("channel_test", object, 2);
	AUDITED("channel_delete", object, 1);
}

SITE_TEST(a_message_is_sent_again_with_the_same_key)
{
	struct message *list, again;
	struct message_unsent *unsent;
	struct message_item *items;
	size_t n = 0;

	given_config(c);
	given_team(c, "crew");
	struct channel ch = given_channel(c, "crew", "mail", "a@example.org");
	IS(channel_test(c, "crew", ch.id), OK);
	IS(message_take(c, 1, 60000, &items, &n), OK);
	IS(message_again(c, "crew", items[0].id, &again), ERR_CONFLICT);
	IS(message_failed(c, items[0].id, "550 no", &unsent, &n), OK);
	IS((int)n, 0);
	IS(message_again(c, "crew", items[0].id, &again), OK);
	SAME(again.key, items[0].key);
	SAME(again.state, "waiting");
	IS(message_take(c, 1, 60000, &items, &n), OK);
	IS(n, 1);
	IS(message_sent(c, items[0].id, true), OK);
	struct team team;
	IS(team_named(c, "crew", &team), OK);
	IS(message_list(c, &(struct message_query){ .team_id = team.id, .limit = 5 }, &list, &n),
	    OK);
	IS(n, 1);
	SAME(list[0].state, "sent");
	IS(message_again(c, "crew", 1 << 30, &again), ERR_CONFLICT);
}
