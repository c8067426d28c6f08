#include "gateway/directory/user_address.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"

#include <algorithm>

namespace rollcall {
namespace {

std::string address_in(const json::Value& item) {
  const json::Value* held = item.object() ? item.object()->find("value") : nullptr;
  return held && held->string() ? fold(*held->string()) : "";
}

bool is_primary(const json::Value& item) {
  const json::Value* primary = item.object() ? item.object()->find("primary") : nullptr;
  return primary && primary->boolean() && *primary->boolean();
}

/// The items of `emails` with `email` in the one that held `old`, its type and all, or in front.
json::Array replaced(json::Array emails, const std::string& old, const std::string& email) {
  const auto holds = [&](const json::Value& item) {
    return !old.empty() && address_in(item) == old;
  };
  auto place = std::ranges::find_if(
      emails, [&](const json::Value& item) { return holds(item) && is_primary(item); });
  if (place == emails.end()) place = std::ranges::find_if(emails, holds);
  if (place == emails.end()) {
    place = emails.insert(emails.begin(), json::Object{{"value", email}, {"primary", true}});
  }
  place->object()->set("value", email);
  json::Array kept;
  for (auto item = emails.begin(); item != emails.end(); ++item) {
    const bool again = holds(*item) || address_in(*item) == fold(email);
    if (item == place || !again) kept.push_back(std::move(*item));
  }
  return kept;
}

}  // namespace

Result<UserProfile> with_address(UserProfile profile, const std::string& email, UserNameThen then) {
  TRY(json::Value value, json::parse("{" + profile.document + "}"));
  json::Object& document = *value.object();
  const std::string old = fold(primary_address(profile).value_or(""));
  if (then == UserNameThen::follows && fold(profile.user_name) == old) {
    profile.user_name = email;
    document.set("userName", email);
  }
  const json::Value* emails = document.find("emails");
  const bool listed = emails && emails->array();
  document.set("emails", replaced(listed ? *emails->array() : json::Array(), old, email));
  std::erase_if(profile.emails, [&](const std::string& each) {
    return fold(each) == old || fold(each) == fold(email);
  });
  profile.emails.insert(profile.emails.begin(), email);
  const std::string text = json::write(value);
  profile.document = text.substr(1, text.size() - 2);
  return profile;
}

}  // namespace rollcall
