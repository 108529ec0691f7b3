#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

/*
 * config: the one list of settings, alphabetical: name, kind, default, help.
 *
 * Values come from the environment, then from --config FILE (NAME=value lines), then from the
 * default; an empty one counts as not given. A secret may also be given as NAME_FILE: a path whose
 * first line it is; a key's file is taken whole. An unknown SIGNALBOX_ name or a wrong value stops
 * the start with a sentence that names the variable. README's table is made from this one.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/ctx.h"

enum config_kind {
	CONFIG_TEXT,
	CONFIG_SECRET,
	CONFIG_KEY,
	CONFIG_INT,
	CONFIG_URL,
	CONFIG_URLS,
	CONFIG_CHOICE
};

/* clang-format off */
/*      member           NAME (after SIGNALBOX_)  kind           default              range or choices        help */
#define CONFIG_SETTINGS(X) \
	X(agent_advertise, "AGENT_ADVERTISE", CONFIG_TEXT, "", 0, 0, NULL, "address at which other Dkron agents reach the one that signalbox agent starts") \
	X(agent_encrypt,  "AGENT_ENCRYPT",  CONFIG_SECRET, "", 0, 0, NULL, "key that encrypts the gossip of a Dkron cluster") \
	X(agent_env,      "AGENT_ENV",      CONFIG_TEXT,   "", 0, 0, NULL, "names of variables, comma-separated, that jobs may see besides PATH, HOME, the user's, locale and time zone") \
	X(agent_http,     "AGENT_HTTP",     CONFIG_TEXT,   "", 0, 0, NULL, "where the agent's Dkron serves its API, host:port or a port on loopback; empty: 127.0.0.1:8080") \
	X(agent_join,     "AGENT_JOIN",     CONFIG_TEXT,   "", 0, 0, NULL, "agents to join, comma-separated, again and again until one answers") \
	X(agent_node_name, "AGENT_NODE_NAME", CONFIG_TEXT, "", 0, 0, NULL, "the agent's name in its cluster; empty: the host's") \
	X(agent_server,   "AGENT_SERVER",   CONFIG_CHOICE, "false", 0, 0, "true|false", "whether the agent is a server of its cluster") \
	X(agent_tags,     "AGENT_TAGS",     CONFIG_TEXT,   "", 0, 0, NULL, "the agent's tags, name=value, comma-separated; label=SIGNALBOX_LABEL comes by itself") \
	X(agent_workdir,  "AGENT_WORKDIR",  CONFIG_TEXT,   "", 0, 0, NULL, "folder in which the agent works; jobs start there") \
	X(database_url,   "DATABASE_URL",   CONFIG_SECRET, "", 0, 0, NULL, "Postgres connection, URL or keywords; each pool connects as its own role") \
	X(dkron_auth,     "DKRON_AUTH",     CONFIG_SECRET, "", 0, 0, NULL, "user:password for basic authentication in front of Dkron") \
	X(dkron_bin,      "DKRON_BIN",      CONFIG_TEXT,   "", 0, 0, NULL, "the dkron program that make run and agent start; empty: dkron on PATH") \
	X(dkron_bin_dir,  "DKRON_BIN_DIR",  CONFIG_TEXT,   "", 0, 0, NULL, "folder of Dkron releases, a folder a version; signalbox agent fetches SIGNALBOX_DKRON_VERSION into it when it is not there") \
	X(dkron_ca,       "DKRON_CA",       CONFIG_TEXT,   "", 0, 0, NULL, "PEM file of the authority that vouches for https addresses of Dkron; empty: the system's") \
	X(dkron_download_ca, "DKRON_DOWNLOAD_CA", CONFIG_TEXT, "", 0, 0, NULL, "PEM file of who vouches for the server of SIGNALBOX_DKRON_DOWNLOAD_URL; empty: the system's") \
	X(dkron_download_url, "DKRON_DOWNLOAD_URL", CONFIG_TEXT, "https://github.com/distribworks/dkron/releases/download/v{version}/dkron_{version}_{system}_{machine}.tar.gz", 0, 0, NULL, "where releases come from, https only") \
	X(dkron_sha256,   "DKRON_SHA256",   CONFIG_TEXT,   "", 0, 0, NULL, "SHA-256 of the release archive; nothing is fetched without it") \
	X(dkron_url,      "DKRON_URL",      CONFIG_URLS,   "", 0, 0, NULL, "Dkron's API, one or more addresses, comma-separated") \
	X(dkron_version,  "DKRON_VERSION",  CONFIG_TEXT,   "", 0, 0, NULL, "the release of Dkron in SIGNALBOX_DKRON_BIN_DIR, such as 4.1.2") \
	X(drift,          "DRIFT",          CONFIG_CHOICE, "show", 0, 0, "show|revert|adopt", "what becomes of a job that was changed in Dkron itself, unless its team or the job itself says otherwise") \
	X(engine,         "ENGINE",         CONFIG_CHOICE, "dkron", 0, 0, "dkron|embedded", "what runs the jobs") \
	X(hook_token,     "HOOK_TOKEN",     CONFIG_SECRET, "", 0, 0, NULL, "the bearer token that Dkron's webhooks carry") \
	X(hook_url,       "HOOK_URL",       CONFIG_URL,    "", 0, 0, NULL, "where Dkron reaches our hook, such as http://127.0.0.1:8480/hook/dkron") \
	X(keep_days,      "KEEP_DAYS",      CONFIG_INT,    "400", 0, 36500, NULL, "days for which runs are kept, where neither their job nor its team says so; 0 = for ever") \
	X(keep_output_days, "KEEP_OUTPUT_DAYS", CONFIG_INT, "0", 0, 36500, NULL, "days for which output is kept; 0 = as long as its run") \
	X(keep_runs,      "KEEP_RUNS",      CONFIG_INT,    "0", 0, 10000000, NULL, "newest runs of each job that are kept, where its team does not say so; 0 = any number") \
	X(jwt_algorithm,  "JWT_ALGORITHM",  CONFIG_CHOICE, "RS256", 0, 0, "HS256|HS384|HS512|RS256|RS384|RS512|ES256|ES384|ES512", "the one algorithm of the issuer's tokens") \
	X(jwt_audience,   "JWT_AUDIENCE",   CONFIG_TEXT,   "", 0, 0, NULL, "whom a JWT must be meant for (aud)") \
	X(jwt_claim,      "JWT_CLAIM",      CONFIG_TEXT,   "sub", 0, 0, NULL, "the claim of a JWT that names the account") \
	X(jwt_issuer,     "JWT_ISSUER",     CONFIG_TEXT,   "", 0, 0, NULL, "who issues the JWTs that are taken as bearer tokens (iss); empty: none are") \
	X(jwt_key,        "JWT_KEY",        CONFIG_KEY,    "", 0, 0, NULL, "what their signature is checked with: the public key as PEM, or for HS256 and its like the shared secret") \
	X(jwt_scope,      "JWT_SCOPE",      CONFIG_CHOICE, "read", 0, 0, "read|run|write|admin", "the most that a JWT may do") \
	X(label,          "LABEL",          CONFIG_TEXT,   "signalbox", 0, 0, NULL, "metadata value that marks a job in Dkron as ours") \
	X(local_port,     "LOCAL_PORT",     CONFIG_INT,    "8480", 1, 65535, NULL, "loopback port of make run, for hook, engine and metrics; without it the next free one from 8480 on") \
	X(log_format,     "LOG_FORMAT",     CONFIG_CHOICE, "logfmt", 0, 0, "logfmt|json", "form of the log lines") \
	X(log_level,      "LOG_LEVEL",      CONFIG_CHOICE, "info", 0, 0, "debug|info|warn|error", "least level that is logged") \
	X(mail_dir,       "MAIL_DIR",       CONFIG_TEXT,   "", 0, 0, NULL, "folder that mails are written to, a file each, while SIGNALBOX_SMTP_URL is empty") \
	X(mail_from,      "MAIL_FROM",      CONFIG_TEXT,   "", 0, 0, NULL, "sender of mails; needed with SIGNALBOX_SMTP_URL") \
	X(missed_grace_s, "MISSED_GRACE_S", CONFIG_INT,    "60", 5, 600, NULL, "seconds that a fire may be late before it counts as missed") \
	X(namespace,      "NAMESPACE",      CONFIG_TEXT,   "", 0, 0, NULL, "prefix of our jobs' names in Dkron, such as team-") \
	X(port,           "PORT",           CONFIG_INT,    "8443", 1, 65535, NULL, "TLS port of make run; without it the next free one from 8443 on") \
	X(ready_token,    "READY_TOKEN",    CONFIG_SECRET, "", 0, 0, NULL, "bearer token that lets /readyz tell details") \
	X(reconcile_s,    "RECONCILE_S",    CONFIG_INT,    "30", 1, 3600, NULL, "seconds between two full comparisons with Dkron") \
	X(secret_key,     "SECRET_KEY",     CONFIG_SECRET, "", 0, 0, NULL, "what secrets such as those of webhooks are encrypted with, 32 characters or more; a lost one cannot be replaced") \
	X(sentry_url,     "SENTRY_URL",     CONFIG_SECRET, "", 0, 0, NULL, "where check-ins of every run go, with `<monitor_slug>` where the job's name belongs; empty: nowhere") \
	X(session_idle_s, "SESSION_IDLE_S", CONFIG_INT,    "43200", 60, 2592000, NULL, "seconds without a request after which a session ends") \
	X(session_max_s,  "SESSION_MAX_S",  CONFIG_INT,    "1209600", 60, 31536000, NULL, "seconds after sign-in at which a session ends") \
	X(smtp_ca,        "SMTP_CA",        CONFIG_TEXT,   "", 0, 0, NULL, "file of the authorities that may have signed the mail server's certificate; empty: the system's") \
	X(smtp_url,       "SMTP_URL",       CONFIG_SECRET, "", 0, 0, NULL, "mail server: smtp:// (with STARTTLS unless on loopback) or smtps://, user:password@ before the host where it asks") \
	X(templates,      "TEMPLATES",      CONFIG_TEXT,   "templates", 0, 0, NULL, "folder of the templates") \
	X(url,            "URL",            CONFIG_URL,    "https://localhost:8443/", 0, 0, NULL, "the public address, as a browser sees it") \
	X(webhook_allow,  "WEBHOOK_ALLOW",  CONFIG_TEXT,   "", 0, 0, NULL, "hosts, addresses and networks that webhooks may go to although they are private or without https, comma-separated") \
	X(webhook_ca,     "WEBHOOK_CA",     CONFIG_TEXT,   "", 0, 0, NULL, "file of the authorities that may have signed the certificates of webhooks and http_calls; empty: the system's") \
	X(workers,        "WORKERS",        CONFIG_INT,    "2", 1, 64, NULL, "processes of each pool")
