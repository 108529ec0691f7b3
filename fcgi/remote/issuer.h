#ifndef REMOTE_ISSUER_H
#define REMOTE_ISSUER_H

/*
 * issuer: bearer tokens that are JWTs of the one configured issuer.
 *
 * libjwt 1.10 checks the signature and nothing else, takes the algorithm from the token, and so an
 * RSA public key as the secret of an HS256 token. So here the header is read first and must name
 * exactly the configured algorithm; the claims are read by us, from the very bytes that were
 * signed.
 */

#include "core/ctx.h"

bool issuer_is_known(const struct ctx *c); /* whether any JWT is taken at all */

/*
 * The signature, iss, aud (a string, or a list that holds it), exp (must be there) and nbf, with 60
 * s for clocks that differ. *account: what the configured claim says. ERR_UNAUTHENTICATED, with one
 * sentence for all that can be wrong; the log says which.
 */
MUST_USE enum err issuer_check(struct ctx *c, const char *token, const char **account);

#endif
