/* The form of a task type: its inputs in their groups. */

#include <string.h>

#include "core/text.h"
#include "web/admin/type_inside.h"
#include "web/admin/type_page.h"

static bool is_at(const struct editor *e, const char *path)
{
	return e->fault.detail != NULL && e->fault.field != NULL &&
	       strcmp(e->fault.field, path) == 0;
}

/* Of a list that is one input: an item of it, too. */
static bool is_wrong(const struct editor *e, const struct slot *s)
{
	size_t len = strlen(s->name);

	return is_at(e, s->name) ||
	       (e->fault.detail != NULL && e->fault.field != NULL &&
		   text_starts(e->fault.field, s->name) && e->fault.field[len] == '[');
}

/* ---- one input */

/* Another value than those that are known stays choosable: it may be {{field}}. */
static void show_options(struct ctx *c, struct view *v, const struct slot *s)
{
	bool chosen = false;

	for (const char *o = s->row->choices; *o != '\0';) {
		size_t name = strcspn(o, "="), len = strcspn(o, "|");
		const char *value = arena_strndup(c->arena, o, name);
		const char *label = arena_strndup(c->arena, o + name + 1, len - name - 1);
		chosen = page_option(v, value, label, s->shown) || chosen;
		o += len + (o[len] == '|' ? 1 : 0);
	}
	if (!chosen)
		(void)page_option(
		    v, s->shown, *s->shown != '\0' ? s->shown : "choose one", s->shown);
}

static void show_element(struct ctx *c, struct view *v, const struct slot *s)
{
	switch (s->kind) {
	case SLOT_FLAG:
		if (*s->shown != '\0')
			view_show(view_section(v, "BOX"), "CHECKED");
		else
			view_show(v, "BOX");
		return;
	case SLOT_CHOICE:
	case SLOT_SENT:
		show_options(c, view_section(v, "SELECT"), s);
		return;
	case SLOT_TEXT:
	case SLOT_LIST:
		view_text(view_section(v, "LINES"), "VALUE", s->shown);
		return;
	default:
		view_text(view_section(v, "LINE"), "VALUE", s->shown);
	}
}

static void show_slot(
    struct ctx *c, struct view *group, const struct editor *e, const struct slot *s, bool first)
{
	struct view *v = view_include(group, "SLOT", "parts/slot.html");

	view_text(v, "SLOT_ID", s->id);
	view_text(v, "SLOT_NAME", s->name);
	view_text(v, "LABEL", s->row->label);
	if (s->row->class != NULL)
		view_text(view_section(v, "CLASSED"), "CLASS", s->row->class);
	if (s->kind != SLOT_FLAG) {
		struct view *label = view_section(v, "LABELLED");
		if (s->row->optional)
			view_show(label, "OPTIONAL");
	}
	if (s->row->help != NULL && *s->row->help != '\0')
		view_text(view_section(v, "HELPED"), "HELP", s->row->help);
	if (first)
		view_show(v, "FOCUS");
	if (is_wrong(e, s)) {
		view_show(v, "INVALID");
		view_text(
		    view_section(v, "BAD"), "DETAIL", text_capital(c->arena, e->fault.detail));
	}
	show_element(c, v, s);
}

static bool is_among(const struct slot_row *row, const struct slot_row *rows)
{
	for (; rows->key != NULL; rows++)
		if (rows == row)
			return true;
	return false;
}

/* Those of `rows`, NULL: all of the group. */
static void show_group(struct ctx *c, struct view *v, const struct editor *e, const char *group,
    const struct slot_row *rows)
{
	const struct type_form *form = e->form;
	bool first = e->at != NULL && text_starts(group, e->at);

	for (size_t i = 0; i < form->n; i++) {
		const struct slot *s = &form->slots[i];
		if (strcmp(s->group, group) != 0 || (rows != NULL && !is_among(s->row, rows)))
			continue;
		show_slot(c, v, e, s, first);
		first = false;
	}
}

/* ---- lists */

/* What is wrong with an item as a whole, or where it has no input. */
static const char *whole_fault(const struct editor *e, const char *item, const char *group)
{
	return is_at(e, item) || is_at(e, group) ? e->fault.detail : NULL;
}

/* The lists differ in how their items are called, and where these have their inputs. */
struct list {
	const char *path, *word, *name; /* "fields", "Field", the member that names one */
	const char *inputs;             /* "", or ".with" */
};

static const char *item_name(const struct list *l, const struct json *item)
{
	const char *name = json_text(json_get(item, l->name));
	const struct action *a = *l->inputs != '\0' ? action_named(name) : NULL;

	return a != NULL && a->title != NULL ? a->title : name;
}

static void show_item(
    struct ctx *c, struct view *v, const struct editor *e, const struct list *l, size_t i)
{
	const char *path = arena_printf(c->arena, "%s[%zu]", l->path, i);
	const char *group = arena_printf(c->arena, "%s%s", path, l->inputs);
	struct view *item = view_include(view_section(v, "ITEM"), "ONE", "parts/type-item.html");
	const char *rest = type_form_rest(c, e->form, group);
	const char *why = whole_fault(e, path, group);

	view_text(item, "ID", type_form_id(c, path));
	view_text(item, "WORD", l->word);
	view_int(item, "NUMBER", (int64_t)i + 1);
	view_text(item, "NAME", item_name(l, type_form_place(c, e->form->o, path)));
	view_text(item, "AT", arena_printf(c->arena, "%s %zu", l->path, i));
	if (why != NULL)
		view_text(view_section(item, "ITEM_BAD"), "DETAIL", text_capital(c->arena, why));
	if (*rest != '\0')
		view_text(view_section(item, "REST"), "KEYS", rest);
	show_group(c, item, e, group, NULL);
}

