#include <ctemplate/template.h>

#include <cinttypes>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <set>
#include <string>

extern "C" {
#include "view/view.h"
}

namespace
{

using ctemplate::TemplateDictionaryInterface;
using ctemplate::TemplateString;

/* Blank lines go, but no space within a line: words of neighbouring lines stay apart, <pre> stays
 * whole. */
constexpr ctemplate::Strip strip = ctemplate::STRIP_BLANK_LINES;

/* Plain text is left as it stands. */
ctemplate::Strip strip_of(const std::string &name)
{
	bool plain = name.size() > 4 && name.compare(name.size() - 4, 4, ".txt") == 0;

	return plain ? ctemplate::DO_NOT_STRIP : strip;
}

/* What view_watch() asked for; a worker in production never writes here. */
bool watching;
std::string missing, told;
std::set<std::string> names; /* every marker, section and include of the templates */

void remember(const char *file, const char *what, const std::string &name)
{
	if (missing.empty())
		missing = std::string(file) + ": " + what + " " + name;
}

struct setting {
	const char *name;
	TemplateString text;
	struct setting *next;
};

/* One repetition of a section, or one included file. */
struct piece {
	struct view *view;
	struct piece *next;
};

/* All of one name; a section without pieces is shown once. */
struct group {
	const char *name;
	struct piece *first, **last;
	struct group *next;
};

/* Nothing may unwind into C: what is thrown in here, out of memory, ends the worker. */
template <class Work> auto firmly(Work &&work) noexcept
{
	return work();
}

bool same(const TemplateString &name, const char *other)
{
	return strlen(other) == name.size() && memcmp(name.data(), other, name.size()) == 0;
}

} /* namespace */

/*
 * Our own dictionary rather than ctemplate's: it lives in the arena like everything of a request,
 * looks up through includes as well, and can tell which marker nobody set.
 */
struct view final : public TemplateDictionaryInterface {
	struct ctx *c;
	struct view *parent = nullptr;
	const char *file = "";
	bool offers = false;
	struct setting *settings = nullptr;
	struct group *sections = nullptr, *includes = nullptr;

	explicit view(struct ctx *ctx) : c(ctx)
	{
	}

	/* The nearest group of that name, here or in what holds this view. */
	const struct group *find(struct group *view::*groups, const TemplateString &name) const
	{
		for (const view *v = this; v != nullptr; v = v->parent)
			for (const group *g = v->*groups; g != nullptr; g = g->next)
				if (same(name, g->name))
					return g;
		return nullptr;
	}

	const char *file_name() const
	{
		const view *v = this;
		while (*v->file == '\0' && v->parent != nullptr)
			v = v->parent;
		return v->file;
	}

      protected:
	TemplateString GetValue(const TemplateString &name) const override
	{
		for (const view *v = this; v != nullptr; v = v->parent)
			for (const setting *x = v->settings; x != nullptr; x = x->next)
				if (same(name, x->name))
					return x->text;
		if (watching)
			remember(file_name(), "nobody set", std::string(name.data(), name.size()));
		return TemplateString("");
	}

	bool IsHiddenSection(const TemplateString &name) const override
	{
		return find(&view::sections, name) == nullptr;
	}

	bool IsUnhiddenSection(const TemplateString &name) const override
	{
		return find(&view::sections, name) != nullptr;
	}

	bool IsHiddenTemplate(const TemplateString &name) const override
	{
		bool hidden = find(&view::includes, name) == nullptr;

		if (hidden && watching)
			remember(
			    file_name(), "nobody included", std::string(name.data(), name.size()));
		return hidden;
	}

	const char *GetIncludeTemplateName(const TemplateString &name, int n) const override
	{
		const group *g = find(&view::includes, name);
		const piece *p = g == nullptr ? nullptr : g->first;

		while (p != nullptr && n-- > 0)
			p = p->next;
		return p == nullptr ? "" : p->view->file;
	}

	Iterator *CreateTemplateIterator(const TemplateString &name) const override
	{
		return new Pieces(find(&view::includes, name));
	}

	Iterator *CreateSectionIterator(const TemplateString &name) const override
	{
		return new Pieces(find(&view::sections, name));
	}

	void DumpToString(std::string *, int) const override
	{
	}

      private:
	class Pieces : public Iterator
	{
	      public:
		explicit Pieces(const group *g) : at_(g == nullptr ? nullptr : g->first)
		{
		}
		bool HasNext() const override
		{
			return at_ != nullptr;
		}
		const TemplateDictionaryInterface &Next() override
		{
			const view *v = at_->view;
			at_ = at_->next;
			return *v;
		}

	      private:
		const piece *at_;
	};
};

/* The names between {{ and }}, modifiers and the leading sign cut off. */
static void learn_names(const std::string &text)
{
	for (size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 2)) {
		size_t from = text.find_first_not_of("#/>{", at),
		       end = text.find_first_of(":}", at);
		if (from < end && end != std::string::npos)
			names.insert(text.substr(from, end - from));
	}
}

