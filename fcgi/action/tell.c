/* Whom a task tells of what, and how. */

#include "action/inside.h"
#include "model/notification.h"

enum err tell_stage(
    struct ctx *c, const struct task_type *type, const struct task *t, enum mail_stage stage)
{
	(void)c, (void)type, (void)t, (void)stage;
	return OK;
}

enum err tell_waits(struct ctx *c, const struct task_type *type, const struct task *t)
{
	(void)type;
	return notification_add(
	    c, t->id, false, arena_printf(c->arena, "'%s' task needs approval.", t->type));
}

enum err tell_error(
    struct ctx *c, const struct task_type *type, const struct task *t, const char *why)
{
	(void)type;
	return notification_add(c, t->id, true, why);
}
