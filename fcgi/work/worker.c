#include "work/worker.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/crypt.h"
#include "core/log.h"
#include "core/text.h"
#include "core/time.h"
#include "model/loop_state.h"

/* A page of the engine's list and ours beside it is the largest thing that a turn holds. */
enum { ARENA_MAX = 512 * 1024 * 1024, KEEP_MAX = 64 * 1024 };
enum { BACK_OFF_MAX_MS = 60000, AWAY_WAIT_MS = 500, TELL_MS = 10000 };

void worker_init(struct worker *w, const struct config *config, const char *name)
{
	struct arena *keep = arena_create((size_t)KEEP_MAX);

	*w = (struct worker){ .config = config, .name = name, .doing.since_us = time_now_us() };
	w->c = (struct ctx){ .arena = arena_create(ARENA_MAX),
		.config = config,
		.req_id = arena_printf(keep, "%s-%d", name, (int)getpid()),
		.actor = {
		    .account = "signalbox", .admin = true, .scope = SCOPE_ADMIN, .address = "" } };
	if (!crypt_init()) {
		log_event(NULL, LOG_ERROR, "no_randomness", LOG_TEXT("loop", name));
		exit(EXIT_FAILURE);
	}
	dkron_init(&w->dkron, config, keep);
	w->set = remote_set_create();
	w->c.db = db_open(config->database_url, "signalbox_work", DB_PANEL);
	srandom((unsigned)(time_now_us() ^ getpid())); /* for jitter only */
}

bool worker_turn(struct worker *w)
{
	w->doing.turn_us = time_monotonic_us();
	arena_reset(w->c.arena);
	/* What one large turn held must not be what this process weighs from then on. */
	if (worker_due(&w->doing.trimmed_us, TELL_MS))
		malloc_trim(0);
	w->c.now_us = time_now_us();
	w->c.fault = (struct fault){ .field = NULL };
	w->away = db_connect(&w->c) != OK;
	remote_set_turn(w->set);
	return !w->away;
}

/* Every ten seconds, at the end of a pass; one that hangs is seen by its silence. */
static void tell(struct worker *w)
{
	struct doing *d = &w->doing;
	int64_t took_us = time_monotonic_us() - d->turn_us;
	char host[256] = "";

	if (took_us > d->longest_us)
		d->longest_us = took_us;
	if (w->away || !worker_due(&d->told_us, TELL_MS))
		return;
	(void)!gethostname(host, sizeof(host) - 1);
	struct loop_state s = { .loop = w->name,
		.host = host,
		.pid = getpid(),
		.since_us = d->since_us,
		.took_us = d->longest_us,
		.errors = d->errors,
		.error.text = d->error[0] != '\0' ? d->error : NULL,
		.error_us = { .value = d->error_us, .set = d->error_us != 0 } };
	if (loop_state_put(&w->c, &s) == OK)
		d->longest_us = 0;
}

static void remember(struct worker *w, const char *what)
{
	struct doing *d = &w->doing;
	const char *said = w->c.fault.detail != NULL ? w->c.fault.detail : "";

	d->errors++;
	d->error_us = time_now_us();
	/* Cut between characters, not within one. */
	size_t len = strlen(said) < sizeof(d->error) / 2 ? strlen(said) : sizeof(d->error) / 2;
	while (len > 0 && ((unsigned char)said[len] & 0xC0) == 0x80)
		len--;
	snprintf(d->error, sizeof(d->error), "%s: %.*s", what, (int)len, said);
}

void worker_wait(struct worker *w, const char *channel, int ms)
{
	tell(w);
	if (w->away && ms > AWAY_WAIT_MS)
		ms = AWAY_WAIT_MS;
	if (channel != NULL)
		(void)db_wait(w->c.db, channel, remote_set_fd(w->set), ms);
	else
		remote_set_wait(w->set, ms);
}

bool worker_ok(struct worker *w, const char *what, enum err e)
{
	if (e != OK)
		remember(w, what);
	if (e != OK)
		log_event(&w->c, e == ERR_UNAVAILABLE ? LOG_WARN : LOG_ERROR, "work_failed",
		    LOG_TEXT("what", what), LOG_TEXT("detail", w->c.fault.detail));
	return e == OK;
}

bool worker_due(int64_t *last_us, int64_t every_ms)
{
	int64_t now_us = time_monotonic_us();

	if (*last_us != 0 && now_us - *last_us < every_ms * 1000)
		return false;
	*last_us = now_us;
	return true;
}

int64_t worker_back_off_ms(int64_t attempts)
{
	int64_t ms = BACK_OFF_MAX_MS;

	if (attempts < 6)
		ms = INT64_C(1000) << attempts;
	return ms - ms / 5 + random() % (2 * ms / 5 + 1);
}

const char *worker_our_name(const struct worker *w, const char *engine_name)
{
	return text_starts(engine_name, w->config->namespace)
		   ? engine_name + strlen(w->config->namespace)
		   : NULL;
}

const char *worker_engine_name(struct worker *w, const char *our_name)
{
	return arena_printf(w->c.arena, "%s%s", w->config->namespace, our_name);
}
