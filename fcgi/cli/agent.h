#ifndef CLI_AGENT_H
#define CLI_AGENT_H

/* agent: what the files of the agent verb share. */

#include "cli/cli.h"
#include "core/json.h"

/* Dkron's own flags as they were given, over what the configuration says, with our webhooks: as the
 * settings of its file. */
MUST_USE enum err agent_settings(struct cli *x, struct json **out, bool *fetch_only);

/* The program to become: SIGNALBOX_DKRON_BIN, else that of SIGNALBOX_DKRON_BIN_DIR and _VERSION,
 * which is fetched when it is not there, else dkron on PATH. */
MUST_USE enum err agent_program(struct cli *x, const char **out);

/* Downloads a release into `folder` unless it is there: over https only, and only what has the
 * configured checksum. */
MUST_USE enum err agent_fetch(struct cli *x, const char *folder);

#endif
