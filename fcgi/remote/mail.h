#ifndef REMOTE_MAIL_H
#define REMOTE_MAIL_H

/*
 * mail: a mail as it goes over the wire: MIME, text and HTML side by side, UTF-8 in the headers as
 * RFC 2047 has it, lines of at most 76 characters, CR LF.
 *
 * No value can add a header: one with a control character is refused, here as it was at the door.
 */

#include "core/ctx.h"

struct mail_header {
	const char *name, *value;
};

struct mail {
	const char *key;       /* Message-ID is <key@host>: the same each time it is sent */
	const char *host;      /* of our public address */
	const char *from, *to; /* bare addresses */
	const char *reply_to;  /* NULL: none */
	const char *list;      /* what List-Id calls the list, such as "ops"; NULL: none */
	const char *subject, *text;
	const char *html; /* NULL: text alone */
	int64_t at_us;
	const struct mail_header *more;
	size_t nmore;
};

/* ERR_INVALID names the header that cannot stand in a mail. */
MUST_USE enum err mail_write(struct ctx *c, const struct mail *m, const char **out);

/* ASCII as it is; anything else as encoded words, folded. */
const char *mail_words(struct arena *a, const char *text);

#endif
