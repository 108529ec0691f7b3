#include "remote/dkron.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"

enum {
	TIMEOUT_MS = 10000,
	GLANCE_MS = 2000,              /* for a question that any live server answers at once */
	ANSWER_MAX = 64 * 1024 * 1024, /* the history of a job */
	LIST_MAX = 16 * 1024 * 1024,   /* a page of the list of jobs */
	LIST_PAGE = 10000,
	LIST_SLICE = 500,
	WORDS_MAX = 300,
};

void dkron_init(struct dkron *d, const struct config *config, struct arena *a)
{
	char *rest = arena_strdup(a, config->dkron_url);

	*d = (struct dkron){ .login = config->dkron_auth,
		.ca_file = config->dkron_ca[0] != '\0' ? config->dkron_ca : NULL };
	for (char *one; d->n < DKRON_BASES && (one = strsep(&rest, ",")) != NULL;) {
		one += strspn(one, " ");
		size_t len = strcspn(one, " ");
		while (len > 0 && one[len - 1] == '/')
			len--;
		if (len > 0)
			d->bases[d->n++] = arena_strndup(a, one, len);
	}
}

void dkron_within(struct dkron *d, int64_t ms)
{
	d->until_us = time_monotonic_us() + ms * 1000;
}

void dkron_next(struct dkron *d)
{
	if (d->n > 0)
		d->chosen = (d->chosen + 1) % d->n;
}

struct remote_ask dkron_ask(
    struct arena *a, const struct dkron *d, const char *method, const char *path, const char *body)
{
	static const char *const json[] = { "Content-Type: application/json", NULL };

	return (struct remote_ask){ .method = method,
		.url = arena_printf(a, "%s%s", d->n > 0 ? d->bases[d->chosen] : "", path),
		.headers = body != NULL ? json : NULL,
		.body = body,
		.body_len = body != NULL ? strlen(body) : 0,
		.login = d->login,
		.ca_file = d->ca_file,
		.timeout_ms = TIMEOUT_MS,
		.max = ANSWER_MAX };
}

const char *dkron_job_path(struct arena *a, const char *name, const char *behind)
{
	return arena_printf(a, "/v1/jobs/%s%s", text_urlencode(a, name), behind);
}

static const struct {
	int status;
	const char *words;
} meanings[] = {
	{ 401, "it wants other credentials (SIGNALBOX_DKRON_AUTH)" },
	{ 403, "it refuses us access" },
	{ 404, "it does not know it, or has no leader at the moment" },
	{ 503, "it takes no changes at the moment" },
};

const char *dkron_words(struct arena *a, const struct remote_answer *answer)
{
	size_t len = strcspn(answer->body, "\n");
	const char *words = "";

	if (answer->end != REMOTE_ANSWERED)
		return answer->why;
	for (size_t i = 0; i < LENGTH(meanings); i++)
		if (meanings[i].status == answer->status)
			words = meanings[i].words;
	if (len > 0 && answer->body[0] != '<' && answer->body[0] != '{') {
		size_t clean_len;
		const char *said = text_clean(
		    a, answer->body, len < WORDS_MAX ? len : WORDS_MAX, &clean_len);
		return arena_printf(a, "%d: %s", answer->status, text_escape(a, said));
	}
	return arena_printf(a, "%d%s%s", answer->status, words[0] != '\0' ? ": " : "", words);
}

/* A date is cut to its second, so any moment of that second is no difference. */
static int64_t ahead(int64_t date_us, int64_t now_us)
{
	if (date_us > now_us)
		return date_us - now_us;
	return now_us - date_us > 2 * US_PER_S ? date_us + US_PER_S - now_us : 0;
}

/* Whether another server could know better than this answer. */
static bool is_worth_another(const struct remote_answer *answer)
{
	return answer->end == REMOTE_NOT_SENT || answer->end == REMOTE_BROKEN ||
	       answer->status >= 500;
}

/* False when the time is over. */
static bool fits(const struct dkron *d, struct remote_ask *ask)
{
	int64_t left_ms = d->until_us == 0 ? ask->timeout_ms
					   : (d->until_us - time_monotonic_us()) / 1000;

	if (left_ms < ask->timeout_ms)
		ask->timeout_ms = (int)left_ms;
	return left_ms > 0;
}

