#ifndef WEB_HINT_H
#define WEB_HINT_H

/* hint: what a schedule means, in words, times and warnings; the API and the form's helper give the
 * same. */

#include "http/http.h"

/*
 * Reads ?expression=&timezone=&count=&job= and answers
 * {"sentence","next":[...],"warnings":[{"code","message"}]}. ERR_INVALID as for a job: at
 * "schedule" or "timezone", in the same words.
 */
MUST_USE enum err hint_schedule(struct req *r, struct json **out);

#endif
