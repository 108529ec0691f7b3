#ifndef HTTP_DOC_H
#define HTTP_DOC_H

/*
 * doc: what a route takes and what it answers, as data.
 *
 * dispatch() judges the query and the JSON body of a documented route by this table before its
 * handler is asked, the API document is printed from it, and the tests hold every answer against
 * it. So what it says is so.
 */

#include "http/http.h"

enum kind {
	KIND_END = 0, /* behind the last field of a table */
	KIND_LINE,    /* text without control characters; min, max in characters; max 0: any */
	KIND_TEXT,    /* the same, but tabs and line feeds may stand in it */
	KIND_STRING,  /* text of any characters: in answers, what others said */
	KIND_INT,     /* min, max of the number; both 0: any */
	KIND_NUMBER,  /* a number, maybe with a fraction; never in a query */
	KIND_BOOL,    /* in a query: true or false */
	KIND_TIME,    /* RFC 3339 */
	KIND_OBJECT,  /* of `shape` */
	KIND_LIST,    /* of `shape`; without one, of texts */
	KIND_NUMBERS, /* a list of whole numbers from 1 on; min, max of how many there are */
	KIND_MAP,     /* an object of texts, under any names */
	KIND_MAPS,    /* an object of objects of texts */
	KIND_SHAPES,  /* an object of objects of `shape`, under any names */
	KIND_ANY,     /* any JSON */
};

enum {
	FIELD_NULL = 1,   /* may be null */
	FIELD_MUST = 2,   /* must be given, in a query or a body */
	FIELD_MAYBE = 4,  /* may be absent from an answer */
	FIELD_READ = 8,   /* in a body: accepted, so that an answer can be sent back, and ignored */
	FIELD_EMPTY = 16, /* beside its choices, "" may stand there */
};

struct field {
	const char *name;
	enum kind kind;
	const char *help; /* one line for who writes a client */
	int64_t min, max;
	const char *choices; /* of a text: "allow|forbid", and nothing else; NULL: free */
	const struct shape *shape;
	unsigned flags;
};

struct shape {
	const char *name; /* in components/schemas */
	const char *help;
	const struct field *fields;        /* ended by KIND_END */
	const struct field *(*make)(void); /* instead, when another table says what they are */
	bool body; /* of a request: a field may be left out unless FIELD_MUST */
	bool open; /* its fields are judged by the model's own rules: dispatch() does not */
};

struct answer {
	int status;
	const char *help;          /* NULL: what the status says by itself */
	const struct shape *shape; /* the body; NULL: `type`, or nothing */
	const struct shape *other; /* or this one; NULL: always the first */
	bool list;                 /* {"items":[shape, ...],"next":...} */
	bool bare;                 /* [shape, ...] */
	const char *type;          /* of a body that is not JSON */
	const struct field *headers;
};

/* What a route may answer besides what follows from its row: 400, 401, 403, 404 of a path with a
 * name, 413, 415, 422, 500, 503 are known without saying. */
enum {
	MAY_CONFLICT = 1,
	MAY_STALE = 2, /* and If-Match is read */
	MAY_TOO_MANY = 4,
	MAY_NOT_FIND = 8,
	MAY_REFUSE = 16,     /* public, and yet not for everybody */
	MAY_STALE_BODY = 32, /* what is stale stands in the body */
};

enum { DOC_ANSWERS = 4 };

struct route_doc {
	const char *id; /* operationId */
	const char *tag;
	const char *summary;
	const char *help;                   /* what the summary leaves open, or NULL */
	const struct field *params;         /* of the query; NULL: it takes none */
	const struct shape *body;           /* of a JSON body; NULL: any */
	const char *body_type;              /* of BODY_RAW */
	struct answer answers[DOC_ANSWERS]; /* ended by status 0 */
	unsigned may;
};

/* Fields that every list takes. */
/* clang-format off */
#define PARAM_LIMIT { "limit", KIND_INT, "how many at most, 100 unless told", .min = 1, .max = 500 }
#define PARAM_AFTER { "after", KIND_LINE, "where to go on: `next` of the page before", .max = 1000 }
/* clang-format on */

const struct field *shape_fields(const struct shape *shape);
bool field_needed(const struct shape *shape, const struct field *f);          /* must be there */
const struct field *field_find(const struct field *fields, const char *name); /* NULL: none */

/* NULL, or in what the value is not what the field says ("must be ..."). */
const char *field_wrong(struct ctx *c, const struct field *f, const struct json *v);

/* Query and body of a request to a documented route; ERR_INVALID names the field. */
MUST_USE enum err doc_check(struct req *r);

/* How an answer differs from what the route's documentation says, or NULL. For tests. */
const char *doc_answer_wrong(const struct req *r, const struct resp *w);

/* The statuses that a route of a site with accounts can answer besides its own, ascending; ended
 * by 0. */
enum { DOC_STATUSES = 16 };
void doc_refusals(const struct route *route, int statuses[DOC_STATUSES]);

/*
 * Parameters of the query in handlers of documented routes: dispatch() has judged them, so reading
 * cannot fail. NULL or false: not sent. A name that is not documented is a bug.
 */
const char *param_text(const struct req *r, const char *name);
bool param_int(const struct req *r, const char *name, int64_t *out);
bool param_time(const struct req *r, const char *name, int64_t *us); /* a bound: never 0 */

#endif
