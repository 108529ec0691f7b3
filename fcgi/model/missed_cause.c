/* Why a fire was probably missed, from what we know of that moment. */

#include <string.h>

#include "core/text.h"
#include "model/missed.h"
#include "model/spec_inside.h"

static bool names(const char *fields, const char *field)
{
	size_t len = strlen(field);

	for (const char *p = fields; (p = strstr(p, field)) != NULL; p += len)
		if ((p == fields || p[-1] == ' ') && (p[len] == ',' || p[len] == '\0'))
			return true;
	return false;
}

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
	if (fit == 0)
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

enum err missed_cause(
    struct ctx *c, const struct watched *w, int64_t at_us, const char *differs, const char **why)
{
	*why = quiet_words(c, w, at_us);
	if (*why == NULL)
		TRY(leader_words(c, at_us, why));
	if (*why == NULL && names(differs, "disabled"))
		*why = "the job is switched off on the engine, though not here";
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
