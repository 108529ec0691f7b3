#include "web/admin/job_settings.h"

#include <string.h>

#include "core/text.h"

static const char *const processors[][2] = {
	{ "log", "Log: into the server's own log" },
	{ "syslog", "Syslog" },
	{ "files", "Files: one for each execution" },
	{ "fluent", "Fluentd" },
};

/* Those that the form has fields of its own for. */
static bool is_special(const struct spec_setting *s)
{
	static const char *const special[] = { "shell command", "shell shell", "shell cwd",
		"shell env", "shell timeout", "http method", "http url", "http headers",
		"http body", "http timeout", "http expectCode", "http expectBody" };
	size_t owner = strlen(s->executor);

	for (size_t i = 0; i < LENGTH(special); i++)
		if (strncmp(special[i], s->executor, owner) == 0 && special[i][owner] == ' ' &&
		    strcmp(special[i] + owner + 1, s->name) == 0)
			return true;
	return false;
}

static void fill(
    struct arena *a, const struct spec_setting *s, bool processor, struct setting_field *out)
{
	*out = (struct setting_field){ .name = arena_printf(a, "%s-%s", s->executor, s->name),
		.owner = s->executor,
		.key = s->name,
		.label = s->label,
		.help = s->help,
		.kind = s->kind,
		.max = s->max,
		.required = s->required,
		.processor = processor };
}

/* The i-th field: the executors' first, then each processor with its settings; false past the last.
 */
static bool field_at(struct arena *a, size_t i, struct setting_field *out)
{
	for (size_t j = 0; j < nspec_settings; j++)
		if (!is_special(&spec_settings[j]) && i-- == 0) {
			fill(a, &spec_settings[j], false, out);
			return true;
		}
	for (size_t p = 0; p < LENGTH(processors); p++) {
		if (i-- == 0) {
			*out = (struct setting_field){ .name = processors[p][0],
				.owner = processors[p][0],
				.key = "",
				.label = processors[p][1],
				.help = "",
				.kind = SETTING_FLAG,
				.processor = true };
			return true;
		}
		for (size_t j = 0; j < nprocessor_settings; j++)
			if (strcmp(processor_settings[j].executor, processors[p][0]) == 0 &&
			    i-- == 0) {
				fill(a, &processor_settings[j], true, out);
				return true;
			}
	}
	return false;
}

bool settings_know_processor(const char *name)
{
	for (size_t p = 0; p < LENGTH(processors); p++)
		if (strcmp(processors[p][0], name) == 0)
			return true;
	return false;
}

/* ---- from the definition */

