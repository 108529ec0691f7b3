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
	const char *allow; /* NULL: connects wherever the URL leads; malloc */
	bool kept_out;     /* the address was none of those */
	char *upload;      /* what is being sent, malloc */
	size_t upload_len, uploaded;
	char said[128]; /* the last line of a mail server */
	char why[CURL_ERROR_SIZE];
};

struct remote_mail;
struct easy *easy_mail(const struct remote_mail *mail); /* in smtp.c */
void *easy_must(void *p); /* ends the process when it is NULL: no memory is left */
struct easy *easy_create(const struct remote_ask *ask); /* curl copies all that it needs */
void easy_destroy(struct easy *e);                      /* NULL is allowed */
void easy_answer(struct easy *e, CURLcode rc, struct arena *a, struct remote_answer *out);

#endif
