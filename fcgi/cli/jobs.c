/* signalbox jobs import, jobs export: many jobs at once, with all rights. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "core/buf.h"
#include "model/import.h"
#include "model/job.h"

static enum err read_file(struct cli *x, const char *path, const char **text, size_t *len)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	char chunk[16 * 1024];
	struct buf b;
	size_t n;

	if (file == NULL)
		return fail(&x->c, ERR_INVALID, path, "%s", strerror(errno));
	buf_init(&b, x->c.arena, IMPORT_BYTES_MAX + 1);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(&b, chunk, n);
	bool broken = ferror(file) != 0;
	if (!standard)
		fclose(file);
	if (broken)
		return fail(&x->c, ERR_INTERNAL, path, "cannot be read");
	if (b.full)
		return fail(&x->c, ERR_TOO_LARGE, path, "has more than %d bytes", IMPORT_BYTES_MAX);
	*text = b.data;
	*len = b.len;
	return OK;
}

static void print_item(const struct import_item *item)
{
	static const char *const kinds[] = { "create", "change", "same", "refused" };

	printf("%-8s %s", kinds[item->kind], *item->name != '\0' ? item->name : "-");
	for (size_t i = 0; i < item->nchanges; i++)
		printf("%s %s: %s -> %s", i == 0 ? " " : ";", item->changes[i].label,
		    item->changes[i].before, item->changes[i].after);
	if (item->kind == IMPORT_REFUSED)
		printf("  %" PRId64 ": %s%s%s", item->line, item->field != NULL ? item->field : "",
		    item->field != NULL ? " " : "", item->message);
	puts("");
}

enum err verb_jobs_import(struct cli *x)
{
	const char *path, *format = "dkron";
	struct import import = { .reason = "Imported on the command line" };
	const struct cli_option options[] = {
		{ "format", 0, .text = &format },
		{ "team", 0, .text = &import.team },
		{ "preview", 0, .flag = &import.preview },
		{ "user-column", 0, .flag = &import.user_column },
	};
	struct import_plan plan;

	TRY(cli_arguments(x, options, LENGTH(options), &path, 1, 1));
	if (import_format(&x->c, format, &import.format) != OK)
		return cli_usage(x, "no format %s: dkron or crontab", format);
	TRY(read_file(x, path, &import.text, &import.len));
	TRY(cli_database(x));
	enum err e = job_import(&x->c, &import, &plan);
	if (e == ERR_MALFORMED)
		e = ERR_INVALID; /* of the file, not of the words on the command line */
	TRY(e);
	for (size_t i = 0; i < plan.n; i++)
		print_item(&plan.items[i]);
	for (size_t i = 0; i < plan.nnotes; i++)
		printf("note     %" PRId64 ": %s\n", plan.notes[i].line, plan.notes[i].message);
	printf("%s: %zu to create, %zu to change, %zu the same, %zu refused\n",
	    plan.done        ? "done"
	    : import.preview ? "preview"
			     : "nothing was done",
	    plan.count[IMPORT_CREATE], plan.count[IMPORT_CHANGE], plan.count[IMPORT_SAME],
	    plan.count[IMPORT_REFUSED]);
	if (plan.count[IMPORT_REFUSED] == 0)
		return OK;
	return fail(&x->c, ERR_INVALID, path, "%zu jobs are refused", plan.count[IMPORT_REFUSED]);
}

enum err verb_jobs_export(struct cli *x)
{
	const char *text, *format = "dkron";
	struct job_query query = { .limit = 1 };
	const struct cli_option options[] = {
		{ "format", 0, .text = &format },
		{ "team", 0, .text = &query.team },
		{ "tag", 0, .text = &query.tag },
	};
	size_t len;

	TRY(cli_arguments(x, options, LENGTH(options), NULL, 0, 0));
	bool dkron = strcmp(format, "dkron") == 0;
	if (!dkron && strcmp(format, "signalbox") != 0)
		return cli_usage(x, "no format %s: dkron or signalbox", format);
	TRY(cli_database(x));
	TRY(job_export(&x->c, &query, dkron, &text, &len));
	if (fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0)
		return fail(&x->c, ERR_INTERNAL, "output", "%s", strerror(errno));
	return OK;
}
