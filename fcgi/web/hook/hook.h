#ifndef WEB_HOOK_HOOK_H
#define WEB_HOOK_HOOK_H

/*
 * hook: where Dkron says what happens (interface.md 6), and where Prometheus reads our counters.
 * nginx offers it on the local listener only.
 */

#include "http/http.h"

extern const struct site hook_site;

enum err hook_dkron(struct req *r, struct resp *w);
enum err hook_text(struct req *r, struct resp *w);
enum err hook_metrics(struct req *r, struct resp *w);

/* ERR_UNAUTHENTICATED unless `token` (may be NULL) is SIGNALBOX_HOOK_TOKEN; compared in constant
 * time. */
MUST_USE enum err hook_token(struct req *r, const char *token);

/* The job's name without our namespace; NULL: it is not in it. */
const char *hook_our_name(const struct req *r, const char *job);

/* A malformed payload: logged and counted; gives `e` back. */
enum err hook_refused(struct req *r, enum err e);

#endif
