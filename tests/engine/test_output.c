#include <string.h>

#include "engine/output.h"
#include "lib/ctx.h"

CTX_TEST(engine_output_keeps_its_tail)
{
	struct output o = { .bytes = NULL };
	char line[16];
	size_t len;

	for (int i = 0; i < 60000; i++) {
		snprintf(line, sizeof(line), "%d\n", i);
		output_add(&o, line, strlen(line));
	}
	const char *text = output_text(&o, c->arena, &len);
	IS(len, OUTPUT_MAX);
	SAME(text + len - 12, "59998\n59999\n");
	HAS(text + 1, "30000\n30001\n");
	output_clear(&o);
}

CTX_TEST(engine_output_of_one_piece_larger_than_the_ring_keeps_its_tail)
{
	struct output o = { .bytes = NULL };
	char *piece = arena_alloc(c->arena, OUTPUT_MAX + 100, 1);
	size_t len;

	memset(piece, 'a', OUTPUT_MAX + 100);
	memcpy(piece + OUTPUT_MAX + 95, "the z", 5);
	output_add(&o, "before", 6);
	output_add(&o, piece, OUTPUT_MAX + 100);
	output_add(&o, "!", 1);
	const char *text = output_text(&o, c->arena, &len);
	IS(len, OUTPUT_MAX);
	SAME(text + len - 6, "the z!");
	IS(text[0], 'a');
	output_clear(&o);
}

CTX_TEST(engine_verdict_leads_the_output_and_a_long_output_pushes_it_out)
{
	struct output o = { .bytes = NULL };
	char *piece = arena_alloc(c->arena, OUTPUT_MAX, 1);
	size_t len;

	memset(piece, 'x', OUTPUT_MAX);
	output_lead(&o, "signal: killed");
	SAME(output_text(&o, c->arena, &len), "signal: killed\n");
	output_clear(&o);
	output_add(&o, "said\n", 5);
	output_lead(&o, "exit status 3");
	SAME(output_text(&o, c->arena, &len), "exit status 3\nsaid\n");
	output_clear(&o);
	output_add(&o, piece, OUTPUT_MAX - 3);
	output_lead(&o, "exit status 3");
	const char *text = output_text(&o, c->arena, &len);
	IS(len, OUTPUT_MAX);
	IS(strncmp(text, " 3\nxx", 5), 0);
	output_clear(&o);
}
