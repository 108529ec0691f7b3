/* What an engine answers: a job of any shape is compared and taken over without harm, and whatever
 * it says of a refusal becomes a sentence. */

#include <string.h>

#include "core/text.h"
#include "fuzz/fuzz.h"
#include "model/job_spec.h"
#include "model/takeover.h"
#include "remote/dkron.h"

/* Of what is ours by now, the engine's own copy differs in nothing that would be adopted. */
static void check_adopted(struct ctx *c, const struct json *theirs)
{
	struct json *spec, *again;

	if (spec_make(c, "x", NULL, spec_adopted(c, "x", NULL, theirs), &spec) != OK) {
		MUST(c->fault.detail != NULL && *c->fault.detail != '\0');
		return;
	}
	MUST(spec_make(c, "x", NULL, spec, &again) == OK && json_equal(spec, again));
}

static void check(struct ctx *c, const struct json *job)
{
	struct json *theirs = spec_of_engine(c, job);
	struct spec_change *changes;
	const char *fields;

	MUST(json_equal(spec_of_engine(c, theirs), theirs));
	MUST(spec_engine_differs(c, theirs, theirs, &fields) == OK && *fields == '\0');
	(void)spec_engine_diff(c, theirs, NULL, &changes);
	(void)spec_is_labelled(c, job);
	MUST(takeover_is_same(c, theirs, job));
	check_adopted(c, theirs);
}

FUZZ_ENTRY(dkron)
{
	if (size > FUZZ_INPUT_MAX / 4)
		return 0;
	struct ctx c = fuzz_ctx();
	const char *text = arena_strndup(c.arena, (const char *)data, size);
	struct remote_answer answer = {
		.end = REMOTE_ANSWERED, .status = 400, .body = text, .len = size
	};
	struct json *v;

	const char *words = dkron_words(c.arena, &answer);
	MUST(*words != '\0' && text_is_line(words, 1, FUZZ_INPUT_MAX));
	if (json_parse_loose(&c, text, size, &v) == OK && json_type(v) == JSON_OBJECT)
		check(&c, v);
	arena_destroy(c.arena);
	return 0;
}