/* Asks the chosen server, and each other one in turn while that could help. The last answer stands.
 */
static enum err fetch(
    struct ctx *c, struct dkron *d, const char *path, size_t max, struct remote_answer *out)
{
	*out = (struct remote_answer){ .end = REMOTE_NOT_SENT,
		.why = d->n == 0 ? "no address of an engine is configured"
				 : "it did not answer in time" };
	for (size_t i = 0; i < d->n; i++) {
		struct remote_ask ask = dkron_ask(c->arena, d, "GET", path, NULL);
		if (!fits(d, &ask))
			break;
		ask.max = max;
		remote_fetch(c->arena, &ask, out);
		if (!is_worth_another(out))
			break;
		dkron_next(d);
	}
	if (out->end != REMOTE_ANSWERED) {
		snprintf(d->silence, sizeof(d->silence), "%s", out->why);
		return fail(c, ERR_UNAVAILABLE, NULL, "%s", out->why);
	}
	if (out->date_us != 0)
		d->ahead_us = ahead(out->date_us, time_now_us());
	return OK;
}

void dkron_prefer_leader(struct ctx *c, struct dkron *d)
{
	size_t before = d->chosen;

	for (size_t i = 0; d->n > 1 && i < d->n; i++) {
		struct remote_ask ask = dkron_ask(c->arena, d, "GET", "/v1/isleader", NULL);
		struct remote_answer answer;
		ask.connect_timeout_ms = ask.timeout_ms = GLANCE_MS;
		if (fits(d, &ask)) {
			remote_fetch(c->arena, &ask, &answer);
			if (answer.end == REMOTE_ANSWERED && answer.status == 200)
				return;
		}
		dkron_next(d);
	}
	d->chosen = before;
}

static enum err succeeded(struct ctx *c, const struct remote_answer *answer)
{
	if (answer->status == 200)
		return OK;
	return fail(c, answer->status == 404 ? ERR_NOT_FOUND : ERR_UNAVAILABLE, NULL, "%s",
	    dkron_words(c->arena, answer));
}

static enum err makes_no_sense(struct ctx *c, const char *path)
{
	return fail(c, ERR_UNAVAILABLE, NULL, "its answer to %s is not what Dkron would say", path);
}

static enum err fetch_json(
    struct ctx *c, struct dkron *d, const char *path, enum json_type type, struct json **out)
{
	struct remote_answer answer;

	TRY(fetch(c, d, path, ANSWER_MAX, &answer));
	TRY(succeeded(c, &answer));
	if (json_parse_loose(c, answer.body, answer.len, out) != OK ||
	    (json_type(*out) != type && !(type == JSON_ARRAY && json_type(*out) == JSON_NULL)))
		return makes_no_sense(c, path);
	return OK;
}

/* An empty list comes as null now and then. */
static enum err fetch_array(struct ctx *c, struct dkron *d, const char *path, struct json **out)
{
	TRY(fetch_json(c, d, path, JSON_ARRAY, out));
	if (json_type(*out) == JSON_NULL)
		*out = json_array(c->arena);
	return OK;
}

enum err dkron_version(struct ctx *c, struct dkron *d, const char **version)
{
	struct json *v;

	TRY(fetch_json(c, d, "/v1", JSON_OBJECT, &v));
	*version = json_text(json_get(json_get(v, "agent"), "version"));
	if ((*version)[0] == '\0')
		return fail(c, ERR_UNAVAILABLE, NULL, "what answers there is no Dkron");
	return OK;
}

/* A server that is cut off does not know one; another may. */
enum err dkron_leader(struct ctx *c, struct dkron *d, const char **name)
{
	struct json *v;

	for (size_t i = 0; i < (d->n > 0 ? d->n : 1); i++) {
		if (fetch_json(c, d, "/v1/leader", JSON_OBJECT, &v) == OK) {
			*name = json_text(json_get(v, "Name"));
			return OK;
		}
		dkron_next(d);
	}
	return fail(c, ERR_UNAVAILABLE, NULL, "it has no leader at the moment");
}

