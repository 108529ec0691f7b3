#ifndef MODEL_REGEX_H
#define MODEL_REGEX_H

/* regex: whether Go's regexp package would compile a pattern, which is all that we ask. */

/* NULL: it would. Else why not, a few words; constant. The pattern is UTF-8. */
const char *regex_refusal(const char *pattern);

#endif
