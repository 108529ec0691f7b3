#ifndef ENGINE_ANSWER_H
#define ENGINE_ANSWER_H

/* answer: responses as Dkron words them. Each carries X-Whom, the node. */

#include "http/http.h"

/* JSON as Go writes it, indented when the query has "pretty". */
void answer_json(struct req *r, struct resp *w, int status, const struct json *v);

/* The same for text that is JSON already; `text` belongs to the arena. */
void answer_written(struct req *r, struct resp *w, int status, const char *text);

void answer_text(struct req *r, struct resp *w, int status, const char *text);

/* Nothing but a status: Dkron's usual way of saying no. */
void answer_status(struct req *r, struct resp *w, int status);

/* "?pretty" and "?runoncreate" count when they are there, whatever they say. */
bool answer_asked(const struct req *r, const char *name);

/* The value of a query parameter, the first one when it is given twice, or `standard`. */
const char *answer_query(const struct req *r, const char *name, const char *standard);

/* strconv.Atoi() without a look at its error: no number is 0, one that is too large the largest. */
int64_t answer_number(const char *s);

#endif
