/* What admins define and set: looked at, stored, deleted, each with its audit row. */

#include <string.h>
#include <unistd.h>

#include "action/inside.h"
#include "action/own_inside.h"
#include "core/config.h"
#include "core/seal.h"
#include "core/text.h"
#include "db/db.h"
#include "model/audit.h"

static enum err check_admin(struct ctx *c)
{
	if (!c->actor.admin)
		return fail(c, ERR_FORBIDDEN, NULL, "Only admins define task types.");
	if (c->actor.token_id != 0 && c->actor.scope < SCOPE_ADMIN)
		return fail(c, ERR_FORBIDDEN, NULL, "For this a token needs the scope admin.");
	return OK;
}

static enum err check_name(struct ctx *c, const char *name)
{
	size_t len = strlen(name);

	if (len < 2 || len > 63 || name[0] < 'a' || name[0] > 'z' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
		return fail(c, ERR_INVALID, "type",
		    "must be 2 to 63 letters a-z, digits and -, a letter first");
	if (strcmp(name, "new") == 0)
		return fail(c, ERR_INVALID, "type", "cannot be new: a page has this name");
	return OK;
}

/* ---- looking */

static enum err has_secret(struct ctx *c, const char *name, bool *there)
{
	struct {
		bool there;
	} row;
	static const struct db_field fields[] = { { "there", DB_BOOL_, 0 }, DB_END };

	TRY(db_one(c, SQL_TYPE_HAS_SECRET, DB_ARGS(db_text(name)), fields, &row));
	*there = row.there;
	return OK;
}

static enum err found(struct ctx *c, const struct type_row *row, struct type_found *out)
{
	*out = (struct type_found){
		.version = row->version,
		.updated_us = { row->updated_us, true },
		.updated_by = row->updated_by,
	};
	enum err e = type_row_read(c, row, &out->type);
	if (e == ERR_CONFLICT) {
		out->broken = true;
		out->why = c->fault.detail;
		out->type.own = row->own;
		out->type.name = out->type.title = row->name;
		out->type.help = "";
		e = OK;
	}
	TRY(e);
	return has_secret(c, row->name, &out->secret);
}

enum err type_find(struct ctx *c, const char *name, struct type_found *out)
{
	const struct task_type *t = type_shipped(name);
	struct type_row row;

	TRY(check_admin(c));
	enum err e = type_row_get(c, name, &row);
	if (e == OK)
		e = found(c, &row, out);
	if (e == ERR_NOT_FOUND && t != NULL) {
		*out = (struct type_found){ .type = *t, .updated_by = "" };
		return OK;
	}
	return e == ERR_NOT_FOUND ? fail(c, e, NULL, "There is no task type %s.", name) : e;
}

enum err type_find_all(struct ctx *c, struct type_found **out, size_t *n)
{
	struct type_row *rows;
	size_t nrows, shipped = 0;

	TRY(check_admin(c));
	TRY(type_row_all(c, &rows, &nrows));
	while (shipped_types[shipped].name != NULL)
		shipped++;
	*out = arena_alloc(c->arena, shipped + nrows + 1, sizeof(**out));
	*n = 0;
	for (size_t i = 0; i < shipped; i++)
		TRY(type_find(c, shipped_types[i].name, &(*out)[(*n)++]));
	for (size_t i = 0; i < nrows; i++)
		if (rows[i].own && type_shipped(rows[i].name) == NULL)
			TRY(found(c, &rows[i], &(*out)[(*n)++]));
	return OK;
}

/* ---- checking what only this machine knows */

static enum err check_group(struct ctx *c, const struct task_type *t)
{
	int64_t id;

	if (t->approver_group == NULL)
		return OK;
	enum err e = type_group_id(c, t->approver_group, &id);
	return e == ERR_NOT_FOUND ? fail(c, ERR_INVALID, "approvals.group", "there is no group %s",
					t->approver_group)
				  : e;
}

static enum err check_template(struct ctx *c, const char *template, const char *path)
{
	static const char *const endings[] = { "txt", "html" };

