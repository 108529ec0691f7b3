/* What filters of lists can name: each field finds what it is and not what it is not, under our
 * name and the one of prior-systems.md 2.7; what is hidden stays so. */

#include <string.h>

#include "action/given_token.h"
#include "model/filter.h"
#include "model/notification.h"
#include "model/task_list.h"

static size_t tasks_of(struct ctx *c, const char *filters)
{
	struct task_query q = { .filters = filters };
	const char *next;
	struct task *all;
	size_t n = 0;

	if (task_list(c, &q, &all, &n, &next) != OK)
		FAIL("%s: %s", filters, ctx_fault(c));
	return n;
}

static size_t tokens_of(struct ctx *c, const char *filters)
{
	struct task_token_query q = { .filters = filters, .limit = 100 };
	struct task_token *all;
	const char *next;
	size_t n = 0;

	if (task_token_list(c, &q, &all, &n, &next) != OK)
		FAIL("%s: %s", filters, ctx_fault(c));
	return n;
}

static size_t notifications_of(struct ctx *c, const char *filters)
{
	struct notification_query q = { .filters = filters, .limit = 100 };
	struct notification *all;
	const char *next;
	size_t n = 0;

	if (notification_list(c, &q, &all, &n, &next) != OK)
		FAIL("%s: %s", filters, ctx_fault(c));
	return n;
}

/* A condition that holds of the one task, and one that does not; "{id}" is its id. */
struct named {
	const char *field, *holds, *does_not;
};

#define BOOL_IS(f, b)                                       \
	{                                                   \
		f, "{\"exact\":" b "}", "{\"isnull\":true}" \
	}
#define SAYS(f, words)                                                     \
	{                                                                  \
		f, "{\"contains\":\"" words "\"}", "{\"exact\":\"other\"}" \
	}
#define IS_NULL(f)                                           \
	{                                                    \
		f, "{\"isnull\":true}", "{\"isnull\":false}" \
	}
#define NEWER(f)                                                        \
	{                                                               \
		f, "{\"gt\":\"2020-01-01\"}", "{\"lt\":\"2020-01-01\"}" \
	}
#define NUMBER(f, n)                                             \
	{                                                        \
		f, "{\"range\":[" n "," n "]}", "{\"lt\":" n "}" \
	}
#define ID(f)                                                  \
	{                                                      \
		f, "{\"exact\":\"{id}\"}", "{\"isnull\":true}" \
	}

/* clang-format off */
static const struct named of_tasks[] = {
	ID("id"), ID("pk"), ID("uuid"),
	SAYS("type", "request-"), SAYS("task_type", "request-"), SAYS("title", "Access"), SAYS("state", "awaiting"), SAYS("reason", "because"),
	{ "about", "{\"exact\":\"\"}", "{\"contains\":\"x\"}" },
	SAYS("requester", "kwame"), SAYS("keystone_user", "kwame"), SAYS("team", "crew"), SAYS("project_id", "crew"), SAYS("data", "operator"),
	{ "hash", "{\"regex\":\"^[0-9a-f]{64}$\"}", "{\"isnull\":true}" },
	{ "data_hash", "{\"regex\":\"^[0-9a-f]{64}$\"}", "{\"isnull\":true}" },
	{ "hash_key", "{\"iregex\":\"^[0-9A-F]{64}$\"}", "{\"isnull\":true}" },
	NUMBER("version", "1"), NUMBER("required_approvals", "1"), NUMBER("given_approvals", "1"),
	BOOL_IS("valid", "true"), BOOL_IS("approved", "true"), BOOL_IS("completed", "false"), BOOL_IS("cancelled", "false"),
	SAYS("approved_by", "marta"), IS_NULL("failure"),
	NEWER("created_at"), NEWER("created_on"), NEWER("approved_at"), NEWER("approved_on"), NEWER("expires_at"),
	IS_NULL("completed_at"), IS_NULL("completed_on"), IS_NULL("ended_at"),
	{ "address", "{\"startswith\":\"192.\"}", "{\"isnull\":true}" }, { "ip_address", "{\"startswith\":\"192.\"}", "{\"isnull\":true}" },
	SAYS("notes", "checked"), SAYS("task_notes", "checked"),
	SAYS("action__notes", "kwame joins crew"), SAYS("action_notes", "kwame joins crew"),
	SAYS("action__name", "add_mem"), SAYS("action__action_name", "add_mem"), SAYS("action__state", "approved"),
	NUMBER("action__order", "0"), BOOL_IS("action__valid", "true"), IS_NULL("action__auto_approve"), BOOL_IS("action__need_token", "true"),
	NEWER("action__created_at"), NEWER("action__created"), SAYS("action__data", "operator"), SAYS("action__action_data", "operator"),
	{ "action__cache", "{\"startswith\":\"{\"}", "{\"isnull\":true}" },
	ID("token__task"), ID("token__task_id"), ID("token__pk"), NEWER("token__created_at"), NEWER("token__created_on"), NEWER("token__expires_at"),
	NEWER("token__expires"), BOOL_IS("token__expired", "false"),
	{ "notification__id", "{\"gt\":0}", "{\"lt\":0}" }, { "notification__pk", "{\"gt\":0}", "{\"lt\":0}" }, { "notification__uuid", "{\"gt\":0}", "{\"lt\":0}" },
	ID("notification__task"), ID("notification__task_id"), BOOL_IS("notification__error", "false"), BOOL_IS("notification__acknowledged", "true"),
	NEWER("notification__acknowledged_at"), SAYS("notification__acknowledged_by", "signalbox"), NEWER("notification__created_at"), NEWER("notification__created_on"),
	SAYS("notification__notes", "needs approval"),
};
static const struct named of_tokens[] = {
	ID("task"), ID("task_id"), ID("pk"), SAYS("task_type", "request-"), SAYS("title", "Access"), NEWER("created_at"), NEWER("created_on"),
	NEWER("expires_at"), NEWER("expires"), BOOL_IS("expired", "false"),
};
static const struct named of_notifications[] = {
	{ "id", "{\"gt\":0}", "{\"lt\":0}" }, { "pk", "{\"gt\":0}", "{\"lt\":0}" }, { "uuid", "{\"gt\":0}", "{\"lt\":0}" },
	ID("task"), ID("task_id"), SAYS("task_type", "request-"), SAYS("title", "Access"), BOOL_IS("error", "false"), BOOL_IS("acknowledged", "true"),
	NEWER("acknowledged_at"), SAYS("acknowledged_by", "signalbox"), SAYS("notes", "needs approval"), NEWER("created_at"), NEWER("created_on"),
};
/* clang-format on */

