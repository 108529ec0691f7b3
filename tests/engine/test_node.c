#include <string.h>

#include "engine/node.h"
#include "lib/ctx.h"

static bool fits(struct ctx *c, const char *text)
{
	struct json *tags = NULL;

	IS(json_parse(c, text, strlen(text), &tags), OK);
	return node_fits(c->arena, tags);
}

CTX_TEST(engine_job_runs_here_when_all_its_tags_are_ours)
{
	YES(node_fits(c->arena, NULL));
	YES(fits(c, "{}"));
	YES(fits(c, "{\"region\":\"global\"}"));
	YES(fits(c, "{\"region\":\"global:1\",\"server\":\"true:7\"}"));
	YES(!fits(c, "{\"region\":\"global\",\"tier\":\"web\"}"));
	YES(!fits(c, "{\"region\":\"glob\"}"));
	YES(!fits(c, "{\"region\":\"globally\"}"));
}

CTX_TEST(engine_count_of_nodes_below_one_means_nowhere)
{
	YES(!fits(c, "{\"region\":\"global:0\"}"));
	YES(!fits(c, "{\"region\":\"global:-1\"}"));
	YES(!fits(c, "{\"region\":\"global:x\"}"));
	YES(fits(
	    c, "{\"region\":\"global:1:0\"}")); /* Dkron heeds no count behind a second colon */
}
