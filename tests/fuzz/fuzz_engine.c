/* What the embedded engine reads as Dkron reads it: the first byte says whether a command line,
 * base64 or the JSON of a job follows. */

#include <string.h>

#include "core/json.h"
#include "engine/argv.h"
#include "engine/base64.h"
#include "engine/job_body.h"
#include "fuzz/fuzz.h"

static void try_words(struct ctx *c, const char *line)
{
	char **argv;

	if (argv_split(c, line, &argv) != OK)
		return;
	MUST(argv[0] != NULL);
	size_t all = 0;
	for (char **word = argv; *word != NULL; word++)
		all += strlen(*word);
	MUST(all <= strlen(line)); /* nothing is expanded */
}

static void try_base64(struct ctx *c, const char *text)
{
	const char *bytes;
	size_t len;

	if (gobase64_decode(c, text, &bytes, &len) == OK)
		MUST(bytes[len] == '\0' && len <= strlen(text) / 4 * 3);
}

/* What was taken has every field, and is taken again. */
static void try_job(struct ctx *c, const char *text, size_t size)
{
	struct json *job, *again;

	if (job_body_read(c, text, size, &job) != OK) {
		MUST(*c->fault.detail != '\0');
		return;
	}
	const char *written = json_write(c->arena, job);
	MUST(job_body_read(c, written, strlen(written), &again) == OK);
	MUST(json_equal(job, again));
}

FUZZ_ENTRY(engine)
{
	if (size == 0 || size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	const char *text = arena_strndup(c.arena, (const char *)data + 1, size - 1);

	if (*data == 'w')
		try_words(&c, text);
	else if (*data == 'b')
		try_base64(&c, text);
	else
		try_job(&c, text, size - 1);
	arena_destroy(c.arena);
	return 0;
}