static const char *with_id(struct ctx *c, const char *condition, const char *id)
{
	const char *at = strstr(condition, "{id}");

	return at == NULL ? condition
			  : arena_printf(c->arena, "%.*s%s%s", (int)(at - condition), condition, id,
				at + strlen("{id}"));
}

struct list {
	const struct filter_field *fields;
	const struct named *named;
	size_t n;
	size_t (*find)(struct ctx *c, const char *filters);
	const char *of; /* before each name */
};

static void finds(struct ctx *c, const struct list *l, const struct named *f, const char *id)
{
	const char *yes = with_id(c, f->holds, id), *no = with_id(c, f->does_not, id);
	const char *filters = arena_printf(c->arena, "{\"%s%s\":%s}", l->of, f->field, yes);

	if (l->find(c, filters) != 1)
		FAIL("not found by %s", filters);
	filters = arena_printf(c->arena, "{\"%s%s\":%s}", l->of, f->field, no);
	if (l->find(c, filters) != 0)
		FAIL("found by %s", filters);
}

static bool is_tried(const struct list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->named[i].field, name) == 0)
			return true;
	return false;
}

static struct task given_one(struct ctx *c)
{
	given_config(c);
	struct task t = given_waiting_for_token(c, "confirm");

	given_account(c, "ada", true);
	IS(db_script(c, "DELETE FROM notification WHERE error"), OK); /* kwame has no address */
	act_as(c, "ada");
	return t;
}

SITE_TEST(every_field_that_a_list_can_be_filtered_by_finds_what_it_is)
{
	static const struct list lists[] = {
		{ filter_task_fields, of_tasks, LENGTH(of_tasks), tasks_of, "" },
		{ filter_token_fields, of_tokens, LENGTH(of_tokens), tokens_of, "" },
		{ filter_notification_fields, of_notifications, LENGTH(of_notifications),
		    notifications_of, "" },
		{ filter_task_fields, of_tasks, LENGTH(of_tasks), tokens_of, "task__" },
		{ filter_task_fields, of_tasks, LENGTH(of_tasks), notifications_of, "task__" },
	};
	struct task t = given_one(c);

	for (size_t i = 0; i < LENGTH(lists); i++) {
		for (size_t k = 0; k < lists[i].n; k++)
			finds(c, &lists[i], &lists[i].named[k], t.id);
		for (const struct filter_field *f = lists[i].fields; f->name != NULL; f++)
			if (f->may != FILTER_NOBODY && !is_tried(&lists[i], f->name))
				FAIL("%s%s is not tried", lists[i].of, f->name);
	}
}

/* The key of an address that is called, and whom else a mail goes to, cannot be found out piece by
 * piece by who is not shown them. */
SITE_TEST(what_is_shown_to_admins_alone_is_found_by_admins_alone)
{
	const char *conditions;

	given_one(c);
	for (const struct filter_field *f = filter_task_fields; f->name != NULL; f++) {
		const char *filters = arena_printf(
		    c->arena, "{\"%s\":{\"isnull\":false}}", f->name);
		act_as(c, "ada");
		IS(filter_read(c, filters, filter_task_fields, false, &conditions),
		    f->may == FILTER_NOBODY ? ERR_INVALID : OK);
		act_as(c, "marta");
		enum err e = filter_read(c, filters, filter_task_fields, false, &conditions);
		IS(e, f->may == FILTER_ALL ? OK : ERR_INVALID);
		if (e == OK)
			continue;
		SAME(c->fault.field, "filters");
		HAS(c->fault.detail, f->name);
		HAS(c->fault.detail,
		    f->may == FILTER_NOBODY ? "tokens stay hidden" : "only admins find anything");
	}
}