	for (size_t k = 0; template != NULL && k < LENGTH(endings); k++)
		if (access(arena_printf(c->arena, "%s/mail/%s.%s", c->config->templates, template,
			       endings[k]),
			R_OK) != 0)
			return fail(c, ERR_INVALID, arena_printf(c->arena, "%s.template", path),
			    "there is no mail/%s.%s", template, endings[k]);
	return OK;
}

static enum err check_templates(struct ctx *c, const struct task_type *t)
{
	for (size_t i = 0; i < MAIL_STAGES; i++) {
		const struct type_mail *m = &t->mails[i];
		const char *path = arena_printf(c->arena, "mails.%s", mail_stage_names[i]);
		TRY(check_template(c, m->template, path));
		for (size_t k = 0; k < m->nemails; k++)
			TRY(check_template(c, m->emails[k].template,
			    arena_printf(c->arena, "%s.emails[%zu]", path, k)));
	}
	TRY(check_template(c, t->standard.template, "notifications.standard"));
	return check_template(c, t->errors.template, "notifications.errors");
}

enum err type_check(struct ctx *c, const struct type_wish *wish, struct task_type *out)
{
	const struct task_type *ships = type_shipped(wish->name);

	TRY(check_admin(c));
	TRY(check_name(c, wish->name));
	if (ships != NULL && wish->only_new)
		return fail(
		    c, ERR_CONFLICT, "type", "There is a task type %s already.", wish->name);
	if (ships != NULL) {
		*out = *ships;
		TRY(type_apply(c, wish->definition, out));
	} else {
		TRY(type_parse(c, wish->name, wish->definition, out));
	}
	TRY(check_group(c, out));
	return check_templates(c, out);
}

/* ---- storing */

struct saving {
	const struct type_wish *wish;
	struct task_type type;
	struct type_found *out;
	const char **secret;
};

static const char *object_of(struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "task_type:%s", name);
}

/* The version that stands, under lock; 0: none does. */
static enum err lock(struct ctx *c, const char *name, int64_t wanted, int64_t *version)
{
	struct {
		int64_t version;
	} row = { 0 };
	static const struct db_field fields[] = { { "version", DB_INT64_, 0 }, DB_END };
	enum err e = db_one(c, SQL_TYPE_LOCKED, DB_ARGS(db_text(name)), fields, &row);

	if (e != ERR_NOT_FOUND)
		TRY(e);
	*version = e == OK ? row.version : 0;
	if (wanted != 0 && wanted != *version)
		return fail(c, ERR_STALE, "If-Match",
		    "The task type %s has changed meanwhile: it is at version %lld.", name,
		    (long long)*version);
	return OK;
}

static bool signs(const struct task_type *t)
{
	bool calls = false;

	for (const struct type_step *s = t->steps; s->action != NULL; s++)
		calls = calls || (s->with != NULL && action_named(s->action)->outside);
	return calls || t->standard.webhook != NULL || t->errors.webhook != NULL;
}

static enum err make_secret(struct ctx *c, const char *name, const char **secret)
{
	*secret = seal_webhook_secret(c->arena);
	return type_secret_put(c, name, *secret);
}

static enum err put(struct ctx *c, const struct saving *s, int64_t version)
{
	const char *name = s->wish->name;
	const char *text = json_write(c->arena, type_definition(c, &s->type));

	if (version != 0)
		return db_exec(c, SQL_TYPE_REPLACE,
		    DB_ARGS(db_text(name), db_text(text), db_text(c->actor.account)), NULL);
	enum err e = db_exec(c, SQL_TYPE_ADD,
	    DB_ARGS(db_text(name), db_bool(s->type.own), db_text(text), db_text(c->actor.account)),
	    NULL);
	return e == ERR_CONFLICT ? fail(c, e, "type", "There is a task type %s already.", name) : e;
}

