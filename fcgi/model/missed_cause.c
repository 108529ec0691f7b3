/* Why a fire was probably missed, from what we know of that moment. */

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "model/missed.h"
#include "model/spec_inside.h"

static const char *quiet_words(struct ctx *c, const struct watched *w, int64_t at_us)
{
	static const char prefix[] = "the engine does not answer: ";
	const struct quiet *q = expect_quiet(&w->expect, at_us, QUIET_AWAY, 0);

	if (q != NULL) {
		const char *why = q->reason != NULL ? q->reason : "for a reason that is not known";
		if (text_starts(why, prefix))
			why += strlen(prefix);
		return arena_printf(c->arena, "the engine was away then: %s", why);
	}
	if (expect_quiet(&w->expect, at_us, QUIET_AWAY, EXPECT_RESUME_US) != NULL)
		return "the engine had only just come back: its schedules resume some ten seconds "
		       "behind the election of a leader";
	return NULL;
}

/* Asked for by itself: what is quiet around a judgement tells neither of a change right before it,
 * nor when a change was over. */
static enum err leader_words(struct ctx *c, int64_t at_us, const char **why)
{
	struct {
		bool it;
	} changed;
	static const struct db_field fields[] = { { "it", DB_BOOL_, 0 }, DB_END };

	TRY(db_one(c, SQL_ENGINE_NEW_LEADER, DB_ARGS(db_int(at_us)), fields, &changed));
	if (changed.it)
		*why = "the engine changed its leader then, and schedules resume some ten seconds "
		       "behind an election";
	return OK;
}

/* ---- what the engine had in place of ours */

/* Why that does not fire where ours does; NULL: it would. */
static const char *copy_words(struct ctx *c, const struct json *copy, int64_t at_us)
{
	int64_t starts_us = 0, expires_us = 0;

	(void)!time_parse_rfc3339(spec_text(copy, "starts_at"), &starts_us);
	(void)!time_parse_rfc3339(spec_text(copy, "expires_at"), &expires_us);
	if (json_bool(json_get(copy, "disabled")))
		return "is switched off";
	if (expires_us > 0 && expires_us <= at_us)
		return arena_printf(c->arena, "expired at %s", time_rfc3339(c->arena, expires_us));
	if (starts_us > at_us)
		return arena_printf(
		    c->arena, "begins only at %s", time_rfc3339(c->arena, starts_us));
	return NULL;
}

/* What the last comparison saw; NULL when that was ours, or nothing. */
static enum err seen_copy(struct ctx *c, const struct watch *w, struct json **out)
{
	*out = NULL;
	if (w->copy_text.text == NULL)
		return OK;
	TRY(json_parse(c, w->copy_text.text, strlen(w->copy_text.text), out));
	if (json_type(*out) != JSON_OBJECT)
		*out = NULL;
	return OK;
}

/* Somebody changed it there. */
static enum err drift_words(
    struct ctx *c, const struct watched *w, int64_t at_us, const struct json *now, const char **why)
{
	const char *words = copy_words(c, now, at_us);
	struct json *seen;

	TRY(seen_copy(c, w->watch, &seen));
	if (words == NULL)
		words = copy_words(c, seen, at_us);
	if (words != NULL)
		*why = arena_printf(c->arena, "the job %s on the engine, though not here", words);
	else if (now == NULL && seen == NULL && w->watch->copy_text.text != NULL)
		*why = "the job was gone from the engine: somebody deleted it there";
	return OK;
}

static enum err had_copy(struct ctx *c, const struct watch *w, struct json **out)
{
	struct {
		const char *spec_text;
	} row;
	static const struct db_field fields[] = { { "spec_text", DB_TEXT_, 0 }, DB_END };
	enum err e = db_one(
	    c, SQL_WATCH_HAD, DB_ARGS(db_int(w->job_id), db_int(w->had)), fields, &row);

	*out = NULL;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return json_parse(c, row.spec_text, strlen(row.spec_text), out);
}

/* What keeps it from getting there; "" when nothing does any more. */
static enum err sync_words(struct ctx *c, const struct watch *w, const char **out)
{
	struct {
		struct db_maybe reason;
	} row;
	static const struct db_field fields[] = { { "reason", DB_MAYBE_TEXT_, 0 }, DB_END };
	enum err e = db_one(
	    c, SQL_WATCH_SYNC, DB_ARGS(db_int(w->job_id), db_int(w->version)), fields, &row);

	*out = "";
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	if (row.reason.text != NULL)
		*out = arena_printf(c->arena, ": %s", row.reason.text);
	return OK;
}

/* The change had not got there. */
static enum err pending_words(
    struct ctx *c, const struct watched *w, int64_t at_us, const char **why)
{
	const struct watch *watch = w->watch;
	struct json *copy, *had;
	const char *sync;

