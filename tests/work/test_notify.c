/* Messages leaving: webhooks and check-ins to a server of fixed answers, mails into a folder. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/seal.h"
#include "model/checkin.h"
#include "model/given_alert.h"
#include "view/view.h"
#include "work/deliver.h"
#include "work/given_work.h"

static struct config *notify_begin(
    struct ctx *c, struct scene *s, const struct fake_rule *rules, size_t n)
{
	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
	scene_begin(c, s, rules, n);
	struct config *config = (struct config *)s->w.config;
	config->secret_key = "a key that is long enough for tests";
	config->webhook_allow = "127.0.0.0/8";
	c->config = config;
	given_team(c, "crew");
	given_scheduled(c, "hello", "@hourly", "");
	return config;
}

/* Turns until nothing is in flight. */
static void notify_all(struct scene *s, struct notify_plan *plan)
{
	for (int i = 0; i < 50; i++) {
		YES(worker_turn(&s->w));
		(void)notify_turn(&s->w, plan);
		if (i > 0 && remote_set_size(s->w.set) == 0)
			return;
		await_landing(s);
	}
	FAIL("something is in flight for ever");
}

static const char *url_of(struct ctx *c, const struct scene *s, const char *path)
{
	return arena_printf(c->arena, "http://127.0.0.1:%d%s", s->engine.port, path);
}

SITE_TEST(a_webhook_is_sent_and_noted_refused_ones_are_tried_again)
{
	static const struct fake_rule rules[] = { { "POST /ok", 204, NULL, 0, 0 },
		{ "POST /busy", 503, NULL, 0, 0 }, { "POST /gone", 410, NULL, 0, 0 },
		{ "POST /long", 200, "", 0, 100000 }, { "POST /cut", 0, NULL, 0, 0 } };
	struct notify_plan plan = { .said = false };
	struct scene s;

	notify_begin(c, &s, rules, LENGTH(rules));
	given_channel(c, "crew", "webhook", url_of(c, &s, "/ok"));
	given_channel(c, "crew", "webhook", url_of(c, &s, "/busy"));
	given_channel(c, "crew", "webhook", url_of(c, &s, "/gone"));
	given_channel(c, "crew", "webhook", url_of(c, &s, "/long"));
	given_channel(c, "crew", "webhook", url_of(c, &s, "/cut"));
	given_end(c, "hello", 1, false);
	notify_all(&s, &plan);
	YES(holds(c, "(SELECT string_agg(split_part(target, '/', 4) || ' ' || state, ', ' "
		     "ORDER BY id) FROM message) = "
		     "'ok sent, busy waiting, gone failed, long sent, cut waiting'"));
	YES(holds(c, "(SELECT reason FROM message WHERE target LIKE '%%busy') = "
		     "'the other side answered 503'"));
	YES(holds(c, "(SELECT off_reason FROM channel WHERE target LIKE '%%gone') LIKE '%%410%%'"));
	YES(holds(c,
	    "(SELECT attempts FROM message WHERE target LIKE '%%busy') = 1 AND "
	    "(SELECT try_at > clock_timestamp() + interval '3 s' FROM message WHERE target "
	    "LIKE '%%busy')"));
	IS(db_script(c, "UPDATE message SET try_at = now() - interval '1 s', give_up_at = now() "
			"WHERE target LIKE '%busy'"),
	    OK);
	notify_all(&s, &plan);
	YES(holds(c, "(SELECT state || ': ' || reason FROM message WHERE target LIKE '%%busy') = "
		     "'failed: given up after 2 attempts: the other side answered 503'"));
	scene_end(&s);
}

