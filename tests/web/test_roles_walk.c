/*
 * Who may do what: each changing route of the pages and of the API is asked by a person of each
 * role, and by a stranger. Who is less than the route's row says is refused and nothing is changed;
 * who is as much, or more, is not.
 */

#include "web/given_routes.h"

static const struct {
	const char *name;
	enum least is;
} people[] = {
	{ "mona", MANAGER }, { "edith", EDITOR }, { "otto", OPERATOR }, { "vera", VIEWER },
	{ "nora", ANYBODY }, /* in no team */
};

static struct caller callers[LENGTH(people)];

/* Of what he asked for himself he may do more than another. */
static bool is_his_own(const struct step *step, const char *name)
{
	return strcmp(name, "nora") == 0 && strstr(step->target, TASK) != NULL;
}

static enum err try_person(struct ctx *c, const struct visit *v, size_t i)
{
	struct resp w = send_step(c, v, &callers[i]);
	bool may = v->step->least != ADMIN && people[i].is <= v->step->least;

	if (is_his_own(v->step, people[i].name))
		return ERR_STALE;
	if (may && w.status >= 400)
		FAIL("%s refuses %s: %d %s", v->step->route, people[i].name, w.status,
		    c->fault.detail ? c->fault.detail : "");
	/* 422: a team that one does not see is a wrong value. */
	if (!may && w.status != 403 && w.status != 404 && w.status != 422)
		FAIL("%s answers %s with %d", v->step->route, people[i].name, w.status);
	if (!may && holds(c, "EXISTS (SELECT FROM audit WHERE actor = '%s')", people[i].name))
		FAIL("%s refuses %s and does something", v->step->route, people[i].name);
	return ERR_STALE;
}

struct trying {
	const struct visit *visit;
	size_t i;
};

static enum err try_one(struct ctx *c, void *arg)
{
	const struct trying *t = arg;

	return try_person(c, t->visit, t->i);
}

static enum err try_all(struct ctx *c, void *arg)
{
	static const struct caller stranger;
	const struct visit *v = arg;

	for (size_t i = 0; v->step->least != OWN && i < LENGTH(people); i++)
		IS(db_atomically(c, try_one, &(struct trying){ v, i }), ERR_STALE);
	struct resp w = send_step(c, v, &stranger);
	if (w.status != 401 && w.status != 403 && w.status != 302)
		if (v->step->least != ANYBODY || w.status < 400)
			FAIL("%s answers a stranger with %d", v->step->route, w.status);
	return ERR_STALE;
}

static void given_all_people(struct ctx *c)
{
	given_all_kinds(c);
	act_as_cli(c);
	given_member(c, "ops", "mona", ROLE_MANAGER);
	for (size_t i = 0; i < LENGTH(people); i++)
		callers[i] = *by(c, people[i].name);
}

SITE_TEST(on_every_changing_page_each_role_may_what_it_may_and_no_more)
{
	given_all_people(c);
	walk_routes(c, &admin_site, pages, LENGTH(pages), try_all);
}

SITE_TEST(on_every_changing_route_of_the_api_each_role_may_what_it_may_and_no_more)
{
	given_all_people(c);
	walk_routes(c, &api_site, calls, LENGTH(calls), try_all);
}