SITE_TEST(what_can_be_named_is_listed_and_who_may_name_it)
{
	const char *conditions;

	given_one(c);
	IS(filter_read(c, "{\"fake\":{\"exact\":1}}", filter_task_fields, false, &conditions),
	    ERR_INVALID);
	for (const struct filter_field *f = filter_task_fields; f->name != NULL; f++)
		HAS(c->fault.detail, f->name);
	HAS(c->fault.detail, "; for admins: address, action__data, ");
	HAS(c->fault.detail, "; for nobody: token__token");
	IS(filter_read(c, "{\"token\":{\"exact\":\"x\"}}", filter_token_fields, true, &conditions),
	    ERR_INVALID);
	HAS(c->fault.detail, "tokens stay hidden; there are: task__<field of a task>, task, ");
	HAS(c->fault.detail, "; for nobody: token");
	IS(filter_read(c, "{\"task__token__token\":{\"exact\":\"x\"}}", filter_notification_fields,
	       true, &conditions),
	    ERR_INVALID);
}

/* ---- every operation on every kind */

struct on_kind {
	enum filter_kind kind;
	const char *field, *values[4]; /* one that is it, one that is not, and two of other types */
};

static const struct on_kind kinds[] = {
	{ FILTER_TEXT, "action__name", { "\"add_member\"", "\"x\"", "1", "true" } },
	{ FILTER_NUMBER, "action__order", { "0", "7", "\"0\"", "0.5" } },
	{ FILTER_BOOL, "action__need_token", { "true", "false", "\"true\"", "1" } },
	{ FILTER_TIME, "token__expires_at",
	    { "\"2100-01-01T00:00:00Z\"", "\"2020-01-01\"", "\"tomorrow\"", "1795256523" } },
};

static bool fits(enum filter_kind kind, const char *op)
{
	static const struct {
		const char *ops;
		bool on[FILTER_TIME + 1];
	} all[] = {
		{ " exact in isnull ", { false, true, true, true, true } },
		{ " gt gte lt lte range ", { false, true, false, true, true } },
		{ " iexact contains icontains startswith istartswith endswith iendswith regex "
		  "iregex ",
		    { false, true, false, false, false } },
		{ " date year month day week_day hour minute second ",
		    { false, false, false, false, true } },
	};
	const char *word = op;

	for (size_t i = 0; i < LENGTH(all); i++) {
		const char *at = strstr(all[i].ops, word);
		while (at != NULL && (at[-1] != ' ' || at[strlen(word)] != ' '))
			at = strstr(at + 1, word);
		if (at != NULL)
			return all[i].on[kind];
	}
	return false;
}

static const char *given_to(struct ctx *c, const char *op, const char *value)
{
	if (strcmp(op, "in") == 0)
		return arena_printf(c->arena, "[%s]", value);
	if (strcmp(op, "range") == 0)
		return arena_printf(c->arena, "[%s,%s]", value, value);
	return value;
}

/* What the operation takes is of the field's kind but for these. */
static bool takes_a_value(const char *op)
{
	static const char *const others[] = { "isnull", "year", "month", "day", "week_day", "hour",
		"minute", "second" };

	for (size_t i = 0; i < LENGTH(others); i++)
		if (strcmp(others[i], op) == 0)
			return false;
	return true;
}

static void refused(struct ctx *c, const struct on_kind *k, const char *op, const char *value)
{
	const char *filters = arena_printf(c->arena, "{\"%s\":{\"%s\":%s}}", k->field, op, value);
	struct task_query q = { .filters = filters };
	const char *next;
	struct task *all;
	size_t n;

	if (task_list(c, &q, &all, &n, &next) != ERR_INVALID) {
		FAIL("%s is taken", filters);
		return;
	}
	SAME(c->fault.field, "filters");
	HAS(c->fault.detail, op);
	HAS(c->fault.detail, k->field);
}

SITE_TEST(every_operation_is_for_the_kinds_that_it_fits_and_refuses_the_rest_by_name)
{
	static const char *const ops[] = { "exact", "iexact", "contains", "icontains", "startswith",
		"istartswith", "endswith", "iendswith", "in", "gt", "gte", "lt", "lte", "range",
		"date", "year", "month", "day", "week_day", "hour", "minute", "second", "isnull",
		"regex", "iregex" };

	given_one(c);
	for (size_t i = 0; i < LENGTH(kinds); i++)
		for (size_t o = 0; o < LENGTH(ops); o++) {
			const struct on_kind *k = &kinds[i];
			if (!fits(k->kind, ops[o])) {
				refused(c, k, ops[o], given_to(c, ops[o], k->values[0]));
				continue;
			}
			if (takes_a_value(ops[o]))
				for (size_t v = 2; v < 4; v++)
					refused(c, k, ops[o], given_to(c, ops[o], k->values[v]));
			else
				refused(c, k, ops[o], "\"x\"");
		}
	refused(c, &kinds[0], "exactly", "\"x\"");
}
