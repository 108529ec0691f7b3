/* The few calls around ctemplate, on real templates. */

#include <string.h>

#include "lib/ctx.h"
#include "view/view.h"

static const char *rendered(struct ctx *c, struct view *v, const char *file)
{
	const char *html = NULL;

	if (view_render(v, file, &html) != OK)
		FAIL("%s: %s", file, ctx_fault(c));
	return html == NULL ? "" : html;
}

static struct view *fresh(struct ctx *c)
{
	IS(view_setup(c, "templates"), OK);
	view_watch();
	(void)view_missing();
	return view_new(c);
}

CTX_TEST(values_are_escaped_for_where_they_stand)
{
	struct view *v = fresh(c);

	view_text(v, "CSS", "a\" onload=\"x");
	view_text(v, "WORD", "<script>&");
	SAME(rendered(c, v, "parts/state.html"),
	    "<span class=\"state a&quot; onload=&quot;x\">&lt;script&gt;&amp;</span>");
	YES(view_missing() == NULL);
}

CTX_TEST(an_address_that_is_a_script_is_cut)
{
	struct view *v = fresh(c);

	view_text(v, "TITLE", "t");
	view_text(v, "ICON", "javascript:alert(1)");
	view_text(v, "CSS", "/static/x.css");
	view_text(v, "JS", "/static/x.js");
	LACKS(rendered(c, v, "parts/head.html"), "javascript:");
}

CTX_TEST(a_marker_that_nobody_set_is_noticed)
{
	struct view *v = fresh(c);

	view_text(v, "CSS", "x");
	rendered(c, v, "parts/state.html");
	SAME(view_missing(), "parts/state.html: nobody set WORD");
	YES(view_missing() == NULL);
}

CTX_TEST(a_part_that_nobody_included_is_noticed)
{
	struct view *v = fresh(c);
	static const char *const markers[] = { "NOW", "ZONE" };

	for (size_t i = 0; i < LENGTH(markers); i++)
		view_text(v, markers[i], "x");
	rendered(c, v, "plain.html");
	SAME(view_missing(), "plain.html: nobody included HEAD");
}

CTX_TEST(a_name_that_no_template_has_is_noticed)
{
	struct view *v = fresh(c);

	view_show(v, "NO_SUCH_SECTION");
	HAS(view_missing(), "no template has NO_SUCH_SECTION");
	view_text(v, "NO_SUCH_MARKER", "x");
	HAS(view_missing(), "no template has NO_SUCH_MARKER");
}

CTX_TEST(sections_repeat_and_parts_see_what_holds_them)
{
	struct view *v = fresh(c);

	view_text(v, "LABEL", "two");
	view_text(v, "CSS", "of the whole");
	for (int i = 1; i <= 2; i++) {
		struct view *lever = view_section(v, "LEVER");
		view_int(lever, "SHAPE", i);
		if (i == 2)
			view_text(lever, "CSS", "its own");
	}
	HAS(rendered(c, v, "parts/levers.html"),
	    "<path class=\"of the whole\" d=\"1\"/><path class=\"its own\" d=\"2\"/></svg>");
}

CTX_TEST(a_section_is_hidden_until_it_is_shown)
{
	struct view *v = fresh(c);

	view_text(v, "AT", "2026");
	view_text(v, "EXACT", "exact");
	view_text(v, "SHORT", "short");
	SAME(rendered(c, v, "parts/time.html"),
	    "<time datetime=\"2026\" title=\"exact\">short</time>");
	view_show(v, "REL");
	HAS(rendered(c, v, "parts/time.html"), "title=\"exact\" data-rel>");
}

CTX_TEST(a_template_that_is_not_there_is_an_error)
{
	const char *html = NULL;

	IS(view_render(fresh(c), "no-such.html", &html), ERR_INTERNAL);
}
