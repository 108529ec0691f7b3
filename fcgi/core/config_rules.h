#ifndef CORE_CONFIG_RULES_H
#define CORE_CONFIG_RULES_H

/* config_rules: what makes a value of a setting right or wrong; for config.c alone. */

#include "core/config.h"

struct setting {
	const char *name; /* without SIGNALBOX_ */
	enum config_kind kind;
	const char *standard;
	int64_t min, max;
	const char *choices, *help;
	size_t offset; /* of its member in struct config */
};

extern const struct setting settings[];
extern const size_t nsettings;

/* NULL: right. Otherwise what it must be, as the rest of a sentence about the variable. */
const char *setting_wrong(struct arena *a, const struct setting *s, const char *value);
/* The same about settings that belong together; *name: which one to change. */
const char *settings_wrong(const struct config *config, const char **name);

#endif
