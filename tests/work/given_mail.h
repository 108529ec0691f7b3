#ifndef TESTS_WORK_GIVEN_MAIL_H
#define TESTS_WORK_GIVEN_MAIL_H

/* Mails of tasks, written to a folder of the test's own, and a receiver of webhooks. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "action/given_token.h"
#include "action/inside.h"
#include "action/type_own.h"
#include "view/view.h"
#include "work/deliver.h"
#include "work/given_work.h"

static const struct fake_rule hook_rules[] = { { "POST /hook", 204, NULL, 0, 0 } };

static char *folder;

GIVEN void begin(struct ctx *c, struct scene *s)
{
	char *name = arena_strdup(c->arena, "/tmp/signalbox-task-mail-XXXXXX");

	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
	scene_begin(c, s, hook_rules, LENGTH(hook_rules));
	struct config *config = (struct config *)s->w.config;
	config->secret_key = "a key that is long enough for tests";
	config->url = "https://signalbox.example";
	config->mail_dir = folder = mkdtemp(name);
	c->config = config;
}

GIVEN void end(struct scene *s)
{
	rmdir(folder);
	scene_end(s);
}

GIVEN void tell_all(struct scene *s)
{
	struct notify_plan plan = { .said = true };

	for (int i = 0; i < 50; i++) {
		YES(worker_turn(&s->w));
		(void)notify_turn(&s->w, &plan);
		if (i > 2 && remote_set_size(s->w.set) == 0)
			break;
		await_landing(s);
	}
	const char *missing = view_missing();
	if (missing != NULL)
		FAIL("%s", missing);
}

/* The mails in the folder, which is empty then; base64 decoded where it stands. */
GIVEN char *mails(struct ctx *c)
{
	char *all = arena_alloc(c->arena, 1 << 18, 1), *to = all;
	FILE *f = popen(
	    arena_printf(c->arena,
		"cd %s && for m in $(ls -tr *.eml 2>/dev/null); do perl -MMIME::Base64 -0777 -ne "
		"'s/\\r//g; s/=\\?UTF-8\\?B\\?([^?]*)\\?=/decode_base64($1)/ge; "
		"s/\\n\\n([A-Za-z0-9+\\/=\\n]+)(?=\\n--|$)/\"\\n\\n\" . decode_base64($1)/ge; "
		"print' $m; rm $m; done",
		folder),
	    "r");

	for (size_t n; f != NULL && (n = fread(to, 1, 4096, f)) > 0;)
		to += n;
	pclose(f);
	return all;
}

GIVEN void given_address(struct ctx *c, const char *account, const char *address)
{
	IS(db_script(c, arena_printf(c->arena, "UPDATE account SET email = '%s' WHERE name = '%s'",
			    address, account)),
	    OK);
}

/* A task of kwame that is prepared. */
GIVEN struct task given_asked_by_kwame(struct ctx *c)
{
	act_as(c, "kwame");
	struct task t = given_task(
	    c, "request-access", "{\"team\":\"crew\",\"role\":\"operator\"}");
	work_on(c);
	return task_now(c, t.id);
}

/* The same with one address. */
GIVEN struct task given_asked(struct ctx *c)
{
	given_crew_of_two(c);
	given_address(c, "kwame", "kwame@example.org");
	return given_asked_by_kwame(c);
}

/* The same, with nothing told yet; *type is what it is one of. */
GIVEN struct task given_untold(struct ctx *c, struct task_type *type)
{
	struct task t = given_asked(c);

	IS(db_script(c, "DELETE FROM message; DELETE FROM notification"), OK);
	IS(type_get(c, t.type, type), OK);
	return t;
}

#endif
