#ifndef REMOTE_EASY_H
#define REMOTE_EASY_H

/* easy: one curl handle with our rules on it, and the answer it gathers; shared by http.c and
 * set.c. */

#include <curl/curl.h>

#include "remote/http.h"

struct easy {
	CURL *curl;
	struct curl_slist *headers;
	char *body; /* gathered so far, malloc */
	size_t len, size, max;
	bool too_large;
	char why[CURL_ERROR_SIZE];
};

struct easy *easy_create(const struct remote_ask *ask); /* curl copies all that it needs */
void easy_destroy(struct easy *e);                      /* NULL is allowed */
void easy_answer(struct easy *e, CURLcode rc, struct arena *a, struct remote_answer *out);

#endif
