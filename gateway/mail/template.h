#pragma once

#include "gateway/base/json.h"
#include "gateway/base/result.h"

#include <span>
#include <string>
#include <string_view>

namespace rollcall::mail {

/// A message's two forms, as Mustache; the text begins with a line "Subject: …" and an empty one.
struct Template {
  std::string_view name;
  std::string_view text;
  std::string_view html;
};

std::span<const Template> templates();

struct Rendered {
  std::string subject;
  std::string text;
  std::string html;
};

/// Fills the template of that name: values as they are in subject and text, HTML-escaped in the
/// HTML. internal if there is none.
Result<Rendered> render(std::string_view name, const json::Object& data);

}  // namespace rollcall::mail
