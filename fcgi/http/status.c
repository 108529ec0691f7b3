/* The one table from our errors to HTTP's statuses. */

#include <assert.h>

#include "http/http.h"

static const struct {
	int status;
	const char *code;
} statuses[] = {
	[OK] = { 200, "ok" },
	[ERR_INVALID] = { 422, "invalid" },
	[ERR_MALFORMED] = { 400, "invalid" },
	[ERR_UNAUTHENTICATED] = { 401, "unauthenticated" },
	[ERR_FORBIDDEN] = { 403, "forbidden" },
	[ERR_NOT_FOUND] = { 404, "not_found" },
	[ERR_METHOD] = { 405, "method_not_allowed" },
	[ERR_CONFLICT] = { 409, "conflict" },
	[ERR_STALE] = { 412, "stale" },
	[ERR_TOO_LARGE] = { 413, "too_large" },
	[ERR_UNSUPPORTED] = { 415, "unsupported" },
	[ERR_TOO_MANY] = { 429, "too_many" },
	[ERR_UNAVAILABLE] = { 503, "unavailable" },
	[ERR_INTERNAL] = { 500, "internal" },
};

int status_of(enum err e)
{
	assert((size_t)e < LENGTH(statuses));
	return statuses[e].status;
}

const char *status_code(enum err e)
{
	assert((size_t)e < LENGTH(statuses));
	return statuses[e].code;
}

const char *status_phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};

	for (size_t i = 0; i < LENGTH(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return status < 400 ? "OK" : "Error";
}
