/* What the routes of notifications and the status take and answer. */

#include "model/notification.h"
#include "web/api/doc.h"

/* clang-format off */
static const struct field notes_fields[] = {
	{ "notes",  KIND_LIST, "of one that is no error", .flags = FIELD_MAYBE },
	{ "errors", KIND_LIST, "of an error", .flags = FIELD_MAYBE },
	{ 0 },
};
static const struct shape shape_notes = { "NotificationNotes", "What a notification says.", notes_fields };
static const struct field notification_fields[] = {
	{ "id",              KIND_INT,    "ours" },
	{ "task",            KIND_STRING, "the task's UUID", .flags = FIELD_NULL },
	{ "task_type",       KIND_STRING, "of the task", .flags = FIELD_NULL },
	{ "title",           KIND_STRING, "of the task", .flags = FIELD_NULL },
	{ "error",           KIND_BOOL,   "whether something went wrong; else somebody is waited for" },
	{ "notes",           KIND_OBJECT, "what it says", .shape = &shape_notes },
	{ "created_at",      KIND_TIME,   "when" },
	{ "acknowledged",    KIND_BOOL,   "whether somebody has seen it, or was sent it" },
	{ "acknowledged_at", KIND_TIME,   "when", .flags = FIELD_NULL },
	{ "acknowledged_by", KIND_STRING, "who; signalbox: it was sent", .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_notification = { "Notification", "What admins should know of a task.", notification_fields };

static const struct field list_params[] = {
	{ "filters", KIND_TEXT, "conditions, as JSON; fields of the task as task__<field>", .max = 8000 },
	PARAM_LIMIT,
	PARAM_AFTER,
	{ 0 },
};

static const struct field ids_fields[] = {
	{ "ids", KIND_NUMBERS, "numbers of notifications; unknown ones are left alone", 1, NOTIFICATIONS_MANY, .flags = FIELD_MUST },
	{ 0 },
};
static const struct shape shape_ids = { "NotificationIds", "Which ones.", ids_fields, .body = true };

static const struct field done_fields[] = {
	{ "acknowledged", KIND_INT, "how many were not before" },
	{ 0 },
};
static const struct shape shape_done = { "NotificationsAcknowledged", "What was done.", done_fields };

static const struct field status_fields[] = {
	{ "error_notifications", KIND_LIST,   "the newest hundred that nobody has acknowledged", .shape = &shape_notification },
	{ "last_created_task",   KIND_OBJECT, "the newest that is not completed, whatever else became of it", .shape = &shape_task_entry, .flags = FIELD_NULL },
	{ "last_completed_task", KIND_OBJECT, "the one that was completed last", .shape = &shape_task_entry, .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_status = { "TaskStatus", "How tasks are doing.", status_fields };
/* clang-format on */

const struct route_doc doc_notifications = {
	.id = "listNotifications",
	.tag = "Notifications",
	.summary = "Notifications, newest first",
	.help = doc_filters_help,
	.params = list_params,
	.answers = { { 200, .shape = &shape_notification, .list = true } },
};

const struct route_doc doc_notification = {
	.id = "getNotification",
	.tag = "Notifications",
	.summary = "One notification",
	.answers = { { 200, .shape = &shape_notification } },
};

const struct route_doc doc_notification_acknowledge = {
	.id = "acknowledgeNotification",
	.tag = "Notifications",
	.summary = "Say that it was seen",
	.body = &shape_nothing,
	.answers = { { 200, .shape = &shape_notification } },
};

const struct route_doc doc_notifications_acknowledge = {
	.id = "acknowledgeNotifications",
	.tag = "Notifications",
	.summary = "Say that several were seen",
	.body = &shape_ids,
	.answers = { { 200, .shape = &shape_done } },
};

const struct route_doc doc_status = {
	.id = "getTaskStatus",
	.tag = "Tasks",
	.summary = "Errors that nobody has seen, and the last tasks",
	.answers = { { 200, .shape = &shape_status } },
};
