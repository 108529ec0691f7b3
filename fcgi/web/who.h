#ifndef WEB_WHO_H
#define WEB_WHO_H

/* who: from the credentials of a request to the actor; the same for every pool that knows people.
 */

#include "http/http.h"

#define SESSION_COOKIE "__Host-signalbox"

/*
 * Fills ctx->actor, and r->csrf for a browser session. A bearer token counts alone: no cookie
 * beside it is looked at. A credential that is missing, broken, ended or revoked makes nobody,
 * which is OK. ERR_UNAVAILABLE: the database is away.
 */
MUST_USE enum err web_who(struct req *r);

#endif
