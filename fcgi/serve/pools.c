#include "serve/pools.h"

#include <string.h>

#include "engine/engine.h"
#include "web/admin/admin.h"
#include "web/api/api.h"
#include "web/auth/auth.h"
#include "web/gate/gate.h"
#include "web/hook/hook.h"

/* clang-format off */
const struct pool pools[] = {
	{ "auth",   &auth_site,   "signalbox_auth",   DB_PANEL,  10, NULL },
	{ "admin",  &admin_site,  "signalbox_admin",  DB_PANEL,  30, "" },
	{ "api",    &api_site,    "signalbox_api",    DB_PANEL,  30, NULL },
	{ "hook",   &hook_site,   "signalbox_hook",   DB_PANEL,  30, NULL },
	{ "gate",   &gate_site,   "signalbox_gate",   DB_PANEL,  30, "no-dashboard.html" },
	{ "engine", &engine_site, "signalbox_engine", DB_ENGINE, 90, NULL },
};
/* clang-format on */

const size_t npools = LENGTH(pools);

const struct pool *pool_named(const char *name)
{
	for (size_t i = 0; i < npools; i++)
		if (strcmp(pools[i].name, name) == 0)
			return &pools[i];
	return NULL;
}

size_t pool_body_max(const struct pool *pool)
{
	size_t max = 0;

	for (size_t i = 0; i < pool->site->nroutes; i++)
		if (pool->site->routes[i].limit > max)
			max = pool->site->routes[i].limit;
	return max;
}