enum err dkron_members(struct ctx *c, struct dkron *d, struct json **array)
{
	return fetch_array(c, d, "/v1/members", array);
}

/* ---- the list of jobs */

struct dkron_list {
	struct dkron *d;
	struct arena *arena; /* of the page that is handed out */
	const char *text;    /* NULL: the next page has not been asked for */
	size_t len, at;
	size_t start, page, given; /* where it begins, its size, and how many were handed out */
	int64_t read_us;
};

static void free_list(void *list)
{
	struct dkron_list *l = list;

	arena_destroy(l->arena);
}

struct dkron_list *dkron_list_create(struct arena *a, struct dkron *d)
{
	struct dkron_list *l = arena_new(a, struct dkron_list);

	*l = (struct dkron_list){ .d = d, .page = LIST_PAGE };
	l->arena = arena_create((size_t)2 * LIST_MAX);
	arena_defer(a, free_list, l);
	return l;
}

static const char *page_path(struct dkron_list *l)
{
	return arena_printf(l->arena, "/v1/jobs?_sort=name&_order=ASC&_start=%zu&_end=%zu",
	    l->start, l->start + l->page);
}

/* Jobs of any size get through: a page that is too long is asked for in quarters. */
static enum err read_page(struct ctx *c, struct dkron_list *l)
{
	struct remote_answer answer = { .end = REMOTE_TOO_LARGE };
	struct ctx inner = *c;
	enum err e;

	inner.arena = l->arena;
	for (;; l->page /= 4) {
		arena_reset(l->arena);
		l->read_us = time_now_us();
		e = fetch(&inner, l->d, page_path(l), LIST_MAX, &answer);
		if (answer.end != REMOTE_TOO_LARGE || l->page < 4)
			break;
	}
	if (e == OK)
		e = succeeded(&inner, &answer);
	if (e != OK)
		return fail(c, e, NULL, "%s", inner.fault.detail);
	l->text = answer.body;
	l->len = answer.len;
	l->at = l->given = 0;
	return OK;
}

enum err dkron_list_next(
    struct ctx *c, struct dkron_list *l, struct json **array, int64_t *read_us, bool *last)
{
	if (l->text == NULL)
		TRY(read_page(c, l));
	if (json_parse_slice(c, l->text, l->len, LIST_SLICE, &l->at, array) != OK)
		return makes_no_sense(c, "/v1/jobs");
	l->given += json_length(*array);
	*read_us = l->read_us;
	*last = l->at == l->len && l->given < l->page;
	if (l->at == l->len) {
		l->text = NULL;
		l->start += l->page;
	}
	return OK;
}

/* ---- one job */

enum err dkron_job(struct ctx *c, struct dkron *d, const char *name, struct json **out)
{
	return fetch_json(c, d, dkron_job_path(c->arena, name, ""), JSON_OBJECT, out);
}

enum err dkron_executions(struct ctx *c, struct dkron *d, const char *name, struct json **array)
{
	return fetch_array(
	    c, d, dkron_job_path(c->arena, name, "/executions?output_size_limit=0"), array);
}

enum err dkron_execution(
    struct ctx *c, struct dkron *d, const char *name, const char *id, struct json **out)
{
	const char *behind = arena_printf(c->arena, "/executions/%s", text_urlencode(c->arena, id));

	return fetch_json(c, d, dkron_job_path(c->arena, name, behind), JSON_OBJECT, out);
}

enum err dkron_busy(struct ctx *c, struct dkron *d, struct json **array)
{
	return fetch_array(c, d, "/v1/busy", array);
}

enum err dkron_is_gone(struct ctx *c, struct dkron *d, const char *name)
{
	const char *leader;
	struct json *v;

	TRY(dkron_leader(c, d, &leader));
	TRY(fetch_array(
	    c, d, arena_printf(c->arena, "/v1/jobs?q=%s", text_urlencode(c->arena, name)), &v));
	for (size_t i = 0; i < json_length(v); i++)
		if (strcmp(json_text(json_get(json_at(v, i), "name")), name) == 0)
			return fail(c, ERR_CONFLICT, NULL, "the engine's list still has it");
	return OK;
}
