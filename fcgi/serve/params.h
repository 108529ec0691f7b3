#ifndef SERVE_PARAMS_H
#define SERVE_PARAMS_H

/* params: the FastCGI parameters that nginx sends, into struct req and its ctx. No idea of libfcgi.
 */

#include "http/http.h"

/*
 * `envp` is "NAME=value" strings, ended by NULL; everything kept is copied into the arena. Text
 * that is not UTF-8 is cleaned. *body_len is CONTENT_LENGTH, 0 when there is none. ERR_MALFORMED: a
 * parameter came twice (nginx sends a repeated request header that way, and only one of them would
 * be judged), or CONTENT_LENGTH is no number.
 */
MUST_USE enum err params_read(char *const *envp, struct req *r, int64_t *body_len);

#endif
