#ifndef WEB_ADMIN_PAGE_H
#define WEB_ADMIN_PAGE_H

/*
 * page: what every page has around its own part: head, rail with the engine's state, foot, and the
 * reader's clock.
 *
 *     TRY(page_open(&p, r, w, "jobs.html"));
 *     view_text(p.v, ...);
 *     return page_show(&p, 200, "Jobs");
 */

#include "http/http.h"
#include "model/account.h"
#include "view/view.h"
#include "web/admin/when.h"
#include "web/admin/words.h"

struct page {
	struct req *r;
	struct resp *w;
	struct ctx *c;
	struct account me; /* id 0: nobody */
	struct clock clock;
	struct clock
	    also;      /* another zone that titles of times name too: a job's; zone NULL: none */
	int64_t waits; /* how many tasks wait for the reader */
	struct view *frame; /* page.html, or plain.html for nobody */
	struct view *v;     /* the page's own part */
};

/* Looks up who reads; `part` is the template of the page's own part. */
MUST_USE enum err page_open(struct page *p, struct req *r, struct resp *w, const char *part);

/* The same without rail and without a look at the database: sign-in, and errors. */
void page_open_plain(struct page *p, struct req *r, struct resp *w, const char *part);

/* Fills in the frame and makes the answer. `title` is what stands before "· Signalbox". */
MUST_USE enum err page_show(struct page *p, int status, const char *title);

/* "days: must be ..." with the label that stands at the field; NULL fields: the sentence alone. */
const char *page_sentence(struct ctx *c, const struct fault *fault);

/* NOT_DONE, on top of a page whose form was refused: why. */
void page_not_done(const struct page *p, const char *detail);
/* WRONG, where a form is too long to see all of: "Not saved: ...", with a way to the field
 * `name`. Without `label` the sentence is of the whole. */
void page_wrong(
    struct view *v, const char *what, const char *name, const char *label, const char *detail);

/* Shows what the form before this page did: ?done= names one of a few sentences. */
MUST_USE enum err page_done(struct page *p);

/* From here on titles of times name this zone too, a job's; "" or the reader's own: none. */
void page_also(struct page *p, const char *zone_name);

enum page_time {
	TIME_SHORT = 0,
	TIME_SECONDS = 1,
	TIME_RELATIVE = 2, /* "3 h ago", kept up by the script */
	TIME_FOCUS = 4,    /* in page heads: the exact time on focus too */
	TIME_DAY = 8,      /* "Sun 22 Nov" alone */
};

/* {{#OPTION}} of a list to choose from; true when it is the one that is chosen `now`. */
bool page_option(struct view *v, const char *value, const char *label, const char *now);

/* {{>NAME}}: a moment as parts/time.html. */
void page_time(const struct page *p, struct view *v, const char *name, int64_t us, int how);

/* The same for a fire to come: with seconds when they matter. */
void page_coming(const struct page *p, struct view *v, const char *name, int64_t us, int how);

/* A line of a list of fires: {{>DAY}} and {{CLOCK}}. */
void page_fire(const struct page *p, struct view *v, int64_t us);

/* {{>NAME}}: a state as parts/state.html. */
void page_state(struct view *v, const char *name, const char *state);

/* {{#AUDIT}} with {{HREF}}: for administrators, the audit of "job", "hello"; {{BY_HREF}}: what an
 * account of this name did. */
void page_audit(const struct page *p, const char *kind, const char *name);

#endif
