#ifndef WORK_LETTER_H
#define WORK_LETTER_H

/* letter: a message of kind mail becomes a mail: its templates filled in, its headers written. */

#include "model/message_work.h"
#include "work/worker.h"

struct letter {
	const char *text;   /* the whole mail, with the token that it is to carry */
	const char *sender; /* of the envelope */
};
/* ERR_INVALID: it can never be one; ERR_NOT_FOUND: its token is dead; ERR_UNAVAILABLE: the token
 * cannot be had now. */
MUST_USE enum err letter_write(
    struct worker *w, const struct message_item *item, struct letter *out);

/* Without a mail server: as a file in SIGNALBOX_MAIL_DIR, named by its key. False with *why. */
bool letter_keep(
    struct worker *w, const struct message_item *item, const char *text, const char **why);

#endif
