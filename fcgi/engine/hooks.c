#include "engine/hooks.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "core/time.h"
#include "remote/http.h"

enum {
	CHUNK_MAX = 32 * 1024,       /* of output in one webhook, as with Dkron */
	LINE_MAX_BYTES = 256 * 1024, /* chunks that wait in one line */
	ALL_MAX = 16 * 1024 * 1024,  /* bytes that wait in all lines */
	FLIGHTS_MAX = 8,             /* webhooks on their way */
	TIMEOUT_MS = 10 * 1000,
	QUIET_US = 10 * 1000 * 1000, /* between two log lines about failures */
	ARENA_MAX = 8 * 1024 * 1024,
};

struct hook {
	struct hook *next;
	struct payload p;
	char *job, *output, *group;
	bool chunk;
};

struct hook_line {
	struct hook_line *next;
	struct hook *first, *last;
	size_t waiting; /* bytes of chunks */
	bool flying, closed;
};

struct hooks {
	const char *url;
	char *authorization;
	const char *headers[3];
	struct arena *arena;
	struct remote_set *set;
	struct hook_line *lines;
	size_t count;   /* of lines */
	size_t waiting; /* bytes, all lines */
	int64_t lost, quiet_until_us;
	bool through;
};

static void *must(void *p)
{
	if (p != NULL)
		return p;
	log_event(NULL, LOG_ERROR, "out_of_memory", LOG_TEXT("for", "webhooks"));
	exit(EXIT_FAILURE);
}

static char *copy(const char *bytes, size_t len)
{
	char *own = must(malloc(len + 1));

	memcpy(own, bytes, len);
	own[len] = '\0';
	return own;
}

struct hooks *hooks_create(const char *url, const char *token)
{
	struct hooks *h = must(calloc(1, sizeof(*h)));
	size_t room = strlen(token) + 32;

	h->authorization = must(malloc(room));
	snprintf(h->authorization, room, "Authorization: Bearer %s", token);
	h->url = url;
	h->headers[0] = "Content-Type:"; /* Dkron sends none */
	h->headers[1] = h->authorization;
	h->arena = arena_create(ARENA_MAX);
	h->set = remote_set_create();
	h->through = true;
	return h;
}

static void free_hook(struct hook *hook)
{
	free(hook->job);
	free(hook->output);
	free(hook->group);
	free(hook);
}

static struct hook *take_first(struct hooks *h, struct hook_line *line)
{
	struct hook *hook = line->first;

	line->first = hook->next;
	if (line->first == NULL)
		line->last = NULL;
	h->waiting -= hook->p.output_len;
	line->waiting -= hook->chunk ? hook->p.output_len : 0;
	return hook;
}

static void free_line(struct hooks *h, struct hook_line **at)
{
	struct hook_line *line = *at;

	while (line->first != NULL)
		free_hook(take_first(h, line));
	*at = line->next;
	h->count--;
	free(line);
}

void hooks_destroy(struct hooks *h)
{
	if (h == NULL)
		return;
	remote_set_destroy(h->set);
	while (h->lines != NULL)
		free_line(h, &h->lines);
	arena_destroy(h->arena);
	free(h->authorization);
	free(h);
}

int hooks_fd(const struct hooks *h)
{
	return remote_set_fd(h->set);
}

bool hooks_get_through(const struct hooks *h)
{
	return h->through;
}

bool hooks_are_idle(const struct hooks *h)
{
	for (const struct hook_line *l = h->lines; l != NULL; l = l->next)
		if (l->flying || l->first != NULL)
			return false;
	return true;
}

/* Counted, and told now and then: a hook that is away must not fill the log. */
static void count_loss(struct hooks *h, const char *why)
{
	int64_t now = time_monotonic_us();

	h->lost++;
	if (now < h->quiet_until_us)
		return;
	log_event(
	    NULL, LOG_WARN, "webhook_failed", LOG_TEXT("reason", why), LOG_INT("lost", h->lost));
	h->quiet_until_us = now + QUIET_US;
}

