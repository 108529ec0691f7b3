/* notify: who has to be told is told: runs that turned become alerts, and messages leave. */

#include <stdlib.h>

#include "core/log.h"
#include "model/alert.h"
#include "view/view.h"
#include "work/deliver.h"
#include "work/turns.h"

enum {
	EVERY_MS = 500, /* the hook tells nobody: it is looked for */
	TURNED_MAX = 500,
	FLIGHTS_MAX = 20,
	LEASE_MS = 120000, /* longer than any attempt takes */
	EXPIRE_EVERY_MS = 600000,
};

/* Whether there is more to look at: in a turn of its own, for what a turn takes is given back at
 * its end. */
static bool look(struct worker *w)
{
	bool mine = true, more = true;

	return worker_ok(w, "alert_turn", alert_turn(&w->c, TURNED_MAX, &mine, &more)) && mine &&
	       more;
}

static void send(struct worker *w)
{
	size_t busy = remote_set_size(w->set), n = 0;
	struct message_item *items;

	if (!worker_ok(w, "message_silence", message_silence(&w->c)) || busy >= FLIGHTS_MAX ||
	    !worker_ok(
		w, "message_take", message_take(&w->c, FLIGHTS_MAX - busy, LEASE_MS, &items, &n)))
		return;
	for (size_t i = 0; i < n; i++)
		deliver_begin(w, &items[i]);
}

int notify_turn(struct worker *w, struct notify_plan *plan)
{
	bool starts = *w->config->sentry_url != '\0';

	if (!plan->said)
		plan->said = worker_ok(w, "alert_starts", alert_starts(&w->c, starts));
	deliver_go_on(w);
	bool more = look(w);
	send(w);
	if (worker_due(&plan->expired_us, EXPIRE_EVERY_MS))
		(void)worker_ok(w, "message_expire", message_expire(&w->c));
	return more ? 0 : EVERY_MS;
}

_Noreturn void notify_loop(struct worker *w)
{
	struct notify_plan plan = { .said = false };

	if (view_setup_part(&w->c, w->config->templates, "mail") != OK) {
		log_event(
		    &w->c, LOG_ERROR, "templates_broken", LOG_TEXT("detail", w->c.fault.detail));
		exit(EXIT_FAILURE);
	}
	for (;;) {
		int wait_ms = worker_turn(w) ? notify_turn(w, &plan) : EVERY_MS;
		worker_wait(w, "message", wait_ms);
	}
}