/* How many there are. */
static size_t show_list(struct ctx *c, struct view *v, const struct editor *e, const struct list *l)
{
	size_t n = json_length(type_form_place(c, e->form->o, l->path));

	if (is_at(e, l->path))
		view_text(
		    view_section(v, "LIST_BAD"), "DETAIL", text_capital(c->arena, e->fault.detail));
	for (size_t i = 0; i < n; i++)
		show_item(c, v, e, l, i);
	return n;
}

static void show_fields(struct ctx *c, struct view *v, const struct editor *e)
{
	struct view *list = view_section(v, "FIELD_LIST");

	if (show_list(c, list, e, &(struct list){ "fields", "Field", "name", "" }) == 0)
		view_show(list, "NONE");
}

static void show_actions(struct ctx *c, struct view *v, const struct editor *e)
{
	const char *name = type_form_actions(e->form);
	struct view *list = view_section(v, "ACTION_LIST");

	view_text(
	    list, "TITLE", e->form->shipped == NULL ? "What is done" : "What is done besides");
	(void)show_list(c, list, e, &(struct list){ name, "Action", "action", ".with" });
	for (size_t i = 0; actions[i] != NULL; i++) {
		if (!actions[i]->generic)
			continue;
		struct view *add = view_section(list, "ADD");
		view_text(add, "DO", arena_printf(c->arena, "add %s %s", name, actions[i]->name));
		view_text(add, "NAME", actions[i]->title);
		view_text(add, "HELP", text_capital(c->arena, actions[i]->help));
	}
}

/* ---- settings */

/* Something is said of it, or is wrong with it. */
static bool says(const struct editor *e, const char *group)
{
	for (size_t i = 0; i < e->form->n; i++) {
		const struct slot *s = &e->form->slots[i];
		if (strcmp(s->group, group) == 0 && (*s->shown != '\0' || is_wrong(e, s)))
			return true;
	}
	return false;
}

/* Several mails of a stage, each as the stage says but for what it says itself. */
static void show_emails(struct ctx *c, struct view *v, const struct editor *e, const char *stage)
{
	const char *path = type_form_emails(c, stage);

	view_text(v, "DO", arena_printf(c->arena, "add %s", path));
	if (show_list(c, v, e, &(struct list){ path, "Mail", "to", "" }) > 0)
		view_show(v, "SEVERAL");
}

static void show_mail(struct ctx *c, struct view *v, const struct editor *e, const char *stage)
{
	const char *path = arena_printf(c->arena, "mails.%s", stage);
	const char *rest = type_form_rest(c, e->form, path);
	struct view *mail = view_section(v, "MAIL"), *words;

	for (size_t i = 0; i < e->form->n; i++)
		if (strcmp(e->form->slots[i].name, path) == 0)
			show_slot(c, mail, e, &e->form->slots[i], false);
	words = view_section(mail, "WORDS");
	if (says(e, path))
		view_show(words, "OPEN");
	show_group(c, words, e, path, NULL);
	if (e->form->shipped == NULL || !e->form->shipped->defaults)
		show_emails(c, view_section(mail, "EMAILS"), e, stage);
	if (*rest != '\0')
		view_text(view_section(mail, "REST"), "KEYS", rest);
}

void type_form_show(struct ctx *c, struct view *v, const struct editor *e)
{
	if (e->form->shipped == NULL) {
		struct view *own = view_section(v, "OWN");
		show_group(c, own, e, "", type_head_slots);
		show_group(c, view_section(v, "ASK"), e, "", e->form->asks);
		show_fields(c, v, e);
	}
	if (e->form->shipped == NULL || !e->form->shipped->defaults) {
		show_actions(c, v, e);
		struct view *approval = view_section(v, "APPROVAL");
		show_group(c, approval, e, "approvals", NULL);
		show_group(c, approval, e, "", type_time_slots);
	}
	for (size_t i = 0; type_mail_stages[i] != NULL; i++)
		show_mail(c, v, e, type_mail_stages[i]);
	struct view *told = view_section(v, "TOLD");
	show_group(c, told, e, "notifications", NULL);
	show_group(c, view_section(told, "STANDARD"), e, "notifications.standard", NULL);
	show_group(c, view_section(told, "ERRORS"), e, "notifications.errors", NULL);
}

/* ---- faults */

/* "Field 3" of "fields[2].rule", "" of what stands in no list. */
static const char *item_label(struct ctx *c, const char *path)
{
	size_t open = strcspn(path, "[");
	int64_t i;

	if (path[open] == '\0' ||
	    !text_int64(arena_strndup(c->arena, path + open + 1, strcspn(path + open + 1, "]")), 0,
		TYPE_FIELDS, &i))
		return "";
	return arena_printf(c->arena, "%s %d",
	    text_starts(path, "fields")  ? "Field"
	    : text_starts(path, "mails") ? "Mail"
					 : "Action",
	    (int)i + 1);
}

bool type_form_fault(struct ctx *c, const struct editor *e, const char **id, const char **label)
{
	if (e->fault.field == NULL)
		return false;
	const char *of = item_label(c, e->fault.field);
	for (size_t i = 0; i < e->form->n; i++) {
		const struct slot *s = &e->form->slots[i];
		if (!is_wrong(e, s))
			continue;
		*id = s->id;
		*label = *of == '\0' ? s->row->label
				     : arena_printf(c->arena, "%s, %s", of, s->row->label);
		return true;
	}
	if (*of == '\0' || strchr(strchr(e->fault.field, ']'), '.') != NULL)
		return false;
	*id = type_form_id(c, e->fault.field);
	*label = of;
	return true;
}
