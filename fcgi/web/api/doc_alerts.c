/* What the routes of notifications take and answer. */

#include <stdint.h>

#include "core/net.h"
#include "web/api/doc.h"

/* clang-format off */
static const char kinds[] = "mail|webhook";
static const char states[] = "waiting|sent|failed|dropped";

static const struct field channel_fields[] = {
	{ "id",          KIND_INT,    "ours" },
	{ "kind",        KIND_LINE,   "how", .choices = kinds },
	{ "target",      KIND_STRING, "the mail address, or the webhook's URL: its host alone for others than managers" },
	{ "job",         KIND_LINE,   "the only job it is for; null: all of the team's", .flags = FIELD_NULL },
	{ "on_failure",  KIND_BOOL,   "told when a job begins to fail, or a run is lost" },
	{ "on_recovery", KIND_BOOL,   "told when it recovers" },
	{ "on_missed",   KIND_BOOL,   "told when it is missed" },
	{ "off",         KIND_BOOL,   "nothing goes there" },
	{ "off_at",      KIND_TIME,   "since when", .flags = FIELD_NULL },
	{ "off_reason",  KIND_STRING, "why", .flags = FIELD_NULL },
	{ "created_at",  KIND_TIME,   "when it was added" },
	{ "created_by",  KIND_LINE,   "by whom" },
	{ "secret",      KIND_LINE,   "of a webhook: what its messages are signed with, this once", .flags = FIELD_MAYBE },
	{ 0 },
};
static const struct shape shape_channel = { "Channel", "Where a team is told, and of what.", channel_fields };

#define READ_ONLY \
	{ "id",          KIND_ANY, "read only", .flags = FIELD_READ }, \
	{ "off_at",      KIND_ANY, "read only", .flags = FIELD_READ }, \
	{ "off_reason",  KIND_ANY, "read only", .flags = FIELD_READ }, \
	{ "created_at",  KIND_ANY, "read only", .flags = FIELD_READ }, \
	{ "created_by",  KIND_ANY, "read only", .flags = FIELD_READ }, \
	{ "secret",      KIND_ANY, "read only", .flags = FIELD_READ }

#define EVENTS \
	{ "on_failure",  KIND_BOOL, "told when a job begins to fail, or a run is lost" }, \
	{ "on_recovery", KIND_BOOL, "told when it recovers" }, \
	{ "on_missed",   KIND_BOOL, "told when it is missed" }, \
	{ "off",         KIND_BOOL, "true: nothing goes there" }

static const struct field add_fields[] = {
	{ "kind",   KIND_LINE, "how", .choices = kinds, .flags = FIELD_MUST },
	{ "target", KIND_LINE, "a mail address, or a URL: https, and no private address unless SIGNALBOX_WEBHOOK_ALLOW names it", .min = 1, .max = NET_URL_MAX, .flags = FIELD_MUST },
	{ "job",    KIND_LINE, "a job of the team, for that one alone", .max = 120, .flags = FIELD_NULL },
	EVENTS,
	READ_ONLY,
	{ 0 },
};
static const struct shape shape_add = { "ChannelInput", "Somebody to be told.", add_fields, .body = true };

static const struct field edit_fields[] = {
	{ "kind",   KIND_LINE, "must stay as it is", .choices = kinds },
	{ "target", KIND_LINE, "must stay as it is", .min = 1, .max = NET_URL_MAX },
	{ "job",    KIND_LINE, "must stay as it is", .max = 120, .flags = FIELD_NULL },
	EVENTS,
	READ_ONLY,
	{ 0 },
};
static const struct shape shape_edit = { "ChannelChange", "Of what one is told, and whether.", edit_fields, .body = true };

static const struct field message_fields[] = {
	{ "id",          KIND_INT,    "ours" },
	{ "key",         KIND_LINE,   "the Message-ID or webhook-id: the same however often it is sent" },
	{ "kind",        KIND_LINE,   "how", .choices = kinds },
	{ "event",       KIND_LINE,   "failure, recovery, missed, test, ..." },
	{ "about",       KIND_STRING, "of what, such as job:hello", .flags = FIELD_NULL },
	{ "target",      KIND_STRING, "where to" },
	{ "state",       KIND_LINE,   "how it stands", .choices = states },
	{ "reason",      KIND_STRING, "why it has not left", .flags = FIELD_NULL },
	{ "attempts",    KIND_INT,    "how often it was tried" },
	{ "channel",     KIND_INT,    "whose it is; null: deleted", .flags = FIELD_NULL },
	{ "run",         KIND_INT,    "the run that decided", .flags = FIELD_NULL },
	{ "created_at",  KIND_TIME,   "when it was made" },
	{ "try_at",      KIND_TIME,   "when it is tried again", .flags = FIELD_NULL },
	{ "finished_at", KIND_TIME,   "when it was sent or given up", .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_message = { "Message", "Something told, or on its way.", message_fields };

static const struct field message_params[] = {
	{ "state", KIND_LINE, "only those", .choices = states },
	PARAM_LIMIT,
	{ "after", KIND_INT, "where to go on: `next` of the page before", .min = 1, .max = INT64_MAX },
	{ 0 },
};

static const struct field made_headers[] = {
	{ "Location", KIND_LINE, "its address" },
	{ 0 },
};
/* clang-format on */

const struct route_doc doc_alerts = {
	.id = "listChannels",
	.tag = "Notifications",
	.summary = "Where a team is told",
	.answers = { { 200, .shape = &shape_channel, .list = true } },
};

const struct route_doc doc_alert_add = {
	.id = "addChannel",
	.tag = "Notifications",
	.summary = "Tell somebody else",
	.help =
	    "For managers of the team. Webhooks are signed as Standard Webhooks describes, with "
	    "the secret of the answer, which is shown this once.",
	.body = &shape_add,
	.answers = { { 201, .shape = &shape_channel, .headers = made_headers } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_alert = {
	.id = "getChannel",
	.tag = "Notifications",
	.summary = "One of those who are told",
	.answers = { { 200, .shape = &shape_channel } },
};

const struct route_doc doc_alert_patch = {
	.id = "changeChannel",
	.tag = "Notifications",
	.summary = "Change of what somebody is told",
	.body = &shape_edit,
	.answers = { { 200, .shape = &shape_channel } },
};

const struct route_doc doc_alert_delete = {
	.id = "deleteChannel",
	.tag = "Notifications",
	.summary = "Tell somebody no more",
	.answers = { { 204 } },
};

const struct route_doc doc_alert_secret = {
	.id = "renewSecret",
	.tag = "Notifications",
	.summary = "A new secret for a webhook",
	.body = &shape_nothing,
	.answers = { { 200, .shape = &shape_channel } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_alert_test = {
	.id = "testChannel",
	.tag = "Notifications",
	.summary = "Send a test",
	.body = &shape_nothing,
	.answers = { { 202, "It is on its way.", &shape_channel } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_messages = {
	.id = "listMessages",
	.tag = "Notifications",
	.summary = "What a team was told, newest first",
	.params = message_params,
	.answers = { { 200, .shape = &shape_message, .list = true } },
};

const struct route_doc doc_message_again = {
	.id = "sendAgain",
	.tag = "Notifications",
	.summary = "Send a message once more",
	.body = &shape_nothing,
	.answers = { { 202, "It is on its way.", &shape_message } },
	.may = MAY_CONFLICT,
};
