#include "web/admin/task_diff.h"

#include <inttypes.h>
#include <string.h>

#include "core/diff.h"
#include "web/admin/link.h"
#include "web/admin/task_words.h"

enum { CONTEXT = 3 };

/* What each kind of change is called, and what is said of it besides its fields. */
static const struct kind {
	const char *name, *headline, *says;
} kinds[] = {
	{ "create", "What is made", NULL },
	{ "edit", "What changes", NULL },
	{ "enable", "What changes", "It fires again from then on." },
	{ "disable", "What changes",
	    "It fires no more from then on; runs that go on are not stopped." },
	{ "delete", "What goes", "The job goes, with its schedule; its runs and revisions stay." },
	{ "restore", "What changes", "A former revision is made the present one." },
	{ "adopt", "What changes", "What the engine has is taken over." },
	{ "run", "What runs", "The job runs once, at once, as it stands now." },
};

static const struct kind *kind_of(const char *name)
{
	static const struct kind other = { "", "What changes", NULL };

	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return &other;
}

/* ---- texts of several lines */

static bool near_change(const struct diff_line *lines, size_t n, size_t at)
{
	size_t from = at > CONTEXT ? at - CONTEXT : 0;

	for (size_t i = from; i < n && i <= at + CONTEXT; i++)
		if (lines[i].kind != DIFF_SAME)
			return true;
	return false;
}

static void show_line(struct arena *a, struct view *v, const struct diff_line *line)
{
	static const char *const sections[] = {
		[DIFF_SAME] = "SAME", [DIFF_GONE] = "GONE_LINE", [DIFF_NEW] = "NEW_LINE"
	};
	struct view *row = view_section(v, "PART");

	view_text(view_section(row, sections[line->kind]), "TEXT",
	    arena_strndup(a, line->text, line->len));
}

/* False: the texts are too long to be held against each other; then they stand whole in the table.
 */
static bool show_lines(const struct page *p, struct view *v, const struct spec_change *change)
{
	struct diff_line *lines;
	bool skipped = false;
	size_t n;

	if (!diff_lines(p->c->arena, (struct diff_text){ change->before, strlen(change->before) },
		(struct diff_text){ change->after, strlen(change->after) }, &lines, &n))
		return false;
	struct view *text = view_section(v, "TEXT_DIFF");
	view_text(text, "FIELD", change->label);
	view_text(text, "NAME", change->field);
	for (size_t i = 0; i < n; i++) {
		bool skip = !near_change(lines, n, i);
		if (!skip)
			show_line(p->c->arena, text, &lines[i]);
		else if (!skipped)
			view_show(view_section(text, "PART"), "SKIPPED");
		skipped = skip;
	}
	return true;
}

/* ---- fields */

static void show_value(struct view *row, const char *section, const char *value)
{
	struct view *v = view_section(row, section);

	if (*value != '\0')
		view_text(view_section(v, "GIVEN"), "TEXT", value);
	else
		view_show(v, "EMPTY");
}

static void show_field(
    const struct page *p, struct view *v, struct view *table, const struct spec_change *change)
{
	bool lines = strchr(change->before, '\n') != NULL || strchr(change->after, '\n') != NULL;
	struct view *row = view_section(table, "ROW");

	view_text(row, "FIELD", change->label);
	if (lines && *change->before != '\0' && *change->after != '\0' &&
	    show_lines(p, v, change)) {
		view_text(view_section(row, "BELOW"), "NAME", change->field);
		return;
	}
	show_value(row, "NOW", change->before);
	show_value(row, "THEN", change->after);
}

static void show_fields(const struct page *p, struct view *v, const struct task_change *change)
{
	if (change->nchanges == 0)
		return;
	struct view *table = view_section(v, "TABLE");
	for (size_t i = 0; i < change->nchanges; i++)
		show_field(p, v, table, &change->changes[i]);
}

/* ---- who comes along */

static void show_others(const struct page *p, struct view *v, const struct task_change *change)
{
	if (change->nothers == 0)
		return;
	struct view *all = view_section(v, "ALONG");
	view_text(all, "COUNT", words_count(p->c->arena, (int64_t)change->nothers, "job", "jobs"));
	for (size_t i = 0; i < change->nothers; i++) {
		const struct task_change_other *o = &change->others[i];
		struct view *one = view_section(all, "OTHER");
		view_text(one, "NAME", o->name);
		view_text(one, "PARENT", o->parent);
		if (strcmp(o->name, o->there) != 0)
			view_text(view_section(one, "THERE"), "TEXT", o->there);
		for (size_t k = 0; k < o->nchanges; k++) {
			struct view *row = view_section(one, "ROW");
			view_text(row, "FIELD", o->changes[k].label);
			view_text(view_section(row,
				      strchr(o->changes[k].after, '\n') != NULL ? "LINES" : "LINE"),
			    "VALUE", o->changes[k].after);
		}
	}
}

/* What becomes of the engine's jobs that are taken over together, or do not. */
static const char *says_of_family(
    struct arena *a, const struct task *t, const struct task_change *change)
{
	const char *name = change->wanted.name;
	const char *others = change->nothers == 0
				 ? ""
				 : arena_printf(a, " and %s",
				       words_count(a, (int64_t)change->nothers,
					   "job that runs after it", "jobs that run after it"));

	if (t->cancelled)
		return arena_printf(a,
		    "Nothing was taken over: %s%s stay%s on the engine as before, unmanaged.", name,
		    others, change->nothers == 0 ? "s" : "");
	if (change->nothers > 0)
		return arena_printf(a,
		    "What the engine has is taken over: %s%s, parents first, all of them or none.",
		    name, others);
	return "What the engine has is taken over.";
}

/* ---- together */

static void show_head(
    const struct page *p, struct view *v, const struct task *t, const struct task_change *change)
{
	const struct kind *kind = kind_of(change->kind);
	struct arena *a = p->c->arena;
	const char *fields = change->nchanges == 0
				 ? ""
				 : words_count(a, (int64_t)change->nchanges, "field", "fields");

	view_text(v, "HEADLINE", kind->headline);
	view_text(v, "BEFORE", t->completed ? "Before" : "Now");
	view_text(v, "AFTER", t->completed ? "After" : "After approval");
	view_text(v, "COUNT",
	    change->wanted.version == 0 ? fields
					: arena_printf(a, "%s%sfrom revision %" PRId64, fields,
					      *fields != '\0' ? ", " : "", change->wanted.version));
	const char *says = strcmp(change->kind, "adopt") == 0 && change->wanted.version == 0
			       ? says_of_family(a, t, change)
			       : kind->says;
	if (says != NULL)
		view_text(view_section(v, "SAYS"), "TEXT", says);
	if (change->gone != NULL && task_is_open(t)) {
		struct view *gone = view_section(v, "GONE");
		view_text(gone, "WHY", change->gone);
		if (change->renewable)
			view_text(view_section(gone, "RENEW"), "HREF", task_link(p->c, t));
	}
}

enum err task_diff(struct page *p, const struct task *t, bool *shown)
{
	struct task_change *change;

	TRY(task_change(p->c, t, &change));
	*shown = change != NULL;
	if (change == NULL)
		return OK;
	struct view *v = view_section(p->v, "CHANGED");
	show_head(p, v, t, change);
	show_fields(p, v, change);
	show_others(p, v, change);
	task_fires(p, v, t, change);
	for (size_t i = 0; i < change->nwarnings; i++)
		view_text(view_section(v, "WARNING"), "TEXT", change->warnings[i].message);
	return OK;
}
