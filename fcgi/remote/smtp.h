#ifndef REMOTE_SMTP_H
#define REMOTE_SMTP_H

/*
 * smtp: handing a mail to a mail server, as one more request of a remote_set.
 *
 * smtp:// means STARTTLS or nothing, but on loopback, where it is used when the server offers it;
 * smtps:// is TLS from the first byte. Certificates are checked, on loopback only when `ca_file`
 * says against what. In the answer `status` is the last code of the server: 4xx and 5xx say what
 * they say in SMTP.
 */

#include "remote/http.h"

struct remote_mail {
	const char *url;       /* SIGNALBOX_SMTP_URL, login included */
	const char *ca_file;   /* "": the system's */
	const char *from, *to; /* bare addresses, checked by who lets people type them */
	const char *text;      /* the whole mail, mail_write() */
};

void remote_set_mail(struct remote_set *s, const struct remote_mail *mail, void *tag);

/* Whether the URL leads to this machine itself. */
bool smtp_is_loopback(const char *url);

#endif