SITE_TEST(without_the_key_a_webhook_waits_and_says_why)
{
	static const struct fake_rule rules[] = { { "POST /ok", 204, NULL, 0, 0 } };
	struct notify_plan plan = { .said = false };
	struct scene s;
	struct config *config = notify_begin(c, &s, rules, LENGTH(rules));

	given_channel(c, "crew", "webhook", url_of(c, &s, "/ok"));
	config->secret_key = "another key that is long enough, too";
	given_end(c, "hello", 1, false);
	notify_all(&s, &plan);
	YES(holds(
	    c, "(SELECT state || reason FROM message) LIKE 'waiting%%SIGNALBOX_SECRET_KEY%%'"));
	SAME(s.engine.asked, "");
	config->secret_key = "a key that is long enough for tests";
	config->webhook_allow = "";
	IS(db_script(c, "UPDATE message SET try_at = now()"), OK);
	notify_all(&s, &plan);
	YES(holds(
	    c, "(SELECT state || reason FROM message) LIKE 'failed%%SIGNALBOX_WEBHOOK_ALLOW%%'"));
	SAME(s.engine.asked, "");
	scene_end(&s);
}

static char *only_mail(struct ctx *c, const char *folder)
{
	char *text = arena_alloc(c->arena, 65536, 1);
	DIR *d = opendir(folder);

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		if (e->d_name[0] == '.')
			continue;
		const char *path = arena_printf(c->arena, "%s/%s", folder, e->d_name);
		FILE *f = fopen(path, "r");
		YES(f != NULL && fread(text, 1, 65535, f) > 0);
		fclose(f);
		unlink(path);
	}
	if (d != NULL)
		closedir(d);
	rmdir(folder);
	return text;
}

SITE_TEST(without_a_mail_server_mails_become_files)
{
	struct notify_plan plan = { .said = false };
	struct scene s;
	struct config *config = notify_begin(c, &s, NULL, 0);

	given_channel(c, "crew", "mail", "ops@example.org");
	given_end(c, "hello", 1, false);
	notify_all(&s, &plan);
	YES(holds(
	    c, "(SELECT state || reason FROM message) LIKE 'waiting%%set SIGNALBOX_SMTP_URL'"));
	config->mail_dir = arena_printf(c->arena, "/tmp/signalbox-mail-%d", (int)getpid());
	IS(db_script(c, "UPDATE message SET try_at = now() - interval '1 s'"), OK);
	notify_all(&s, &plan);
	YES(holds(c, "(SELECT state FROM message) = 'sent'"));
	const char *text = only_mail(c, config->mail_dir);
	HAS(text, "To: <ops@example.org>\r\nSubject: [Signalbox] hello failed\r\n");
	HAS(text, "List-Id: <crew.signalbox.localhost>");
	SAME(view_missing(), NULL);
	scene_end(&s);
}

SITE_TEST(check_ins_tell_of_every_run_and_leave_nothing_behind)
{
	static const struct fake_rule rules[] = { { "POST /cron/hello/key/", 202, NULL, 0, 0 } };
	struct notify_plan plan = { .said = false };
	struct scene s;
	struct config *config = notify_begin(c, &s, rules, LENGTH(rules));

	config->sentry_url = url_of(c, &s, "/cron/<monitor_slug>/key/");
	notify_all(&s, &plan);
	heard_one(c, "hello", T0, T0, 0, false);
	given_end(c, "hello", 0, true);
	given_end(c, "hello", 1, false);
	notify_all(&s, &plan);
	notify_all(&s, &plan);
	notify_all(&s, &plan);
	notify_all(&s, &plan);
#define HOURLY                                                                                     \
	"POST /cron/hello/key/ {\"monitor_config\":{\"schedule\":{\"type\":\"crontab\",\"value\":" \
	"\"0 * * * *\"},\"checkin_margin\":5,\"max_runtime\":30,\"timezone\":\"UTC\"},\"status\":"
	SAME(s.engine.asked, HOURLY "\"in_progress\"}\n" HOURLY "\"ok\"}\n" HOURLY
				    "\"in_progress\"}\n" HOURLY "\"error\"}\n");
	YES(holds(c, "(SELECT count(*) FROM message WHERE kind = 'sentry') = 0"));
	scene_end(&s);
}

