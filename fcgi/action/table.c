/* Every action there is. */

#include "action/action.h"

extern const struct action action_add_member;

const struct action *const actions[] = {
	&action_add_member,
	NULL,
};
