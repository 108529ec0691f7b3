/* What the routes of groups of approvers take and answer. */

#include "model/approver.h"
#include "web/api/doc.h"

/* clang-format off */
static const struct field group_fields[] = {
	{ "name",        KIND_LINE, "its name" },
	{ "description", KIND_LINE, "what it is for" },
	{ "members",     KIND_LIST, "accounts that may approve" },
	{ "teams",       KIND_INT,  "how many teams have it as their approvers" },
	{ "version",     KIND_INT,  "grows by one with every change; also the ETag" },
	{ 0 },
};
static const struct shape shape_group = { "Group", "People who may approve changes of jobs, whatever team they are in.", group_fields };

static const struct field group_input_fields[] = {
	{ "name",        KIND_LINE, "not changed", .flags = FIELD_READ },
	{ "description", KIND_LINE, "what it is for", .max = APPROVER_DESCRIPTION_MAX },
	{ "members",     KIND_LIST, "accounts that may approve; who is left out is so no longer" },
	{ "teams",       KIND_INT,  "not changed", .flags = FIELD_READ },
	{ "version",     KIND_INT,  "not changed", .flags = FIELD_READ },
	{ 0 },
};
static const struct shape shape_group_input = { "GroupInput", "A group as it shall be.", group_input_fields, .body = true };
/* clang-format on */

const struct route_doc doc_groups = {
	.id = "listGroups",
	.tag = "Teams",
	.summary = "The groups of people who may approve, by name",
	.answers = { { 200, .shape = &shape_group, .list = true } },
};

const struct route_doc doc_group = {
	.id = "getGroup",
	.tag = "Teams",
	.summary = "One group of approvers",
	.answers = { { 200, .shape = &shape_group, .headers = doc_version_headers } },
};

const struct route_doc doc_group_put = {
	.id = "putGroup",
	.tag = "Teams",
	.summary = "Make a group of approvers, or make it so",
	.body = &shape_group_input,
	.answers = { { 200, .shape = &shape_group, .headers = doc_version_headers } },
	.may = MAY_STALE,
};

const struct route_doc doc_group_delete = {
	.id = "deleteGroup",
	.tag = "Teams",
	.summary = "Delete a group of approvers that nothing needs",
	.answers = { { 204, "The group is gone." } },
	.may = MAY_CONFLICT,
};
