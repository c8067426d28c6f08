#include "gateway/mail/template.h"

#include <kainjow/mustache.hpp>

#include <algorithm>
#include <stdexcept>

namespace rollcall::mail {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view subject_mark = "Subject: ";

mustache::data mustache_of(const json::Object& object) {
  mustache::data data;
  for (const json::Member& member : object) {
    if (const std::string* text = member.value.string()) {
      data.set(member.name, *text);
    } else if (const bool* flag = member.value.boolean()) {
      data.set(member.name, *flag);
    } else if (const std::int64_t* number = member.value.integer()) {
      data.set(member.name, std::to_string(*number));
    }
  }
  return data;
}

enum class Escape { none, html };

std::string fill(std::string_view source, const mustache::data& data, Escape escape) {
  mustache::mustache form{std::string(source)};
  if (escape == Escape::none) {
    form.set_custom_escape([](const std::string& text) { return text; });
  }
  std::string filled = form.render(data);
  if (!form.is_valid())
    throw std::logic_error("a mail template is malformed: " + form.error_message());
  return filled;
}

}  // namespace

Result<Rendered> render(std::string_view name, const json::Object& data) {
  const auto all = templates();
  const auto found = std::ranges::find(all, name, &Template::name);
  if (found == all.end()) {
    return Error(Fault::internal, "There is no mail template " + std::string(name) + ".");
  }
  const std::size_t line = found->text.find('\n');
  const mustache::data values = mustache_of(data);
  return Rendered{
      .subject = fill(found->text.substr(subject_mark.size(), line - subject_mark.size()), values,
                      Escape::none),
      .text = fill(found->text.substr(line + 2), values, Escape::none),
      .html = fill(found->html, values, Escape::html)};
}

}  // namespace rollcall::mail
