#include "core/log.h"

#include <string.h>

#include "core/json.h"
#include "lib/ctx.h"
#include "lib/logged.h"

static const char *logged(struct ctx *c, enum log_format format, const struct log_pair *pair)
{
	logged_begin(LOG_INFO, format);
	log_write(c, LOG_DEBUG, "not_this", NULL, 0);
	log_write(c, LOG_WARN, "tried", pair, 1);
	return logged_end(c);
}

CTX_TEST(log_line_is_logfmt)
{
	const char *line = logged(c, LOG_LOGFMT, &LOG_TEXT("job", "hello"));

	HAS(line, "time=20");
	HAS(line, "Z level=warn event=tried pool=check pid=");
	HAS(line, " req=test job=hello\n");
	HAS(logged(c, LOG_LOGFMT, &LOG_INT("n", -5)), " n=-5\n");
	HAS(logged(c, LOG_LOGFMT, &LOG_TEXT("n", NULL)), " n=\"\"\n");
}

CTX_TEST(log_values_cannot_forge_a_line)
{
	const char *hostile = "a\nlevel=error\r\x1b[2J\"\\ \xff\xc2\x9b\xe2\x80\xa8\xc3\xa9";

	HAS(logged(c, LOG_LOGFMT, &LOG_TEXT("v", hostile)),
	    " v=\"a\\nlevel=error\\u000d\\u001b[2J\\\"\\\\ \\ufffd\\u009b\\u2028\xc3\xa9\"\n");
	HAS(logged(c, LOG_LOGFMT, &LOG_TEXT("v", "a b=c")), " v=\"a b=c\"\n");
}

CTX_TEST(log_line_is_json)
{
	struct json *v = NULL;
	const char *line = logged(
	    c, LOG_JSON, &LOG_TEXT("v", "a\n\x1b\"\\\xff\xc2\x9b\xe2\x80\xa8\xc3\xa9"));

	IS(json_parse(c, line, strlen(line), &v), OK);
	SAME(json_text(json_get(v, "event")), "tried");
	SAME(json_text(json_get(v, "level")), "warn");
	SAME(json_text(json_get(v, "v")), "a\n\x1b\"\\\xef\xbf\xbd\xc2\x9b\xe2\x80\xa8\xc3\xa9");
	line = logged(c, LOG_JSON, &LOG_INT("n", INT64_MIN));
	IS(json_parse(c, line, strlen(line), &v), OK);
	IS(json_int(json_get(v, "n")), INT64_MIN);
}

CTX_TEST(log_line_stays_in_one_write)
{
	char *huge = arena_alloc(c->arena, 60001, 1);
	struct json *v = NULL;

	memset(huge, '\n', 60000);
	for (int format = LOG_LOGFMT; format <= LOG_JSON; format++) {
		const char *line = logged(c, (enum log_format)format, &LOG_TEXT("v", huge));
		YES(strlen(line) <= 4096);
		HAS(line, "...\"");
		YES(strchr(line, '\n') == line + strlen(line) - 1);
	}
	const char *line = logged(c, LOG_JSON, &LOG_TEXT("v", huge));
	IS(json_parse(c, line, strlen(line), &v), OK);
}

CTX_TEST(log_leaves_out_whole_pairs_that_do_not_fit)
{
	char *large = arena_alloc(c->arena, 1401, 1);

	memset(large, 'x', 1400);
	logged_begin(LOG_INFO, LOG_LOGFMT);
	log_event(NULL, LOG_INFO, "many", LOG_TEXT("a", large), LOG_TEXT("b", large),
	    LOG_TEXT("c", large), LOG_INT("d", 4));
	const char *text = logged_end(c);
	HAS(text, " b=xxx");
	LACKS(text, " c=");
	HAS(text, "x d=4\n");
	LACKS(text, " req=");
}
