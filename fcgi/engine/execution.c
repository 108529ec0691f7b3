#include "engine/execution.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "engine/gotext.h"
#include "engine/node.h"

/* clang-format off */
const struct db_field engine_execution_fields[] = {
#define FIELD(member) DB_FIELD(struct engine_execution, member)
	FIELD(job), FIELD(started_at), FIELD(grp), FIELD(attempt), FIELD(finished_at), FIELD(success), FIELD(truncated), FIELD(output),
	DB_END
#undef FIELD
};
/* clang-format on */

const char *engine_execution_id(struct arena *a, int64_t started_at)
{
	return arena_printf(a, "%" PRId64 "-" NODE_NAME, started_at);
}

bool engine_execution_started(const char *id, int64_t *started_at)
{
	char digits[24];
	size_t n = strcspn(id, "-");

	if (n >= sizeof(digits) || strcmp(id + n, "-" NODE_NAME) != 0)
		return false;
	memcpy(digits, id, n);
	digits[n] = '\0';
	return text_int64(digits, 1, INT64_MAX, started_at);
}

struct json *engine_execution_json(
    struct arena *a, const struct engine_execution *e, const struct zone *zone)
{
	struct json *v = json_object(a);

	json_set(v, "id", json_string(a, engine_execution_id(a, e->started_at)));
	json_set(v, "job_name", json_string(a, e->job));
	json_set(v, "started_at", json_string(a, gotext_time(a, e->started_at, zone)));
	json_set(v, "finished_at", json_string(a, gotext_time(a, e->finished_at, zone)));
	json_set(v, "success", json_boolean(a, e->success));
	if (e->output.len > 0)
		json_set(v, "output", json_string_n(a, e->output.bytes, e->output.len));
	json_set(v, "node_name", json_string(a, NODE_NAME));
	json_set(v, "group", json_number(a, e->grp));
	json_set(v, "attempt", json_number(a, e->attempt));
	return v;
}
