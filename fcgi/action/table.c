/* Every action there is. */

#include "action/action.h"

extern const struct action action_add_member;
extern const struct action action_invite;

const struct action *const actions[] = {
	&action_add_member,
	&action_invite,
	NULL,
};
