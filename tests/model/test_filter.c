/* The filters of lists: each operation, and what is refused. */

#include "model/filter.h"

#include "model/given.h"

static const char a_row[] =
    "{\"state\":\"requested\",\"title\":\"Access to Crew\",\"valid\":true,\"required_approvals\":2,"
    "\"team\":null,\"action__name\":[\"invite\",\"tell\"],\"action__auto_approve\":[true,null],"
    "\"action__valid\":[],\"token__expires_at\":[1795256523000000],\"type\":\"invite\","
    "\"created_at\":1795256523000000}"; /* Sat 2026-11-21 10:22:03 UTC */

static const char *read(struct ctx *c, const char *filters)
{
	const char *conditions = NULL;

	if (filter_read(c, filters, filter_task_fields, false, &conditions) != OK)
		FAIL("%s: %s", filters, ctx_fault(c));
	return conditions;
}

SITE_TEST(each_operation_holds_for_what_it_means)
{
	static const struct {
		const char *filters;
		bool holds;
	} all[] = {
		{ "{}", true },
		{ "{\"state\":{\"exact\":\"requested\"}}", true },
		{ "{\"state\":{\"exact\":\"Requested\"}}", false },
		{ "{\"state\":{\"iexact\":\"Requested\"}}", true },
		{ "{\"title\":{\"contains\":\"to Crew\"}}", true },
		{ "{\"title\":{\"contains\":\"to crew\"}}", false },
		{ "{\"title\":{\"icontains\":\"TO crew\"}}", true },
		{ "{\"title\":{\"contains\":\"%\"}}", false },
		{ "{\"title\":{\"startswith\":\"Access\"}}", true },
		{ "{\"title\":{\"startswith\":\"access\"}}", false },
		{ "{\"title\":{\"istartswith\":\"access\"}}", true },
		{ "{\"title\":{\"endswith\":\"Crew\"}}", true },
		{ "{\"title\":{\"endswith\":\"crew\"}}", false },
		{ "{\"title\":{\"iendswith\":\"crew\"}}", true },
		{ "{\"title\":{\"endswith\":\"\"}}", true },
		{ "{\"state\":{\"in\":[\"failed\",\"requested\"]}}", true },
		{ "{\"state\":{\"in\":[\"failed\"]}}", false },
		{ "{\"state\":{\"in\":[]}}", false },
		{ "{\"required_approvals\":{\"gt\":1}}", true },
		{ "{\"required_approvals\":{\"gt\":2}}", false },
		{ "{\"required_approvals\":{\"gte\":2,\"lte\":2}}", true },
		{ "{\"required_approvals\":{\"lt\":10}}", true },
		{ "{\"required_approvals\":{\"range\":[1,3]}}", true },
		{ "{\"required_approvals\":{\"range\":[3,9]}}", false },
		{ "{\"state\":{\"lt\":\"s\"}}", true },
		{ "{\"created_at\":{\"exact\":\"2026-11-21T10:22:03Z\"}}", true },
		{ "{\"created_at\":{\"gt\":\"2026-11-21\"}}", true },
		{ "{\"created_at\":{\"lt\":\"2026-11-21T10:22:03+01:00\"}}", false },
		{ "{\"created_at\":{\"range\":[\"2026-11-01\",\"2026-12-01\"]}}", true },
		{ "{\"created_at\":{\"date\":\"2026-11-21\"}}", true },
		{ "{\"created_at\":{\"date\":\"2026-11-20\"}}", false },
		{ "{\"created_at\":{\"year\":2026,\"month\":11,\"day\":21}}", true },
		{ "{\"created_at\":{\"year\":2025}}", false },
		{ "{\"created_at\":{\"week_day\":7}}", true },
		{ "{\"created_at\":{\"hour\":10,\"minute\":22,\"second\":3}}", true },
		{ "{\"created_at\":{\"second\":4}}", false },
		{ "{\"team\":{\"isnull\":true}}", true },
		{ "{\"team\":{\"isnull\":false}}", false },
		{ "{\"team\":{\"exact\":null}}", true },
		{ "{\"state\":{\"exact\":null}}", false },
		{ "{\"team\":{\"contains\":\"\"}}", false },
		{ "{\"title\":{\"regex\":\"^Acc.*Crew$\"}}", true },
		{ "{\"title\":{\"regex\":\"crew\"}}", false },
		{ "{\"title\":{\"iregex\":\"crew\"}}", true },
		{ "{\"valid\":{\"exact\":true}}", true },
		{ "{\"valid\":{\"in\":[false]}}", false },
		{ "{\"valid\":{\"exact\":true},\"state\":{\"exact\":\"failed\"}}", false },
		{ "{\"task_type\":{\"exact\":\"invite\"}}", true },
		{ "{\"action__name\":{\"exact\":\"tell\"}}", true },
		{ "{\"action__name\":{\"in\":[\"other\",\"invite\"]}}", true },
		{ "{\"action__name\":{\"startswith\":\"x\"}}", false },
		{ "{\"action__auto_approve\":{\"exact\":true}}", true },
		{ "{\"action__auto_approve\":{\"exact\":false}}", false },
		{ "{\"action__auto_approve\":{\"isnull\":true}}", true },
		{ "{\"action__name\":{\"isnull\":true}}", false },
		{ "{\"action__valid\":{\"isnull\":true}}", true },
		{ "{\"action__valid\":{\"exact\":true}}", false },
		{ "{\"token__expires_at\":{\"range\":[\"2026-11-20\",\"2026-11-22\"]}}", true },
		{ "{\"token__expires_at\":{\"lt\":\"2026-11-20\"}}", false },
	};

	for (size_t i = 0; i < LENGTH(all); i++)
		if (holds(c, "filter_holds('%s'::jsonb, $f$%s$f$::jsonb)", a_row,
			read(c, all[i].filters)) != all[i].holds)
			FAIL("%s: should be %d", all[i].filters, all[i].holds);
}