static enum err save(struct ctx *c, void *arg)
{
	struct saving *s = arg;
	const char *name = s->wish->name;
	struct json *before = NULL;
	int64_t version;

	*s->secret = NULL;
	TRY(lock(c, name, s->wish->version, &version));
	if (version != 0 && s->wish->only_new)
		return fail(c, ERR_CONFLICT, "type", "There is a task type %s already.", name);
	if (version != 0 || !s->type.own) {
		TRY(type_find(c, name, s->out));
		before = s->out->broken ? NULL : type_definition(c, &s->out->type);
	}
	TRY(put(c, s, version));
	TRY(type_find(c, name, s->out));
	if (signs(&s->type) && !s->out->secret)
		TRY(make_secret(c, name, s->secret));
	s->out->secret = s->out->secret || *s->secret != NULL;
	return audit_add(c, before == NULL ? "task_type_add" : "task_type_edit", object_of(c, name),
	    before, type_definition(c, &s->out->type));
}

enum err type_save(
    struct ctx *c, const struct type_wish *wish, struct type_found *out, const char **secret)
{
	struct saving s = { .wish = wish, .out = out, .secret = secret };

	TRY(type_check(c, wish, &s.type));
	return db_atomically(c, save, &s);
}

enum err type_set_disabled(struct ctx *c, const char *name, bool disabled)
{
	struct type_found was, out;
	const char *secret;

	TRY(type_find(c, name, &was));
	if (was.broken)
		return fail(c, ERR_CONFLICT, NULL, "%s", was.why);
	was.type.disabled = disabled;
	return type_save(c,
	    &(struct type_wish){
		.name = name, .definition = type_definition(c, &was.type), .version = was.version },
	    &out, &secret);
}

/* ---- deleting, a new secret */

struct dropping {
	const char *name;
	int64_t version;
	const char **secret;
};

static enum err check_unused(struct ctx *c, const char *name)
{
	struct {
		int64_t n;
	} row;
	static const struct db_field fields[] = { { "n", DB_INT64_, 0 }, DB_END };

	TRY(db_one(c, SQL_TYPE_OPEN_TASKS, DB_ARGS(db_text(name)), fields, &row));
	if (row.n > 0)
		return fail(c, ERR_CONFLICT, NULL,
		    "%lld open tasks are of this type: disable it, and delete it when they have "
		    "ended.",
		    (long long)row.n);
	return OK;
}

static enum err drop(struct ctx *c, void *arg)
{
	const struct dropping *d = arg;
	struct type_found was;
	int64_t version;

	TRY(lock(c, d->name, d->version, &version));
	TRY(type_find(c, d->name, &was));
	if (was.type.own)
		TRY(check_unused(c, d->name));
	TRY(db_exec(c, SQL_TYPE_DROP, DB_ARGS(db_text(d->name)), NULL));
	return audit_add(c, "task_type_delete", object_of(c, d->name),
	    was.broken ? NULL : type_definition(c, &was.type), NULL);
}

enum err type_delete(struct ctx *c, const char *name, int64_t version)
{
	TRY(check_admin(c));
	return db_atomically(c, drop, &(struct dropping){ .name = name, .version = version });
}

static enum err renew(struct ctx *c, void *arg)
{
	const struct dropping *d = arg;
	int64_t version;

	TRY(lock(c, d->name, 0, &version));
	if (version == 0 && type_shipped(d->name) != NULL)
		return fail(c, ERR_CONFLICT, NULL,
		    "%s calls nobody: give it a webhook or an http_call first.", d->name);
	if (version == 0)
		return fail(c, ERR_NOT_FOUND, NULL, "There is no task type %s.", d->name);
	TRY(make_secret(c, d->name, d->secret));
	return audit_add(c, "task_type_secret", object_of(c, d->name), NULL, NULL);
}

enum err type_secret_new(struct ctx *c, const char *name, const char **secret)
{
	TRY(check_admin(c));
	return db_atomically(c, renew, &(struct dropping){ .name = name, .secret = secret });
}