/* clang-format on */

enum config_from { CONFIG_DEFAULT, CONFIG_FILE, CONFIG_ENVIRONMENT };

enum {
#define X(member, name, kind, standard, min, max, choices, help) CONFIG_OF_##member,
	CONFIG_SETTINGS(X)
#undef X
	    CONFIG_COUNT
};

struct config {
#define X(member, name, kind, standard, min, max, choices, help) const char *member;
	CONFIG_SETTINGS(X)
#undef X
	unsigned char from[CONFIG_COUNT]; /* enum config_from, in the order of the table */
};

/* One row as it is in effect; false past the end of the table. A secret's value is not told, only
 * whether there is one. */
struct config_row {
	const char *name; /* without SIGNALBOX_ */
	const char *value, *help;
	bool secret, set;
	enum config_from from;
};
bool config_row(const struct config *config, size_t i, struct config_row *out);
const char *config_from_words(enum config_from from); /* "environment", "file", "default" */

/* Reads and checks everything; what it allocates lives as long as the process. On error the fault's
 * field is the variable's full name. `file` NULL: the environment alone. */
MUST_USE enum err config_load(struct ctx *c, const char *file, struct config *out);

int64_t config_int(const char *value); /* a value of CONFIG_INT, which config_load() has checked */

/* Name, value (secrets masked) and help, a line each; `markdown` gives README's table instead. */
void config_print(FILE *to, const struct config *config);
void config_print_markdown(FILE *to);

#endif