	TRY(seen_copy(c, watch, &copy));
	TRY(had_copy(c, watch, &had));
	TRY(sync_words(c, watch, &sync));
	if (copy == NULL && watch->copy_text.text == NULL)
		copy = had;
	const char *words = copy_words(c, copy, at_us);
	if (copy == NULL)
		*why = arena_printf(c->arena, "the engine did not have the job then%s", sync);
	else if (words != NULL)
		*why = arena_printf(c->arena,
		    "the engine still had the job as it was before, which %s%s", words, sync);
	else
		*why = arena_printf(c->arena,
		    "the engine still had the job as it was before, not version %" PRId64 "%s",
		    watch->version, sync);
	return OK;
}

/* ---- where it could have run */

/* "web:2" stands for nodes whose tag is "web". */
static bool node_fits(const struct json *node, const struct json *tags)
{
	struct json *wanted = NULL, *node_tags = json_get(node, "tags");
	const char *key = NULL;

	for (size_t i = 0; json_member(tags, i, &key, &wanted); i++) {
		const char *want = json_text(wanted), *has = json_text(json_get(node_tags, key));
		size_t len = strcspn(want, ":");
		if (strlen(has) != len || strncmp(want, has, len) != 0)
			return false;
	}
	return true;
}

static const char *tags_text(struct ctx *c, const struct json *tags)
{
	const char *text = "", *key = NULL;
	struct json *value = NULL;

	for (size_t i = 0; json_member(tags, i, &key, &value); i++)
		text = arena_printf(
		    c->arena, "%s%s%s=%s", text, i > 0 ? ", " : "", key, json_text(value));
	return text;
}

static enum err nodes_words(struct ctx *c, const struct json *tags, int64_t at_us, const char **why)
{
	struct {
		const char *nodes;
	} row;
	static const struct db_field fields[] = { { "nodes", DB_TEXT_, 0 }, DB_END };
	struct json *nodes;
	size_t fit = 0, alive = 0;

	enum err e = db_one(c, SQL_ENGINE_NODES_THEN, DB_ARGS(db_int(at_us)), fields, &row);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(json_parse(c, row.nodes, strlen(row.nodes), &nodes));
	for (size_t i = 0; i < json_length(nodes); i++) {
		const struct json *node = json_at(nodes, i);
		bool fits = node_fits(node, tags);
		fit += fits;
		alive += fits && strcmp(json_text(json_get(node, "status")), "alive") == 0;
	}
	if (json_length(nodes) == 0)
		*why = "the engine had no node then";
	else if (fit == 0)
		*why = arena_printf(c->arena, "no node of the engine had the job's tags then (%s)",
		    tags_text(c, tags));
	else if (alive == 0)
		*why = "no node that the job may run on was alive then";
	return OK;
}

struct overlap {
	int64_t id;
	const char *job_name, *state;
};

static enum err overlap_words(struct ctx *c, const char *job_name, int64_t at_us, const char **why)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct overlap, id),
		DB_FIELD(struct overlap, job_name),
		DB_FIELD(struct overlap, state),
		DB_END,
	};
	struct overlap o;
	enum err e = db_one(
	    c, SQL_MISSED_OVERLAP, DB_ARGS(db_text(job_name), db_int(at_us)), fields, &o);

	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	const char *what = strcmp(o.job_name, job_name) != 0
			       ? arena_printf(c->arena, "run %lld of its child %s was",
				     (long long)o.id, o.job_name)
			   : strcmp(o.state, "lost") == 0
			       ? arena_printf(c->arena,
				     "run %lld, of which no end came, was for the engine",
				     (long long)o.id)
			       : arena_printf(c->arena, "its run %lld was", (long long)o.id);
	*why = arena_printf(c->arena,
	    "%s still going on, and the job forbids two at once (concurrency forbid)", what);
	return OK;
}

static bool was_held(const struct watched *w, int64_t at_us)
{
	return w->expect.pending.kind == QUIET_NONE || at_us > w->expect.pending.to_us;
}

enum err missed_cause(struct ctx *c, const struct watched *w, int64_t at_us,
    const struct json *copy, const char **why)
{
	*why = quiet_words(c, w, at_us);
	if (*why == NULL)
		TRY(leader_words(c, at_us, why));
	if (*why == NULL && was_held(w, at_us))
		TRY(drift_words(c, w, at_us, copy, why));
	else if (*why == NULL)
		TRY(pending_words(c, w, at_us, why));
	if (*why == NULL && strcmp(spec_text(w->spec, "concurrency"), "forbid") == 0)
		TRY(overlap_words(c, w->watch->job_name, at_us, why));
	if (*why == NULL)
		TRY(nodes_words(c, json_get(w->spec, "tags"), at_us, why));
	if (*why == NULL && expect_quiet(&w->expect, at_us, QUIET_UNWATCHED, 0) != NULL)
		*why = "Signalbox did not watch the engine then, and its history holds no run";
	if (*why == NULL)
		*why = "the engine was there, and neither its webhooks nor its history tell of a "
		       "run";
	return OK;
}
