#include "web/admin/plot.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "web/admin/words.h"

enum { SHAPES_MAX = 8 * 1024, LABEL_MAX = 400, STEP = 6, LOW = 2, HIGH = 10, BASE = 11 };

/* The states that are drawn, in the order in which the label tells them. */
static const char *const drawn[] = { "succeeded", "failed", "stopped", "lost", "missed",
	"running" };

/* What is drawn at full height: what the job usually takes at most, else the slowest of these. */
static int64_t slowest(const struct lever *levers, size_t n)
{
	int64_t ms = 1;

	if (n > 0 && levers[0].p95_ms.set && levers[0].p95_ms.value > 0)
		return levers[0].p95_ms.value;
	for (size_t i = 0; i < n; i++)
		if (levers[i].took_ms.value > ms)
			ms = levers[i].took_ms.value;
	return ms;
}

static void add_shape(struct buf *b, const struct lever *l, int x, int64_t slowest_ms)
{
	if (strcmp(l->state, "succeeded") == 0) {
		int64_t ms = l->took_ms.value < slowest_ms ? l->took_ms.value : slowest_ms;
		int h = LOW + (int)(ms * (HIGH - LOW) / slowest_ms);
		buf_printf(b, "M%d %dh4v%dh-4z", x, BASE - h, h);
	} else if (strcmp(l->state, "failed") == 0) {
		buf_printf(b, "M%d 12h5v8h-5z", x);
	} else if (strcmp(l->state, "stopped") == 0) {
		buf_printf(b, "M%d 12h4v4h-4z", x);
	} else if (strcmp(l->state, "lost") == 0 || strcmp(l->state, "missed") == 0) {
		buf_printf(b, "M%d 15.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0z", x);
	} else {
		buf_printf(b, "M%d 2v9l5-4.5z", x);
	}
}

/* One path for all runs of a state keeps a list of fifty jobs small. */
static size_t draw_state(
    struct ctx *c, struct view *plot, const char *state, const struct lever *newest, size_t n)
{
	int64_t slowest_ms = slowest(newest, n);
	size_t found = 0;
	struct buf b;

	buf_init(&b, c->arena, SHAPES_MAX);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(newest[i].state, state) != 0)
			continue;
		add_shape(&b, &newest[i], (int)(LEVERS - 1 - i) * STEP, slowest_ms);
		found++;
	}
	if (found > 0) {
		struct view *shape = view_section(plot, "LEVER");
		view_text(shape, "CSS", words_state(state)->css);
		view_text(shape, "SHAPE", b.data);
	}
	return found;
}

void plot_levers(
    struct ctx *c, struct view *v, const char *name, const struct lever *newest, size_t n)
{
	struct view *plot = view_include(v, name, "parts/levers.html");
	struct buf label;

	if (n > LEVERS)
		n = LEVERS;
	buf_init(&label, c->arena, LABEL_MAX);
	buf_printf(&label, n == 1 ? "Last run:" : "Last %zu runs:", n);
	for (size_t i = 0, told = 0; i < LENGTH(drawn); i++) {
		size_t found = draw_state(c, plot, drawn[i], newest, n);
		if (found > 0)
			buf_printf(&label, "%s %zu %s", told++ == 0 ? "" : ",", found, drawn[i]);
	}
	view_text(plot, "LABEL", n == 0 ? "No run yet" : label.data);
}
