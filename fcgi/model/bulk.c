#include "model/bulk.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "model/audit.h"
#include "model/bulk_inside.h"
#include "model/job_inside.h"
#include "model/team.h"

enum { RUNS_PAGE = 500, PAGES_MAX = 100 };

static const struct db_field bulk_fields[] = {
	DB_FIELD(struct bulk, id),
	DB_FIELD(struct bulk, account),
	DB_FIELD(struct bulk, action),
	DB_FIELD(struct bulk, team),
	DB_FIELD(struct bulk, filter),
	DB_FIELD(struct bulk, total),
	DB_FIELD(struct bulk, done),
	DB_FIELD(struct bulk, same),
	DB_FIELD(struct bulk, failed),
	DB_FIELD(struct bulk, asked_us),
	DB_FIELD(struct bulk, worked_us),
	DB_FIELD(struct bulk, stopped_us),
	DB_FIELD(struct bulk, ended_us),
	DB_END,
};

static const struct db_field id_fields[] = {
	DB_FIELD(struct bulk, id),
	DB_END,
};

static struct db_arg actor_id(const struct ctx *c)
{
	return db_int(c->actor.account_id);
}

static struct db_arg actor_admin(const struct ctx *c)
{
	return db_bool(c->actor.admin);
}

enum err bulk_kind_named(struct ctx *c, const char *name, enum bulk_kind *out)
{
	const struct bulk_action *action = bulk_action(name);

	if (action == NULL)
		return fail(
		    c, ERR_INVALID, "action", "must be enable, disable, run, delete, move or stop");
	*out = (enum bulk_kind)(action - bulk_actions);
	return OK;
}

const char *bulk_kind_name(enum bulk_kind kind)
{
	return bulk_actions[kind].name;
}

bool bulk_is_of_runs(enum bulk_kind kind)
{
	return bulk_actions[kind].of_runs;
}

/* ---- which ones */

struct found {
	int64_t n;
	const char *names;
};

static const struct db_field found_fields[] = {
	DB_FIELD(struct found, n),
	DB_FIELD(struct found, names),
	DB_END,
};

static enum err matching_jobs(struct ctx *c, const struct job_query *q, struct found *out)
{
	struct db_arg args[JOB_FILTER_ARGS];
	struct job_query any = *q;

	any.limit = 1; /* it has none here, but is looked at */
	TRY(job_filter(c, &any, args));
	return db_one(
	    c, SQL_BULK_MATCHING, (struct db_args){ args, JOB_FILTER_ARGS }, found_fields, out);
}

static enum err matching_runs(struct ctx *c, const struct run_query *q, struct found *out)
{
	struct json *names = json_array(c->arena);
	struct run_query query = *q;

	query.state = "queued";
	query.limit = RUNS_PAGE;
	query.after = NULL;
	for (int pages = 0; json_length(names) <= BULK_RUNS_MAX; pages++) {
		struct run *runs;
		size_t n;
		TRY(run_list(c, &query, &runs, &n, &query.after));
		for (size_t i = 0; i < n; i++)
			json_push(names,
			    json_string(c->arena, arena_printf(c->arena, "%" PRId64, runs[i].id)));
		if (query.after == NULL)
			break;
		if (pages == PAGES_MAX)
			return fail(c, ERR_INVALID, "filter",
			    "looks through too many runs: narrow it down");
	}
	*out = (struct found){ (int64_t)json_length(names), json_write(c->arena, names) };
	return OK;
}

static enum err check_name(struct ctx *c, bool of_runs, const struct json *name)
{
	int64_t id;

	if (json_type(name) != JSON_STRING)
		return fail(c, ERR_INVALID, "names", "must hold names as text");
	if (of_runs ? !text_int64(json_text(name), 1, INT64_MAX, &id)
		    : !text_is_line(json_text(name), 1, 120))
		return fail(c, ERR_INVALID, "names", "holds \"%s\", which is no %s",
		    text_is_line(json_text(name), 0, 200) ? json_text(name) : "?",
		    of_runs ? "number of a run" : "name of a job");
	return OK;
}

static enum err named(struct ctx *c, const struct bulk_ask *ask, struct found *out)
{
	size_t n = json_length(ask->names);

