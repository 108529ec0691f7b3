#ifndef CORE_TEXT_H
#define CORE_TEXT_H

/* text: reading what outsiders typed. UTF-8 throughout; nothing here knows a locale. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* Parses all of `s` as a decimal in [min, max]; no spaces, no plus sign. False leaves *out alone.
 */
bool text_int64(const char *s, int64_t min, int64_t max, int64_t *out);

/* True when `s` is valid UTF-8 without control characters (C1 too) or line separators, min to max
 * code points long. */
bool text_is_line(const char *s, int min, int max);

/* True when it is printable ASCII throughout, as the value of a header. */
bool text_is_ascii(const char *s);

/* As text_is_line(), but tabs and line feeds may stand in it: a command, a body, a comment. */
bool text_is_text(const char *s, int min, int max);

/* Bytes of the valid UTF-8 sequence that starts at `s`, of `left` bytes; 0 when there is none. */
size_t text_sequence(const char *s, size_t left);
/* About one such sequence: a control character (C0, DEL, C1); U+2028 or U+2029. */
bool text_is_control(const char *s, size_t n);
bool text_is_break(const char *s, size_t n);

/* True when the `len` bytes are valid UTF-8 (control characters allowed, NUL too). */
bool text_is_utf8(const char *s, size_t len);

/* A copy in which each byte that is no valid UTF-8 became U+FFFD and NUL too: for showing output of
 * programs. *out_len without the terminator. */
char *text_clean(struct arena *a, const char *s, size_t len, size_t *out_len);

/* A copy with a capital at its beginning, where an ASCII letter stands there. */
char *text_capital(struct arena *a, const char *s);

/* A copy in which CR LF became LF: what a browser's textarea sends. */
char *text_line_feeds(struct arena *a, const char *s);

/* A copy in which U+2028, control bytes and quotes cannot hurt a log line: \n, \xNN. */
char *text_escape(struct arena *a, const char *s);

bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);

/* Hexadecimal and URL-safe base64 without padding; arena-owned. */
char *text_hex(struct arena *a, const unsigned char *bytes, size_t len);
char *text_base64url(struct arena *a, const unsigned char *bytes, size_t len);

int text_hex_digit(char c); /* -1: none */

bool text_is_unreserved(char c); /* A-Z a-z 0-9 - . _ ~ */

/* %XX for every byte outside A-Z a-z 0-9 - . _ ~ : one path segment or one query value. */
char *text_urlencode(struct arena *a, const char *s);

#endif