SITE_TEST(a_filter_that_cannot_be_is_refused_with_its_reason)
{
	static const struct {
		const char *filters, *says;
	} all[] = {
		{ "x", "must be JSON such as" },
		{ "[]", "must be JSON such as" },
		{ "{\"state\":\"requested\"}", "must be JSON such as" },
		{ "{\"fake\":{\"exact\":1}}", "there is no field fake; there are: id, type, " },
		{ "{\"task__state\":{\"exact\":\"x\"}}", "there is no field task__state" },
		{ "{\"state\":{\"is\":1}}", "there is no operation is" },
		{ "{\"state\":{\"year\":1}}", "year does not fit the field state" },
		{ "{\"valid\":{\"gt\":true}}", "gt does not fit the field valid" },
		{ "{\"state\":{\"exact\":1}}", "exact of state must be text" },
		{ "{\"valid\":{\"exact\":\"true\"}}", "exact of valid must be true or false" },
		{ "{\"created_at\":{\"gt\":\"yesterday\"}}", "gt of created_at must be a time" },
		{ "{\"created_at\":{\"year\":\"2026\"}}", "year of created_at must be 0 to 9999" },
		{ "{\"created_at\":{\"range\":[\"2026-11-01\"]}}", "must be a list of 2 values" },
		{ "{\"state\":{\"in\":\"requested\"}}", "must be a list of at most 200 values" },
		{ "{\"state\":{\"isnull\":1}}", "isnull of state must be true or false" },
		{ "{\"state\":{\"regex\":\"(\"}}", "must be a regular expression" },
		{ "{\"state\":{\"gt\":null}}", "gt of state must be text" },
	};
	const char *conditions;

	for (size_t i = 0; i < LENGTH(all); i++) {
		IS(filter_read(c, all[i].filters, filter_task_fields, false, &conditions),
		    ERR_INVALID);
		SAME(c->fault.field, "filters");
		if (strstr(c->fault.detail, all[i].says) == NULL)
			FAIL("%s: %s", all[i].filters, c->fault.detail);
	}
	IS(filter_read(
	       c, "{\"task__state\":{\"exact\":\"x\"}}", filter_token_fields, true, &conditions),
	    OK);
}
