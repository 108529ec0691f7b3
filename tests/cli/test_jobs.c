/* jobs import and export, as a person types them. Nothing stays: previews, refusals, and jobs of a
 * team of this run alone. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/program.h"
#include "lib/check.h"

TEST(jobs_import_previews_and_says_what_is_refused)
{
	const char *const *db = with_database();
	const struct program *p = program(db, "# nightly\n0 5 * * * /opt/cli-preview.sh\n", "jobs",
	    "import", "-", "--format", "crontab", "--team", "ops", "--preview", NULL);

	IS(p->status, 0);
	HAS(p->out, "create   cli-preview\n");
	HAS(p->out, "preview: 1 to create, 0 to change, 0 the same, 0 refused\n");
	p = program(db, "@daily cli-preview\n\n@reboot x\n", "jobs", "import", "-", "--format",
	    "crontab", NULL);
	IS(p->status, 1);
	HAS(p->out, "refused  -  3: schedule @reboot has no counterpart");
	HAS(p->out, "nothing was done: 1 to create, 0 to change, 0 the same, 1 refused\n");
	SAME(p->err, "signalbox: -: 1 jobs are refused\n");
	LACKS(program(db, "", "jobs", "export", NULL)->out, "cli-preview");
}

TEST(jobs_import_names_what_is_wrong)
{
	const char *const *db = with_database();
	const struct program *p = program(db, "", "jobs", "import", "-", "--format", "yaml", NULL);

	IS(p->status, 2);
	HAS(p->err, "no format yaml");
	IS(program(db, "", "jobs", "import", NULL)->status, 2);
	p = program(db, "", "jobs", "import", "/nowhere/at/all", NULL);
	IS(p->status, 1);
	SAME(p->err, "signalbox: /nowhere/at/all: No such file or directory\n");
	p = program(db, "[", "jobs", "import", "-", NULL);
	IS(p->status, 1);
	IS(program(db, "", "jobs", "export", "--format", "xml", NULL)->status, 2);
	HAS(program(db, "", "jobs", "export", "--team", "nobodys", NULL)->err, "signalbox: team: ");
}

TEST(jobs_export_is_what_import_takes)
{
	const char *const *db = with_database();
	char team[40], list[400];
	const struct program *p;

	snprintf(team, sizeof(team), "cli-%d", getpid());
	snprintf(list, sizeof(list),
	    "[{\"name\":\"%s\",\"schedule\":\"@manually\",\"disabled\":true,\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}}]",
	    team);
	IS(program(db, "", "team", "add", team, NULL)->status, 0);
	p = program(db, list, "jobs", "import", "-", "--team", team, NULL);
	IS(p->status, 0);
	HAS(p->out, "done: 1 to create");
	p = program(db, "", "jobs", "export", "--team", team, NULL);
	IS(p->status, 0);
	HAS(p->out, team);
	p = program(db, p->out, "jobs", "import", "-", "--preview", NULL);
	HAS(p->out, "preview: 0 to create, 0 to change, 1 the same, 0 refused\n");
}

TEST(cleanup_counts_what_it_would_take)
{
	const char *const *db = with_database();
	const struct program *p = program(db, "", "cleanup", "--dry-run", "--days", "0", NULL);

	IS(p->status, 0);
	SAME(p->out, "0 jobs would be deleted, 0 left\n");
	IS(program(db, "", "cleanup", "--days", "soon", NULL)->status, 2);
	IS(program(db, "", "cleanup", "--days", "-1", NULL)->status, 2);
}
