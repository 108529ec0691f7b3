#include "model/health.h"

#include "core/time.h"
#include "model/loop_state.h"
#include "model/outbox.h"

enum { FINDINGS = 12, LOOKED_S = 30, BEHIND_S = 5 };

struct look {
	struct ctx *c;
	struct health_report *report;
	int64_t now_us; /* as the database has it */
};

static void add(
    struct look *l, const char *what, enum health health, const char *detail, const char *advice)
{
	l->report->list[l->report->n++] = (struct finding){ what, health, detail, advice };
}

struct server {
	const char *version;
	int64_t now_us;
};

static enum err postgres(struct look *l)
{
	static const struct db_field fields[] = { DB_FIELD(struct server, version),
		DB_FIELD(struct server, now_us), DB_END };
	struct server row;

	TRY(db_one(l->c, SQL_HEALTH_POSTGRES, DB_NO_ARGS, fields, &row));
	l->report->postgres = row.version;
	l->now_us = row.now_us;
	int64_t apart_s = (l->c->now_us - row.now_us) / US_PER_S;
	if (apart_s > BEHIND_S || apart_s < -BEHIND_S)
		add(l, "Postgres", HEALTH_DEGRADED,
		    arena_printf(l->c->arena, "its clock and ours are %lld s apart",
			(long long)(apart_s < 0 ? -apart_s : apart_s)),
		    "Let both machines keep the time (chrony, systemd-timesyncd).");
	else
		add(l, "Postgres", HEALTH_WELL,
		    arena_printf(l->c->arena, "version %s", row.version), NULL);
	return OK;
}

static void engine_answers(struct look *l, const struct engine_state *s)
{
	struct arena *a = l->c->arena;
	int64_t age_s = (l->now_us - s->checked_us) / US_PER_S;

	if (age_s > LOOKED_S)
		add(l, "Engine", HEALTH_DEGRADED,
		    arena_printf(a, "nobody has looked for %lld s", (long long)age_s),
		    "Start signalbox work: it looks every few seconds.");
	else if (!s->reachable)
		add(l, "Engine", HEALTH_FAILING,
		    s->reason.text != NULL ? s->reason.text : "it does not answer",
		    "Jobs stay as they are and saves wait; nothing is lost. Start Dkron, or see "
		    "that "
		    "SIGNALBOX_DKRON_URL is right.");
	else
		add(l, "Engine", HEALTH_WELL,
		    arena_printf(a, "%s %s, leader %s", s->kind, s->version,
			*s->leader != '\0' ? s->leader : "unknown"),
		    NULL);
}

static enum err engine(struct look *l)
{
	struct engine_state s;
	enum err e = engine_state_get(l->c, &s);

	l->report->engine = l->report->engine_kind = "";
	if (e == ERR_NOT_FOUND) {
		add(l, "Engine", HEALTH_FAILING, "nobody has looked for it yet",
		    "Start signalbox work.");
		return OK;
	}
	TRY(e);
	l->report->engine = s.version;
	l->report->engine_kind = s.kind;
	engine_answers(l, &s);
	return OK;
}

static enum err sync(struct look *l)
{
	struct outbox_counts n;

	TRY(outbox_counts(l->c, &n));
	if (n.failing + n.drifted == 0) {
		add(l, "Jobs on the engine", HEALTH_WELL,
		    arena_printf(l->c->arena, "%lld in sync, %lld on their way",
			(long long)n.in_sync, (long long)n.pending),
		    NULL);
		return OK;
	}
	add(l, "Jobs on the engine", HEALTH_DEGRADED,
	    arena_printf(l->c->arena, "%lld failing, %lld drifted", (long long)n.failing,
		(long long)n.drifted),
	    "Each job's page says why; /jobs?sync=failing and /jobs?sync=drifted list them.");
	return OK;
}

static void hook(struct look *l)
{
	const struct config *config = l->c->config;

	if (*config->hook_token == '\0' || *config->hook_url == '\0')
		add(l, "Webhooks", HEALTH_DEGRADED,
		    "no address or no token is set, so runs are read from the engine's history "
		    "only",
		    "Set SIGNALBOX_HOOK_URL and SIGNALBOX_HOOK_TOKEN, here and at each Dkron "
		    "server.");
	else
		add(l, "Webhooks", HEALTH_WELL,
		    arena_printf(l->c->arena, "taken at %s", config->hook_url), NULL);
}

static void mail(struct look *l)
{
	const struct config *config = l->c->config;

	if (*config->smtp_url != '\0')
		add(l, "Mail", HEALTH_WELL,
		    arena_printf(l->c->arena, "sent as %s", config->mail_from), NULL);
	else
		add(l, "Mail", HEALTH_OFF, "no mail server is set",
		    "Set SIGNALBOX_SMTP_URL and SIGNALBOX_MAIL_FROM to be told of failures by "
		    "mail.");
}

/* The loop that has been silent longest, and how many there are that speak. */
static enum err work(struct look *l)
{
	struct loop_state *loops;
	const char *silent = NULL;
	size_t n, speak = 0;

	TRY(loop_state_list(l->c, &loops, &n));
	for (size_t i = 0; i < n; i++) {
		if ((l->now_us - loops[i].passed_us) / US_PER_S <= LOOP_SILENT_S)
			speak++;
		else if (silent == NULL)
			silent = loops[i].loop;
	}
	if (speak == 0)
		add(l, "Work", HEALTH_FAILING, "no loop has said anything lately",
		    "Start signalbox work: without it nothing reaches the engine and nothing is "
		    "told.");
	else if (silent != NULL)
		add(l, "Work", HEALTH_DEGRADED,
		    arena_printf(l->c->arena, "the loop %s has been silent", silent),
		    "Look into work's log; a host that was given up goes from here after a week.");
	else
		add(l, "Work", HEALTH_WELL, arena_printf(l->c->arena, "%zu loops at work", speak),
		    NULL);
	return OK;
}

enum err health_look(struct ctx *c, struct health_report *out)
{
	struct look l = { .c = c, .report = out };

	*out = (struct health_report){ .list = arena_alloc(
					   c->arena, FINDINGS, sizeof(*out->list)) };
	TRY(postgres(&l));
	TRY(engine(&l));
	TRY(work(&l));
	TRY(sync(&l));
	hook(&l);
	mail(&l);
	return OK;
}

const char *health_words(enum health health)
{
	static const char *const words[] = { [HEALTH_WELL] = "well",
		[HEALTH_OFF] = "off",
		[HEALTH_DEGRADED] = "degraded",
		[HEALTH_FAILING] = "failing" };

	return words[health];
}