/* From a string, so that the line break at the end of a part does not become a space in the page.
 */
static bool load(const std::string &folder, const std::filesystem::path &path)
{
	std::string name = path.lexically_relative(folder).string();
	std::ifstream in(path);
	std::string text(std::istreambuf_iterator<char>(in), {});

	learn_names(text);
	text.erase(text.find_last_not_of('\n') + 1);
	return ctemplate::StringToTemplateCache(name, text, strip_of(name));
}

static enum err load_one(struct ctx *c, const char *folder, const std::filesystem::path &path)
{
	if ((path.extension() == ".html" || path.extension() == ".txt") && !load(folder, path))
		return fail(c, ERR_INTERNAL, NULL, "template %s is broken", path.c_str());
	return OK;
}

static enum err load_all(struct ctx *c, const char *folder, const char *below)
{
	std::error_code trouble;
	std::filesystem::path root = std::filesystem::path(folder) / below;

	if (std::filesystem::is_regular_file(root))
		TRY(load_one(c, folder, root));
	else {
		std::filesystem::recursive_directory_iterator files(root, trouble), end;
		for (; !trouble && files != end; files.increment(trouble))
			TRY(load_one(c, folder, files->path()));
	}
	if (trouble || names.empty())
		return fail(c, ERR_INTERNAL, NULL, "no templates in %s", root.c_str());
	ctemplate::mutable_default_template_cache()->Freeze();
	return OK;
}

static enum err setup(struct ctx *c, const char *folder, const char *below)
{
	static bool done;

	if (done)
		return OK;
	TRY(firmly([&] { return load_all(c, folder, below); }));
	done = true;
	return OK;
}

enum err view_setup(struct ctx *c, const char *folder)
{
	return setup(c, folder, "");
}

enum err view_setup_part(struct ctx *c, const char *folder, const char *part)
{
	return setup(c, folder, part);
}

static struct view *make(struct ctx *c, struct view *parent) noexcept
{
	auto *v = new (arena_alloc(c->arena, 1, sizeof(struct view))) view(c);

	v->parent = parent;
	v->offers = parent != nullptr && parent->offers;
	return v;
}

static void check_name(const struct view *v, const char *name) noexcept
{
	if (watching && !v->offers && names.count(name) == 0)
		remember(v->file_name(), "no template has", name);
}

static struct group *group_named(struct ctx *c, struct group **groups, const char *name)
{
	for (struct group *g = *groups; g != nullptr; g = g->next)
		if (strcmp(g->name, name) == 0)
			return g;
	auto *g = static_cast<struct group *>(arena_alloc(c->arena, 1, sizeof(struct group)));
	*g = { name, nullptr, &g->first, *groups };
	*groups = g;
	return g;
}

static void add(struct ctx *c, struct group **groups, const char *name, struct view *v)
{
	struct group *g = group_named(c, groups, name);
	auto *p = static_cast<struct piece *>(arena_alloc(c->arena, 1, sizeof(struct piece)));

	*p = { v, nullptr };
	*g->last = p;
	g->last = &p->next;
}

struct view *view_new(struct ctx *c)
{
	return make(c, nullptr);
}

void view_text(struct view *v, const char *marker, const char *value)
{
	if (value == nullptr)
		return;
	check_name(v, marker);
	void *room = arena_alloc(v->c->arena, 1, sizeof(struct setting));
	v->settings = new (room)
	    setting{ marker, TemplateString(value, strlen(value)), v->settings };
}

void view_int(struct view *v, const char *marker, int64_t value)
{
	view_text(v, marker, arena_printf(v->c->arena, "%" PRId64, value));
}

struct view *view_section(struct view *v, const char *name)
{
	struct view *child = make(v->c, v);

	check_name(v, name);
	add(v->c, &v->sections, name, child);
	return child;
}

void view_show(struct view *v, const char *name)
{
	check_name(v, name);
	group_named(v->c, &v->sections, name);
}

void view_offer(struct view *v, bool on)
{
	v->offers = on;
}

struct view *view_include(struct view *v, const char *name, const char *file)
{
	struct view *child = make(v->c, v);

	check_name(v, name);
	child->file = file;
	add(v->c, &v->includes, name, child);
	return child;
}

enum err view_render(struct view *v, const char *file, const char **html)
{
	v->file = file;
	*html = firmly([&]() -> const char * {
		std::string out;
		if (!ctemplate::ExpandTemplate(file, strip_of(file), v, &out))
			return nullptr;
		return arena_strndup(v->c->arena, out.data(), out.size());
	});
	return *html != nullptr ? OK : fail(v->c, ERR_INTERNAL, NULL, "template %s", file);
}

void view_watch(void)
{
	watching = true;
}

const char *view_missing(void)
{
	told = missing;
	missing.clear();
	return told.empty() ? nullptr : told.c_str();
}
