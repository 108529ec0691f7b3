#include "model/approver.h"

#include <string.h>

#include "core/text.h"
#include "model/audit.h"
#include "model/rights.h"

static const struct db_field fields[] = {
	DB_FIELD(struct approver_group, id),
	DB_FIELD(struct approver_group, version),
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

/* What the audit keeps of it. */
static struct json *said_of(struct ctx *c, const struct approver_group *g)
{
	struct json *o = json_object(c->arena);

	json_set(o, "name", json_string(c->arena, g->name));
	json_set(o, "description", json_string(c->arena, g->description));
	json_set(o, "members", names_json(c, g->names));
	json_set(o, "teams", json_number(c->arena, g->teams));
	return o;
}

struct json *approver_group_json(struct ctx *c, const struct approver_group *g)
{
	struct json *o = said_of(c, g);

	json_set(o, "version", json_number(c->arena, g->version));
	return o;
}

struct putting {
	const struct approver_wish *wish;
	struct approver_group *out;
};

/* As it was put: whether it is new, and else its version so far. */
struct put_row {
	int64_t id, version;
	bool made;
};

static enum err check(struct ctx *c, const struct approver_wish *p)
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

static enum err put_members(struct ctx *c, const struct approver_wish *p, int64_t id)
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

static enum err check_seen(
    struct ctx *c, const struct approver_wish *wish, const struct put_row *row)
{
	if (wish->version == 0)
		return OK;
	if (wish->version == APPROVER_NEW)
		return row->made
			   ? OK
			   : fail(c, ERR_CONFLICT, "name",
				 "There is a group %s already: it is changed on its own page.",
				 wish->name);
	if (row->made || row->version != wish->version)
		return fail(c, ERR_STALE, "If-Match",
		    "The group %s was changed meanwhile: look at it again before you change it.",
		    wish->name);
	return OK;
}

static enum err put(struct ctx *c, void *arg)
{
	static const struct db_field row_fields[] = { DB_FIELD(struct put_row, id),
		DB_FIELD(struct put_row, version), DB_FIELD(struct put_row, made), DB_END };
	const struct putting *p = arg;
	const struct approver_wish *wish = p->wish;
	struct json *before = NULL;
	struct approver_group was;
	struct put_row row;

	TRY(db_exec(c, SQL_APPROVER_GROUP_LOCK, DB_ARGS(db_text(wish->name)), NULL));
	enum err e = approver_group_get(c, wish->name, &was);
	if (e == OK)
		before = said_of(c, &was);
	else if (e != ERR_NOT_FOUND)
		return e;
	TRY(db_one(c, SQL_APPROVER_GROUP_PUT,
	    DB_ARGS(db_text(wish->name), db_text(wish->description)), row_fields, &row));
	TRY(check_seen(c, wish, &row));
	TRY(put_members(c, wish, row.id));
	TRY(approver_group_get(c, wish->name, p->out));
	struct json *after = said_of(c, p->out);
	if (before != NULL && json_equal(before, after))
		return OK;
	if (before != NULL) {
		TRY(db_exec(c, SQL_APPROVER_GROUP_CHANGED, DB_ARGS(db_int(row.id)), NULL));
		p->out->version++;
	}
	return audit_add(
	    c, "group_set", arena_printf(c->arena, "group:%s", wish->name), before, after);
}

enum err approver_group_put(
    struct ctx *c, const struct approver_wish *wish, struct approver_group *out)
{
	TRY(rights_admin(c, "groups of approvers"));
	TRY(check(c, wish));
	return db_atomically(c, put, &(struct putting){ wish, out });
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
	return audit_add(
	    c, "group_delete", arena_printf(c->arena, "group:%s", name), said_of(c, &was), NULL);
}

enum err approver_group_delete(struct ctx *c, const char *name)
{
	TRY(rights_admin(c, "groups of approvers"));
	return db_atomically(c, end, (void *)name);
}