/* The text is made only now, three times as long as what waited. */
static void launch(struct hooks *h, struct hook_line *line)
{
	struct hook *hook = take_first(h, line);
	struct buf b;

	buf_init(&b, h->arena, PAYLOAD_MAX);
	payload_write(&b, &hook->p);
	free_hook(hook);
	if (b.full) {
		count_loss(h, "longer than a webhook may be");
	} else {
		remote_set_add(h->set,
		    &(struct remote_ask){ .method = "POST",
			.url = h->url,
			.headers = h->headers,
			.body = b.data,
			.body_len = b.len,
			.timeout_ms = TIMEOUT_MS },
		    line);
		line->flying = true;
	}
	arena_reset(h->arena);
}

static void land(struct hooks *h)
{
	struct remote_answer answer;
	void *tag;

	while (remote_set_take(h->set, h->arena, &answer, &tag)) {
		struct hook_line *line = tag;
		line->flying = false;
		h->through = answer.end == REMOTE_ANSWERED;
		if (!h->through)
			count_loss(h, answer.why);
		arena_reset(h->arena);
	}
}

static void to_the_end(struct hook_line **at)
{
	struct hook_line *line = *at, **end = at;

	*at = line->next;
	line->next = NULL;
	while (*end != NULL)
		end = &(*end)->next;
	*end = line;
}

/* The line that was served longest ago stands first, so that a talkative one does not hold up the
 * rest. */
static void start_more(struct hooks *h)
{
	struct hook_line **at = &h->lines;

	for (size_t left = h->count;
	     left > 0 && *at != NULL && remote_set_size(h->set) < FLIGHTS_MAX; left--) {
		struct hook_line *line = *at;
		if (line->flying || line->first == NULL) {
			at = &line->next;
			continue;
		}
		launch(h, line);
		to_the_end(at);
	}
}

static void sweep(struct hooks *h)
{
	for (struct hook_line **at = &h->lines; *at != NULL;) {
		if ((*at)->closed && !(*at)->flying && (*at)->first == NULL)
			free_line(h, at);
		else
			at = &(*at)->next;
	}
}

void hooks_turn(struct hooks *h)
{
	remote_set_turn(h->set);
	land(h);
	start_more(h);
	sweep(h);
}

struct hook_line *hook_line_open(struct hooks *h)
{
	struct hook_line *line = must(calloc(1, sizeof(*line))), **at = &h->lines;

	while (*at != NULL)
		at = &(*at)->next;
	*at = line;
	h->count++;
	return line;
}

void hook_line_close(struct hook_line *line)
{
	if (line != NULL)
		line->closed = true;
}

bool hook_line_is_full(const struct hook_line *line)
{
	return line->waiting >= LINE_MAX_BYTES;
}

/* Two chunks of one execution that both wait go as one. */
static bool join(struct hook_line *line, const struct payload *p)
{
	struct hook *last = line->last;
	size_t len = last == NULL ? 0 : last->p.output_len + p->output_len;

	if (last == NULL || !last->chunk || last->p.started_at != p->started_at || len > CHUNK_MAX)
		return false;
	last->output = must(realloc(last->output, len + 1));
	memcpy(last->output + last->p.output_len, p->output, p->output_len);
	last->output[len] = '\0';
	last->p.output = last->output;
	last->p.output_len = len;
	return true;
}

static void append(struct hook_line *line, const struct payload *p, bool chunk)
{
	struct hook *hook = must(calloc(1, sizeof(*hook)));

	hook->p = *p;
	hook->chunk = chunk;
	hook->p.job = hook->job = copy(p->job, strlen(p->job));
	hook->p.output = hook->output = copy(p->output, p->output_len);
	hook->p.group = hook->group = copy(p->group, strlen(p->group));
	if (line->last == NULL)
		line->first = hook;
	else
		line->last->next = hook;
	line->last = hook;
}

void hook_send(struct hooks *h, struct hook_line *line, const struct payload *p, bool chunk)
{
	if (*h->url == '\0')
		return;
	if ((chunk && hook_line_is_full(line)) || h->waiting + p->output_len > ALL_MAX) {
		count_loss(h, "too many wait already");
		return;
	}
	if (!chunk || !join(line, p))
		append(line, p, chunk);
	h->waiting += p->output_len;
	line->waiting += chunk ? p->output_len : 0;
}
