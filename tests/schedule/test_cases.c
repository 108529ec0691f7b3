/*
 * What a real Dkron 4.1.2 answered, line by line (cases.jsonl), against what we say.
 *
 * Its own field `next` is not followed where it differs from `scheduler_next`, when it does fire:
 * it is reckoned in the server's zone whatever the job's (Dkron issue #1031), is not made anew when
 * only the zone changes, and for an @after within its grace is the moment of the answer.
 */

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schedule/given.h"

enum { LINES = 231, ARENA = 4 << 20 };

static const char *member(json_object *line, const char *name)
{
	return json_object_get_string(json_object_object_get(line, name));
}

/* We refuse control characters, some of which Dkron trims; a NUL ends the string before. */
static bool is_ours_to_refuse(json_object *line)
{
	json_object *expression = json_object_object_get(line, "schedule");
	const char *text = json_object_get_string(expression);

	return strchr(text, '\n') != NULL ||
	       strlen(text) != (size_t)json_object_get_string_len(expression);
}

/* What Dkron said after "Job validation failed: can't parse job schedule: ", up to its first
 * colon: from there on it is the Go library that speaks, and we say it better. */
static void check_words(const char *error, const char *detail)
{
	const char *said = strstr(error, "can't parse job schedule: ");
	char begin[16];

	said = said ? said + strlen("can't parse job schedule: ") : strstr(error, "failed: ") + 8;
	snprintf(begin, sizeof(begin), "%.*s", (int)strcspn(said, ":[."), said);
	if (strncmp(detail, begin, strlen(begin)) != 0)
		check_fail(__FILE__, __LINE__, "\"%s\" does not begin as \"%s\"", detail, said);
}

static void check_refused(struct ctx *c, json_object *line)
{
	const char *error = member(line, "error");
	bool of_zone = *error != '\0' && strstr(error, "can't parse job schedule") == NULL;

	SAME(c->fault.field, of_zone ? "timezone" : "schedule");
	if (*error != '\0') /* nothing is said with a 500 */
		check_words(error, c->fault.detail);
}

static void check_next(const struct schedule *s, json_object *line)
{
	const char *want = member(line, "scheduler_next");
	int64_t now, next, want_us;

	IS(literal_moment(member(line, "now"), &now), true);
	IS(literal_moment(want, &want_us), true);
	bool fires = schedule_next(s, now, &next);
	IS(fires, strncmp(want, "0001", 4) != 0);
	if (fires)
		IS(next, want_us);
}

static void check_line(json_object *line)
{
	struct ctx c = { .arena = arena_create(ARENA) };
	struct schedule *s = NULL;
	enum err e = schedule_parse(
	    &c, member(line, "schedule"), member(line, "timezone"), member(line, "name"), &s);
	int status = json_object_get_int(json_object_object_get(line, "status"));

	if (is_ours_to_refuse(line)) {
		if (strchr(member(line, "schedule"), '\n') != NULL)
			IS(e, ERR_INVALID);
	} else if (status == 201) {
		IS(e, OK);
		if (e == OK)
			check_next(s, line);
	} else {
		IS(e, ERR_INVALID);
		if (e == ERR_INVALID)
			check_refused(&c, line);
	}
	if (e != OK && status == 201 && !is_ours_to_refuse(line))
		check_fail(__FILE__, __LINE__, "refused: %s", member(line, "schedule"));
	arena_destroy(c.arena);
}

TEST(every_answer_of_a_real_dkron_is_ours_too)
{
	FILE *f = fopen("tests/schedule/cases.jsonl", "r");
	char text[4096];
	int lines = 0;

	IS(f != NULL, true);
	if (f == NULL)
		return;
	for (; fgets(text, sizeof(text), f) != NULL; lines++) {
		json_object *line = json_tokener_parse(text);
		check_line(line);
		json_object_put(line);
	}
	fclose(f);
	IS(lines, LINES);
}

/* Within its grace an @after fires as soon as the engine has it: `next`, not `scheduler_next`,
 * which Dkron was asked for only afterwards. */
TEST(an_after_within_its_grace_fires_once_when_it_is_added)
{
	struct ctx c = { .arena = arena_create(ARENA) };
	struct schedule *s = parsed(&c, "@after 2026-11-21T10:05:17Z <PT1H", "");
	int64_t now, next;

	IS(literal_moment("2026-11-21T10:15:20Z", &now), true);
	IS(schedule_next_from(s, now, now, &next), true);
	IS(next, now + 1);
	IS(schedule_next_from(s, now, next, &next), false);
	IS(schedule_next_from(s, now + HOUR_S * SECOND_US, now, &next), false);
	arena_destroy(c.arena);
}
