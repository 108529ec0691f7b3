#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "core/time.h"
#include "db/db.h"
#include "model/health.h"
#include "serve/pools.h"
#include "static_names.h"
#include "view/view.h"

/* One line a finding; the first that fails is what the verb fails with. */
static enum err report(struct cli *x, enum err so_far, enum err e, const char *what)
{
	printf("%-7s %s", e == OK ? "ok" : "FAILED", what);
	if (e != OK)
		printf(": %s", x->c.fault.detail);
	putchar('\n');
	return so_far != OK ? so_far : e;
}

/* Connecting prepares every statement of the set, so this finds a wrong one, and a missing right to
 * connect. */
static enum err try_database(struct cli *x, const char *role, enum db_set set)
{
	x->c.db = db_open(x->config.database_url, role, set);
	enum err e = db_connect(&x->c);
	db_close(x->c.db);
	x->c.db = NULL;
	if (e != OK)
		return fail(&x->c, e, "database", "cannot be used: see the log line above");
	return OK;
}

static enum err check_databases(struct cli *x, enum err so_far)
{
	struct arena *a = x->c.arena;

	for (size_t i = 0; i < npools; i++) {
		enum err e = try_database(x, pools[i].role, pools[i].set);
		so_far = report(
		    x, so_far, e, arena_printf(a, "database as %s, its statements", pools[i].role));
	}
	return report(x, so_far, try_database(x, "signalbox_work", DB_PANEL),
	    "database as signalbox_work, its statements");
}

/* `make` puts them beside the program, `make install` into share. */
static enum err check_static(struct cli *x)
{
	static const char *const files[] = { STATIC_CSS, STATIC_JS, STATIC_ICON };
	static const char *const folders[] = { "", "/../share/signalbox" };
	char *program = realpath("/proc/self/exe", NULL);

	if (program == NULL)
		return fail(&x->c, ERR_INTERNAL, "static", "this program cannot find itself");
	char *here = arena_strdup(x->c.arena, program);
	free(program);
	*strrchr(here, '/') = '\0';
	for (size_t i = 0; i < LENGTH(folders); i++) {
		size_t found = 0;
		for (size_t k = 0; k < LENGTH(files); k++)
			found += access(
				     arena_printf(x->c.arena, "%s%s%s", here, folders[i], files[k]),
				     R_OK) == 0;
		if (found == LENGTH(files))
			return OK;
	}
	return fail(&x->c, ERR_NOT_FOUND, "static", "not the ones this program was built with");
}

/* What the page /settings tells too. An engine that is away is no fault of what is installed here,
 * so it does not fail the check. */
static void tell_health(struct cli *x)
{
	struct health_report report;

	x->c.db = db_open_briefly(x->config.database_url, NULL);
	if (health_look(&x->c, &report) == OK)
		for (size_t i = 0; i < report.n; i++) {
			const struct finding *f = &report.list[i];
			printf("%-8s %s: %s%s%s\n", health_words(f->health), f->what, f->detail,
			    f->advice != NULL ? ". " : "", f->advice != NULL ? f->advice : "");
		}
	db_close(x->c.db);
	x->c.db = NULL;
}

enum err verb_check(struct cli *x)
{
	bool table = false, audit = false;
	const char *anchor = NULL;
	const struct cli_option options[] = { { "config-table", 0, .flag = &table },
		{ "audit", 0, .flag = &audit }, { "anchor", 0, .text = &anchor } };
	enum err e = OK;

	TRY(cli_arguments(x, options, LENGTH(options), NULL, 0, 0));
	if (table) {
		config_print_markdown(stdout);
		return OK;
	}
	if (anchor != NULL && !audit)
		return cli_usage(x, "--anchor goes with --audit");
	if (x->c.config == NULL)
		TRY(config_load(&x->c, NULL, &x->config));
	x->c.config = &x->config;
	if (audit)
		return verb_check_audit(x, anchor);
	config_print(stdout, &x->config);
	x->c.now_us = time_now_us();
	e = check_databases(x, e);
	if (e == OK)
		tell_health(x);
	e = report(x, e, view_setup(&x->c, x->config.templates), "templates");
	e = report(x, e, check_static(x), "static files");
	if (e != OK)
		return fail(&x->c, e, NULL, "not everything is in order");
	return OK;
}