	if (json_type(ask->names) != JSON_ARRAY)
		return fail(c, ERR_INVALID, "names", "must be a list of names");
	if (n > BULK_MAX)
		return fail(c, ERR_INVALID, "names", "must be at most %d", BULK_MAX);
	for (size_t i = 0; i < n; i++)
		TRY(check_name(c, bulk_is_of_runs(ask->kind), json_at(ask->names, i)));
	return db_one(c, SQL_BULK_NAMED, DB_ARGS(db_text(json_write(c->arena, ask->names))),
	    found_fields, out);
}

static enum err find(struct ctx *c, const struct bulk_ask *ask, struct found *out)
{
	bool of_runs = bulk_is_of_runs(ask->kind);

	if (ask->names != NULL)
		TRY(named(c, ask, out));
	else if (of_runs)
		TRY(matching_runs(c, ask->runs, out));
	else
		TRY(matching_jobs(c, ask->jobs, out));
	if (out->n == 0)
		return fail(c, ERR_INVALID, ask->names != NULL ? "names" : "filter",
		    ask->names != NULL ? "Choose at least one %s." : "No %s is like that.",
		    of_runs ? "run" : "job");
	if (out->n > (of_runs ? BULK_RUNS_MAX : BULK_MAX))
		return fail(c, ERR_INVALID, "filter", "finds more than %d: narrow it down",
		    of_runs ? BULK_RUNS_MAX : BULK_MAX);
	return OK;
}

/* That a team is named where one is needed, and may be put into: what would fail for each job, said
 * once. */
static enum err check_team(struct ctx *c, const struct bulk_ask *ask)
{
	struct team team;

	if (ask->kind != BULK_MOVE)
		return ask->team == NULL
			   ? OK
			   : fail(c, ERR_INVALID, "team", "is for the action move only");
	if (ask->team == NULL)
		return fail(c, ERR_INVALID, "team", "must be given: where to?");
	enum err e = team_named(c, ask->team, &team);
	if (e == ERR_NOT_FOUND)
		return ERR_INVALID;
	TRY(e);
	return job_need_in(c, team.name, team.role, ROLE_EDITOR);
}

static enum err check(struct ctx *c, const struct bulk_ask *ask)
{
	const struct bulk_action *action = &bulk_actions[ask->kind];

	if (c->actor.account_id == 0)
		return fail(c, ERR_FORBIDDEN, NULL, "A bulk action needs an account to act for.");
	if (c->actor.token_id != 0 && c->actor.scope < action->scope)
		return fail(c, ERR_FORBIDDEN, NULL, "This needs a token with a wider scope.");
	return check_team(c, ask);
}

enum err bulk_preview(struct ctx *c, const struct bulk_ask *ask, struct bulk_preview *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct bulk_preview, total),
		DB_FIELD(struct bulk_preview, seen),
		DB_FIELD(struct bulk_preview, disabled),
		DB_FIELD(struct bulk_preview, not_editable),
		DB_FIELD(struct bulk_preview, not_runnable),
		DB_FIELD(struct bulk_preview, running),
		DB_FIELD(struct bulk_preview, there),
		DB_FIELD(struct bulk_preview, parents),
		DB_FIELD(struct bulk_preview, left_behind),
		DB_FIELD(struct bulk_preview, children),
		DB_END,
	};
	struct found found;

	TRY(check(c, ask));
	TRY(find(c, ask, &found));
	*out = (struct bulk_preview){ .total = found.n, .seen = found.n };
	if (!bulk_is_of_runs(ask->kind))
		TRY(db_one(c, SQL_BULK_PREVIEW,
		    DB_ARGS(actor_id(c), actor_admin(c), db_text(found.names), db_text(ask->team)),
		    fields, out));
	out->names = found.names;
	return OK;
}

/* ---- begin and stop */

static const char *object(struct ctx *c, int64_t id)
{
	return arena_printf(c->arena, "bulk:%" PRId64, id);
}

struct starting {
	const struct bulk_ask *ask;
	int64_t expected;
	struct bulk *out;
};

static enum err audit_start(struct ctx *c, const struct bulk_ask *ask, int64_t id, int64_t total)
{
	struct json *after = json_object(c->arena);

	json_set(after, "action", json_string(c->arena, bulk_kind_name(ask->kind)));
	json_set(after, "total", json_number(c->arena, total));
	if (ask->team != NULL)
		json_set(after, "team", json_string(c->arena, ask->team));
	if (ask->filter != NULL)
		json_set(after, "filter", (struct json *)ask->filter);
	return audit_add(c, "bulk_start", object(c, id), NULL, after);
}