SITE_TEST(a_monitor_follows_the_parent_and_never_fires_when_disabled)
{
	static const char never[] = "{\"type\":\"crontab\",\"value\":\"0 5 31 2 *\"}";
	const char *body = "", *name = "";
	struct scene s;
	struct job job;

	notify_begin(c, &s, NULL, 0);
	given_scheduled(c, "top", "@every 20m", "");
	given_scheduled(c, "middle", "@manually", "top");
	given_scheduled(c, "leaf", "@manually", "middle");
	IS(checkin_body(c, job_id_of(c, "leaf"), "ok", &body, &name), OK);
	SAME(name, "leaf");
	HAS(body, "{\"type\":\"interval\",\"value\":20,\"unit\":\"minute\"}");
	IS(job_set_disabled(c, "middle", true, &job), OK);
	IS(checkin_body(c, job_id_of(c, "leaf"), "ok", &body, &name), OK);
	HAS(body, never);
	given_scheduled(c, "hand", "@manually", "");
	IS(checkin_body(c, job_id_of(c, "hand"), "ok", &body, &name), OK);
	HAS(body, never);
	IS(checkin_body(c, 1 << 30, "ok", &body, &name), ERR_NOT_FOUND);
	SAME(checkin_url(c->arena, "https://a/<monitor_slug>/k/", "x y"), "https://a/x%20y/k/");
	scene_end(&s);
}

SITE_TEST(a_run_checks_in_as_it_ends_and_one_that_never_was_does_not)
{
	static const struct {
		const char *was, *state, *event; /* NULL: nothing is said */
	} rows[] = {
		{ "queued", "running", "in_progress" },
		{ "", "running", "in_progress" },
		{ "lost", "running", NULL }, /* it was said to be an error already */
		{ "running", "succeeded", "ok" },
		{ "lost", "succeeded", "ok" },
		{ "running", "failed", "error" },
		{ "running", "lost", "error" },
		{ "queued", "lost", NULL }, /* it never began */
		{ "running", "stopped", "ok" },
		{ "queued", "stopped", NULL },
		{ "", "missed", NULL }, /* the monitor finds that out */
		{ "", "queued", NULL },
	};
	struct scene s;

	notify_begin(c, &s, NULL, 0);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		IS(db_script(c, "DELETE FROM message"), OK);
		IS(checkin_add(c, &(struct alert_turned){ .job_id = job_id_of(c, "hello"),
				      .was = rows[i].was,
				      .state = rows[i].state }),
		    OK);
		if (!holds(c, "(SELECT coalesce(string_agg(event, ' '), '') FROM message) = '%s'",
			rows[i].event != NULL ? rows[i].event : ""))
			FAIL("a run from \"%s\" to %s", rows[i].was, rows[i].state);
	}
	scene_end(&s);
}

SITE_TEST(a_job_says_how_late_it_may_be_and_how_long_it_may_take)
{
	const char *body = "", *name = "";
	struct scene s;
	struct job job;
	struct job_edit edit = { .name = "hello", .how = JOB_MERGE };

	notify_begin(c, &s, NULL, 0);
	edit.input = json_of(
	    c, "{\"metadata\":{\"sentry_margin\":\"7\",\"sentry_runtime\":\"90\"}}");
	IS(job_edit(c, &edit, &job), OK);
	IS(checkin_body(c, job_id_of(c, "hello"), "ok", &body, &name), OK);
	HAS(body, "\"checkin_margin\":7,\"max_runtime\":90,");
	IS(job_set_disabled(c, "hello", true, &job), OK);
	IS(checkin_body(c, job_id_of(c, "hello"), "ok", &body, &name), OK);
	HAS(body, "\"0 5 31 2 *\"");
	scene_end(&s);
}

TEST(patience_grows_to_half_a_day)
{
	int64_t whole = 0;

	for (int i = 1; i <= 20; i++) {
		int64_t ms = deliver_back_off_ms(i);
		YES(ms >= 4000 && ms <= INT64_C(52000000));
		whole += i <= 13 ? ms : 0;
	}
	YES(whole > INT64_C(2) * 86400000);
}
