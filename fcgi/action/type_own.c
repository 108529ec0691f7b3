#include "action/type_own.h"

#include <string.h>

#include "action/inside.h"
#include "action/own_inside.h"

const char *const asker_names[] = {
	[ASK_ADMIN] = "admin",
	[ASK_ANYBODY] = "anybody",
	[ASK_ACCOUNT] = "account",
	[ASK_MANAGER] = "manager",
};
const char *const duplicates_names[] = {
	[DUPLICATES_CANCEL] = "cancel",
	[DUPLICATES_BLOCK] = "block",
};

#define SETTINGS                                                                             \
	"approvals", "allow_auto_approve", "token_s", "token_sign_in", "expires_s", "mails", \
	    "notifications", "disabled"

static enum err read_head(const struct at *top, struct task_type *t)
{
	int asker = ASK_ACCOUNT, duplicates = DUPLICATES_BLOCK;

	TRY(at_need(top, "title"));
	TRY(at_line(top, "title", (struct bounds){ 1, 80 }, &t->title));
	TRY(at_text(top, "help", (struct bounds){ 0, OWN_HELP_MAX }, &t->help));
	TRY(at_choice(top, "asker", asker_names, 4, &asker));
	TRY(at_choice(top, "duplicates", duplicates_names, 2, &duplicates));
	t->asker = (enum asker)asker;
	t->duplicates = (enum duplicates)duplicates;
	return OK;
}

/* Titles stand in lists and in subjects of mails: one line. */
static enum err read_title(const struct at *top, struct task_type *t)
{
	t->title_pattern = t->title;
	TRY(at_line(top, "title_pattern", (struct bounds){ 1, OWN_LINE_MAX }, &t->title_pattern));
	TRY(own_marks(top, "title_pattern", t->title_pattern, t, MARKS_FIELDS));
	for (const struct input *f = t->fields; f->name != NULL; f++)
		if ((f->kind == INPUT_TEXT || f->kind == INPUT_NAMES) &&
		    strstr(t->title_pattern, arena_printf(top->c->arena, "{{%s}}", f->name)) !=
			NULL)
			return fail(top->c, ERR_INVALID, "title_pattern",
			    "is one line: %s may have several", f->name);
	return OK;
}

static enum err read_team(const struct at *top, struct task_type *t)
{
	TRY(at_line(top, "team_field", (struct bounds){ 1, OWN_LINE_MAX }, &t->team_field));
	const struct input *f = t->team_field != NULL ? own_field(top->c, t, t->team_field) : NULL;

	if (t->team_field != NULL && (f == NULL || f->kind != INPUT_TEAM || !f->required))
		return fail(top->c, ERR_INVALID, "team_field",
		    "must name a field of kind team that is required");
	if (t->asker == ASK_MANAGER && t->team_field == NULL)
		return fail(
		    top->c, ERR_INVALID, "team_field", "is needed: managers of that team may ask");
	return OK;
}

static enum err check_whole(struct ctx *c, const struct task_type *t)
{
	if (t->required > 0)
		return OK;
	if (!t->allow_auto_approve)
		return fail(
		    c, ERR_INVALID, "approvals.required", "may be 0 only with allow_auto_approve");
	if (t->asker == ASK_ANYBODY)
		return fail(c, ERR_INVALID, "approvals.required",
		    "must be 1 at least: anybody may ask, without an account");
	return OK;
}

enum err type_parse(
    struct ctx *c, const char *name, const struct json *definition, struct task_type *out)
{
	static const char *const known[] = { "title", "help", "asker", "fields", "actions",
		"title_pattern", "team_field", "duplicates", SETTINGS, NULL };
	struct at top;

	*out = (struct task_type){
		.name = name,
		.own = true,
		.help = "",
		.required = 1,
		.token_s = INT64_C(86400),
		.expires_s = 14 * INT64_C(86400),
	};
	TRY(at_open(c, definition, "", known, &top));
	TRY(read_head(&top, out));
	TRY(own_fields(&top, out));
	TRY(read_title(&top, out));
	TRY(read_team(&top, out));
	TRY(own_settings(&top, out));
	TRY(own_steps(&top, out));
	return check_whole(c, out);
}

enum err type_apply(struct ctx *c, const struct json *settings, struct task_type *out)
{
	static const char *const known[] = { SETTINGS, "additional_actions", NULL };
	static const char *const of_all[] = { "mails", "notifications", NULL };
	struct at top;

	TRY(at_open(c, settings, "", out->defaults ? of_all : known, &top));
	TRY(own_settings(&top, out));
	return own_more_steps(&top, out);
}

const char type_example[] =
    "{\n"
    "  \"title\": \"A database\",\n"
    "  \"help\": \"A database of its own for a team. Ready within minutes of the approval.\",\n"
    "  \"asker\": \"account\",\n"
    "  \"fields\": [\n"
    "    {\"name\": \"team\", \"label\": \"Team\", \"kind\": \"team\", \"required\": true},\n"
    "    {\"name\": \"name\", \"label\": \"Name\", \"kind\": \"line\", \"required\": true, "
    "\"rule\": \"[a-z][a-z0-9_]{2,30}\", \"help\": \"a-z, digits and _\"},\n"
    "    {\"name\": \"size\", \"label\": \"Size\", \"kind\": \"choice\", \"required\": true, "
    "\"choices\": [\"small\", \"large\"]},\n"
    "    {\"name\": \"email\", \"label\": \"Tell\", \"kind\": \"email\", \"required\": true}\n"
    "  ],\n"
    "  \"actions\": [\n"
    "    {\"action\": \"http_call\", \"with\": {\n"
    "      \"prepare_url\": \"https://provision.example.org/check\",\n"
    "      \"approve_url\": \"https://provision.example.org/databases\"}},\n"
    "    {\"action\": \"send_mail\", \"with\": {\n"
    "      \"to\": \"{{email}}\",\n"
    "      \"subject\": \"The database {{name}} is ready\",\n"
    "      \"text\": \"It answers at {{answer.host}}.\"}}\n"
    "  ],\n"
    "  \"title_pattern\": \"Database {{name}} for {{team}}\",\n"
    "  \"team_field\": \"team\",\n"
    "  \"duplicates\": \"block\",\n"
    "  \"approvals\": {\"required\": 1, \"role\": \"manager\"},\n"
    "  \"mails\": {\"initial\": null}\n"
    "}\n";