/* As Go's ParseBool, which is what reads most of them. */
static bool is_true(const char *text)
{
	static const char *const words[] = { "1", "t", "T", "TRUE", "true", "True" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (strcmp(words[i], text) == 0)
			return true;
	return false;
}

static const struct json *config_of(const struct json *spec, const struct setting_field *f)
{
	if (f->processor)
		return json_get(json_get(spec, "processors"), f->owner);
	return strcmp(json_text(json_get(spec, "executor")), f->owner) == 0
		   ? json_get(spec, "executor_config")
		   : NULL;
}

void settings_of(struct ctx *c, const struct json *spec, struct job_settings *out)
{
	struct setting_field f;

	for (size_t i = 0; field_at(c->arena, i, &f); i++) {
		const struct json *config = config_of(spec, &f);
		const char *value = json_text(json_get(config, f.key));
		if (*f.key == '\0')
			out->text[i] = config != NULL ? "1" : "";
		else
			out->text[i] = f.kind != SETTING_FLAG ? value : is_true(value) ? "1" : "";
	}
}

/* ---- from the request */

static enum err read_one(struct req *r, const struct setting_field *f, const char **text)
{
	const char *value = NULL;

	TRY(form_maybe(r, f->name, &value));
	if (f->kind != SETTING_FLAG) {
		if (value != NULL)
			*text = text_line_feeds(r->ctx->arena, value);
		return OK;
	}
	*text = value != NULL ? "1" : "";
	if (value == NULL || strcmp(value, "true") == 0)
		return OK;
	return fail(r->ctx, ERR_INVALID, f->name, "must be “true”, or not be sent at all");
}

enum err settings_read(struct req *r, struct job_settings *settings, const char **known)
{
	struct fault first = { .field = NULL };
	struct setting_field f;
	enum err wrong = OK;

	for (size_t i = 0; field_at(r->ctx->arena, i, &f); i++) {
		known[i] = f.name;
		enum err e = read_one(r, &f, &settings->text[i]);
		if (e == OK || wrong != OK)
			continue;
		wrong = e;
		first = r->ctx->fault;
	}
	if (wrong != OK)
		r->ctx->fault = first;
	return wrong;
}

/* ---- to the definition */

static void put(struct ctx *c, struct json *config, const struct setting_field *f, const char *text)
{
	const char *value = f->kind == SETTING_FLAG && *text != '\0' ? "true" : text;

	if (*value == '\0')
		json_remove(config, f->key);
	else
		json_set(config, f->key, json_string(c->arena, value));
}

/* A processor that was switched off takes its settings with it; one that has settings is on. */
static void put_processor(
    struct ctx *c, struct json *all, const struct setting_field *f, const char *text)
{
	struct json *config = json_copy(c->arena, json_get(all, f->owner));

	if (*f->key == '\0' && *text == '\0') {
		json_remove(all, f->owner);
		return;
	}
	if (*f->key != '\0' && *text == '\0' && json_get(all, f->owner) == NULL)
		return;
	if (*f->key != '\0')
		put(c, config, f, text);
	json_set(all, f->owner, config);
}

enum err settings_apply(struct ctx *c, const struct job_settings *typed,
    const struct job_settings *shown, bool fresh, struct json *spec)
{
	struct json *config = json_copy(c->arena, json_get(spec, "executor_config"));
	struct json *all = json_copy(c->arena, json_get(spec, "processors"));
	const char *executor = json_text(json_get(spec, "executor"));
	struct setting_field f;

	for (size_t i = 0; field_at(c->arena, i, &f); i++) {
		bool same = strcmp(typed->text[i], shown->text[i]) == 0;
		if (f.processor && !same)
			put_processor(c, all, &f, typed->text[i]);
		else if (!f.processor && strcmp(f.owner, executor) == 0 &&
			 (!same || (fresh && *typed->text[i] != '\0')))
			put(c, config, &f, typed->text[i]);
	}
	json_set(spec, "executor_config", config);
	json_set(spec, "processors", all);
	return OK;
}

enum err settings_check_idle(struct ctx *c, const struct job_settings *typed,
    const struct job_settings *shown, const char *executor)
{
	struct setting_field f;

	for (size_t i = 0; field_at(c->arena, i, &f); i++) {
		const char *text = typed->text[i];
		if (f.processor || f.kind == SETTING_FLAG || strcmp(f.owner, executor) == 0 ||
		    strcmp(text, shown->text[i]) == 0)
			continue;
		if (strlen(text) > (size_t)f.max)
			return fail(c, ERR_INVALID, f.name, "must have at most %d bytes", f.max);
		if (f.kind == SETTING_TEXT ? !text_is_text(text, 0, f.max)
					   : !text_is_line(text, 0, f.max))
			return fail(c, ERR_INVALID, f.name,
			    f.kind == SETTING_TEXT
				? "must have no control characters but tabs and line breaks"
				: "must be one line without control characters");
	}
	return OK;
}

bool settings_fault(
    struct arena *a, const char *executor, const char *fault, struct setting_field *out)
{
	for (size_t i = 0; field_at(a, i, out); i++) {
		const char *path = out->processor ? arena_printf(a, "processors.%s%s%s", out->owner,
							*out->key != '\0' ? "." : "", out->key)
						  : arena_printf(a, "executor_config.%s", out->key);
		bool here = out->processor || strcmp(out->owner, executor) == 0;
		if (strcmp(fault, out->name) == 0 || (here && strcmp(fault, path) == 0))
			return true;
	}
	return false;
}

/* ---- on the page */

static void show_one(struct ctx *c, struct view *group, const struct setting_field *f,
    const char *text, const char *detail)
{
	static const char *const sections[] = {
		[SETTING_LINE] = "LINE", [SETTING_TEXT] = "TEXT", [SETTING_FLAG] = "FLAG"
	};
	struct view *v = view_include(group, "SETTING", "parts/setting.html");

	view_show(v, sections[f->kind]);
	view_text(v, "SETTING_NAME", f->name);
	view_text(v, "LABEL", f->label);
	if (*f->help != '\0')
		view_text(view_section(v, "HELPED"), "HELP", f->help);
	if (f->kind != SETTING_FLAG && !f->required)
		view_show(v, "OPTIONAL");
	if (f->kind != SETTING_FLAG)
		view_text(v, "VALUE", text);
	else if (*text != '\0')
		view_show(v, "ON");
	if (detail != NULL)
		view_text(view_section(v, "BAD"), "DETAIL", text_capital(c->arena, detail));
}

void settings_show(struct ctx *c, struct view *v, const struct job_settings *typed, const char *bad,
    const char *detail)
{
	const char *owner = "";
	struct view *group = NULL;
	struct setting_field f;

	for (size_t i = 0; field_at(c->arena, i, &f); i++) {
		if (strcmp(owner, f.owner) != 0) {
			group = view_section(v, f.processor ? "PROCESSOR" : "SETTINGS");
			if (!f.processor)
				view_text(
				    group, "CLASS", arena_printf(c->arena, "for-%s", f.owner));
		}
		owner = f.owner;
		bool wrong = bad != NULL && strcmp(bad, f.name) == 0;
		show_one(c, group, &f, typed->text[i], wrong ? detail : NULL);
	}
}
