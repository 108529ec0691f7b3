#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

/*
 * view: ctemplate behind a few C calls. view.cc is the only C++ here.
 *
 * Every template starts with the AUTOESCAPE pragma, so a value is escaped for
 * the place it lands in; there is no call that sets raw markup.
 *
 * A section or an included part sees the markers and sections of what holds it
 * too. Names are constants; values are borrowed until the arena is reset.
 */

#include <stdint.h>

#include "core/ctx.h"

struct view;

/* Parses every *.html and *.txt below the folder now and freezes the cache: a broken template stops
 * the start. A *.txt is plain text, for mails: nothing in it is escaped, and its spaces stay. */
MUST_USE enum err view_setup(struct ctx *c, const char *folder);
/* Only one of them, or those of one folder in it, for a process that writes nothing else: all
 * together take a megabyte. */
MUST_USE enum err view_setup_part(struct ctx *c, const char *folder, const char *part);

struct view *view_new(struct ctx *c);                                  /* owned by c->arena */
void view_text(struct view *v, const char *marker, const char *value); /* NULL sets nothing */
void view_int(struct view *v, const char *marker, int64_t value);
struct view *view_section(struct view *v, const char *name); /* one more repetition */
void view_show(struct view *v, const char *name); /* a section without values of its own */
/* While it is on, what is set is there for templates that may use it and need not: no test
 * complains of a name that none has. Sections made meanwhile keep it on. */
void view_offer(struct view *v, bool on);
/* {{>NAME}}: includes templates/<file>, once more with each call; its markers are set on the
 * result. */
struct view *view_include(struct view *v, const char *name, const char *file);

/* Expands templates/<file>; *html is owned by the arena. */
MUST_USE enum err view_render(struct view *v, const char *file, const char **html);

/*
 * For tests. From view_watch() on, a marker or part that a page left empty because nobody set it,
 * and a marker or section that was set although no template has it, is remembered; view_missing()
 * tells the first one since it was last asked, as "file: what", or NULL.
 */
void view_watch(void);
const char *view_missing(void);

#endif
