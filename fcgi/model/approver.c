#include "model/approver.h"

#include <string.h>

#include "core/text.h"
#include "model/audit.h"
#include "model/rights.h"

static const struct db_field fields[] = {
	DB_FIELD(struct approver_group, id),
	DB_FIELD(struct approver_group, name),
	DB_FIELD(struct approver_group, description),
	DB_FIELD(struct approver_group, names),
	DB_FIELD(struct approver_group, members),
	DB_FIELD(struct approver_group, teams),
	DB_END,
};

enum err approver_groups(struct ctx *c, struct approver_group **out, size_t *n)
{
	return db_many(
	    c, SQL_APPROVER_GROUPS, DB_ARGS(db_text(NULL)), fields, sizeof(**out), out, n);
}

enum err approver_group_get(struct ctx *c, const char *name, struct approver_group *out)
{
	struct approver_group *found;
	size_t n;

	TRY(db_many(
	    c, SQL_APPROVER_GROUPS, DB_ARGS(db_text(name)), fields, sizeof(*found), &found, &n));
	if (n == 0)
		return fail(c, ERR_NOT_FOUND, NULL, "There is no group %s.", name);
	*out = found[0];
	return OK;
}

static struct json *names_json(struct ctx *c, const char *names)
{
	struct json *list = json_array(c->arena);

	for (const char *s = names; *s != '\0'; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		json_push(list, json_string_n(c->arena, s, n));
		s += n;
	}
	return list;
}

struct json *approver_group_json(struct ctx *c, const struct approver_group *g)
{
	struct json *o = json_object(c->arena);

	json_set(o, "name", json_string(c->arena, g->name));
	json_set(o, "description", json_string(c->arena, g->description));
	json_set(o, "members", names_json(c, g->names));
	json_set(o, "teams", json_number(c->arena, g->teams));
	return o;
}

struct putting {
	const char *name, *description;
	const struct json *names;
	struct approver_group *out;
};

static enum err check(struct ctx *c, const struct putting *p)
{
	if (!name_is_plain(p->name, ""))
		return fail(c, ERR_INVALID, "name",
		    "must be 1 to 63 letters a-z, digits, - or _, a letter or digit first");
	if (!text_is_line(p->description, 0, APPROVER_DESCRIPTION_MAX))
		return fail(c, ERR_INVALID, "description",
		    "must be one line of at most %d characters", APPROVER_DESCRIPTION_MAX);
	if (json_type(p->names) != JSON_ARRAY || json_length(p->names) > APPROVER_MEMBERS_MAX)
		return fail(c, ERR_INVALID, "members", "must be a list of at most %d accounts",
		    APPROVER_MEMBERS_MAX);
	for (size_t i = 0; i < json_length(p->names); i++) {
		const struct json *v = json_at(p->names, i);
		if (json_type(v) != JSON_STRING || !text_is_line(json_text(v), 1, 120))
			return fail(c, ERR_INVALID, "members", "must be names of accounts");
		for (size_t j = 0; j < i; j++)
			if (strcmp(json_text(json_at(p->names, j)), json_text(v)) == 0)
				return fail(
				    c, ERR_INVALID, "members", "has %s twice", json_text(v));
	}
	return OK;
}

static enum err put_members(struct ctx *c, const struct putting *p, int64_t id)
{
	TRY(db_exec(c, SQL_APPROVER_CLEAR, DB_ARGS(db_int(id)), NULL));
	for (size_t i = 0; i < json_length(p->names); i++) {
		const char *name = json_text(json_at(p->names, i));
		int64_t n = 0;
		TRY(db_exec(c, SQL_APPROVER_PUT, DB_ARGS(db_int(id), db_text(name)), &n));
		if (n == 0)
			return fail(c, ERR_INVALID, "members", "there is no account %s", name);
	}
	return OK;
}

static enum err put(struct ctx *c, void *arg)
{
	static const struct db_field id_fields[] = { DB_FIELD(struct approver_group, id), DB_END };
	const struct putting *p = arg;
	struct approver_group was, row;
	struct json *before = NULL;

	enum err e = approver_group_get(c, p->name, &was);
	if (e == OK)
		before = approver_group_json(c, &was);
	else if (e != ERR_NOT_FOUND)
		return e;
	TRY(db_one(c, SQL_APPROVER_GROUP_PUT, DB_ARGS(db_text(p->name), db_text(p->description)),
	    id_fields, &row));
	TRY(put_members(c, p, row.id));
	TRY(approver_group_get(c, p->name, p->out));
	struct json *after = approver_group_json(c, p->out);
	if (before != NULL && json_equal(before, after))
		return OK;
	return audit_add(
	    c, "group_set", arena_printf(c->arena, "group:%s", p->name), before, after);
}

enum err approver_group_put(struct ctx *c, const char *name, const char *description,
    const struct json *names, struct approver_group *out)
{
	struct putting p = { name, description, names, out };

	TRY(rights_admin(c, "groups of approvers"));
	TRY(check(c, &p));
	return db_atomically(c, put, &p);
}

static enum err end(struct ctx *c, void *arg)
{
	const char *name = arg;
	struct approver_group was;

	TRY(approver_group_get(c, name, &was));
	enum err e = db_exec(c, SQL_APPROVER_GROUP_DELETE, DB_ARGS(db_int(was.id)), NULL);
	if (e == ERR_CONFLICT || e == ERR_INVALID)
		return fail(c, ERR_CONFLICT, NULL,
		    "%s is still needed: a team has it as its approvers, or a request was made to "
		    "it.",
		    name);
	TRY(e);
	return audit_add(c, "group_delete", arena_printf(c->arena, "group:%s", name),
	    approver_group_json(c, &was), NULL);
}

enum err approver_group_delete(struct ctx *c, const char *name)
{
	TRY(rights_admin(c, "groups of approvers"));
	return db_atomically(c, end, (void *)name);
}