static enum err start(struct ctx *c, void *arg)
{
	const struct starting *s = arg;
	const struct bulk_ask *ask = s->ask;
	const struct actor *who = &c->actor;
	struct found found;
	struct bulk added;

	TRY(find(c, ask, &found));
	if (s->expected > 0 && found.n != s->expected)
		return fail(c, ERR_CONFLICT, "expected",
		    "%" PRId64 " were confirmed, but by now it would be %" PRId64 ".", s->expected,
		    found.n);
	TRY(db_one(c, SQL_BULK_ADD,
	    DB_ARGS(actor_id(c), db_text(who->account), db_int(who->token_id), db_int(who->scope),
		db_text(who->address != NULL ? who->address : ""), db_text(c->req_id),
		db_text(bulk_kind_name(ask->kind)), db_text(ask->team),
		db_text(ask->filter != NULL ? json_write(c->arena, ask->filter) : NULL),
		db_int(found.n), db_int(c->now_us)),
	    id_fields, &added));
	TRY(db_exec(c, SQL_BULK_ADD_ITEMS, DB_ARGS(db_int(added.id), db_text(found.names)), NULL));
	TRY(audit_start(c, ask, added.id, found.n));
	TRY(db_exec(c, SQL_BULK_WAKE, DB_NO_ARGS, NULL));
	return bulk_get(c, added.id, s->out);
}

enum err bulk_start(struct ctx *c, const struct bulk_ask *ask, int64_t expected, struct bulk *out)
{
	TRY(check(c, ask));
	return db_atomically(c, start, &(struct starting){ ask, expected, out });
}

struct stopping {
	int64_t id;
	struct bulk *out;
};

static enum err stop(struct ctx *c, void *arg)
{
	const struct stopping *s = arg;
	struct bulk one;

	TRY(bulk_get(c, s->id, s->out));
	enum err e = db_one(c, SQL_BULK_STOP,
	    DB_ARGS(actor_id(c), actor_admin(c), db_int(s->id), db_int(c->now_us)), id_fields,
	    &one);
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, NULL, "It has ended: there is nothing left to stop.");
	TRY(e);
	TRY(audit_add(c, "bulk_stop", object(c, s->id), NULL, NULL));
	TRY(db_exec(c, SQL_BULK_WAKE, DB_NO_ARGS, NULL));
	return bulk_get(c, s->id, s->out);
}

enum err bulk_stop(struct ctx *c, int64_t id, struct bulk *out)
{
	return db_atomically(c, stop, &(struct stopping){ id, out });
}

/* ---- look */

enum err bulk_get(struct ctx *c, int64_t id, struct bulk *out)
{
	enum err e = db_one(
	    c, SQL_BULK_GET, DB_ARGS(actor_id(c), actor_admin(c), db_int(id)), bulk_fields, out);

	if (e == ERR_NOT_FOUND)
		return fail(c, e, NULL, "There is no bulk action %" PRId64 " of yours.", id);
	return e;
}

enum err bulk_list(struct ctx *c, int64_t max, struct bulk **out, size_t *n)
{
	return db_many(c, SQL_BULK_LIST, DB_ARGS(actor_id(c), actor_admin(c), db_int(max)),
	    bulk_fields, sizeof(**out), out, n);
}

enum err bulk_items(
    struct ctx *c, int64_t id, const struct bulk_page *page, struct bulk_item **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct bulk_item, seq),
		DB_FIELD(struct bulk_item, name),
		DB_FIELD(struct bulk_item, state),
		DB_FIELD(struct bulk_item, code),
		DB_FIELD(struct bulk_item, message),
		DB_FIELD(struct bulk_item, run_id),
		DB_END,
	};
	struct bulk bulk;

	TRY(bulk_get(c, id, &bulk));
	return db_many(c, SQL_BULK_ITEMS,
	    DB_ARGS(db_int(id), db_text(page->state), db_int(page->after), db_int(page->max)),
	    fields, sizeof(**out), out, n);
}

const char *bulk_state(const struct bulk *b)
{
	if (b->ended_us.set)
		return b->done + b->same + b->failed < b->total ? "stopped" : "done";
	if (b->stopped_us.set)
		return "stopping";
	return b->worked_us.set ? "working" : "waiting";
}
