#include "model/regex.h"

#include "core/ctx.h"
#include "lib/check.h"

TEST(regular_expressions_are_gos)
{
	static const char *const good[] = { "", "a", "a|b", "(?i)x", "(?P<n>a)\\d+?", "(?<n>a)",
		"[]a]", "[^]a-]", "[[:alpha:]_]", "\\pL\\p{Greek}\\P{^Lu}", "a{2,3}", "a{,3}",
		"a{x", "{", "x*?", "(a|)*", "\\Qa(b\\E*", "\\x{10FFFF}\\x41", "^*", "(?s-i:a)",
		"[a\\-z]", "\\.\\[", "a{1000}", "\\_", "\\123\\07", "[\\d-z]", "(?:)", "|", "a||b",
		"é+", "[à-ü]" };
	static const char *const bad[] = { "(", ")", "a)", "[a", "[z-a]", "[]", "*", "+a", "a**",
		"a+*", "a*?*", "a{2}{3}", "a{1001}", "a{3,2}", "\\", "\\1", "\\8", "\\y", "\\C",
		"\\Z", "\\pX", "\\p{Greek", "(?=a)", "(?!a)", "(?<=a)", "(?P<n-x>a)", "(?P=n)",
		"(?x)a", "[[:nope:]]", "\\x{110000}", "\\xg", "(*)", "a|*", "(?i", "(?", "(a",
		"[a-\\d]", "\\é", "(?i-)", "(?)" };

	for (size_t i = 0; i < LENGTH(good); i++)
		if (regex_refusal(good[i]) != NULL)
			FAIL("%s was refused: %s", good[i], regex_refusal(good[i]));
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (regex_refusal(bad[i]) == NULL)
			FAIL("%s was taken", bad[i]);
}
