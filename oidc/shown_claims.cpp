#include "gateway/crypto/base64.h"
#include "oidc/claims.h"
#include "oidc/compact.h"

#include <algorithm>
#include <array>

namespace rollcall::oidc {
namespace {

constexpr std::size_t max_text_size = 2 * 1024;
constexpr std::size_t max_total_size = 32 * 1024;
/// Room for the member that says that others are left out.
constexpr std::size_t reserve = 64;

/// Proofs of this one sign-in, and what some IdPs hand on of their own sign-ins elsewhere
/// (`_claim_sources`, `identities`), at any depth.
constexpr std::array<std::string_view, 7> hidden{
    "access_token", "at_hash", "c_hash", "id_token", "nonce", "refresh_token", "s_hash"};

std::string size_of(std::size_t bytes) { return "(" + std::to_string(bytes) + " bytes)"; }

bool is_token_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

/// Whether a part of a token is the JSON of a header, by how it starts.
bool opens_header(std::string_view part) {
  const auto start = base64url_decode(part.substr(0, 4));
  return start && start->size() == 3 && start->front() == '{' &&
         std::string_view("\"} \t\r\n").find((*start)[1]) != std::string_view::npos;
}

/// A compact JWS or JWE has three or five parts and starts with a header, without which host names
/// and versions would be taken for one. `text` has token characters alone.
bool is_token(std::string_view text) {
  if (std::count(text.begin(), text.end(), '.') < 2) return false;
  for (std::size_t at = 0; at != std::string_view::npos; at = text.find('.', at + 1)) {
    if (opens_header(text.substr(at == 0 ? 0 : at + 1))) return true;
  }
  return false;
}

/// Also within a URL or behind "Bearer ".
bool holds_token(std::string_view text) {
  while (!text.empty()) {
    const auto begin = std::find_if(text.begin(), text.end(), is_token_character);
    const auto end = std::find_if_not(begin, text.end(), is_token_character);
    if (is_token(std::string_view(begin, end))) return true;
    text = std::string_view(end, text.end());
  }
  return false;
}

json::Value shown(const json::Value& value);

json::Object shown_members(const json::Object& object) {
  json::Object out;
  for (const json::Member& member : object.members()) {
    if (std::find(hidden.begin(), hidden.end(), member.name) != hidden.end()) continue;
    if (member.name.size() > max_text_size || holds_token(member.name)) continue;
    out.append(member.name, shown(member.value));
  }
  return out;
}

/// json::parse has bounded the depth.
json::Value shown(const json::Value& value) {
  if (const std::string* text = value.string()) {
    if (text->size() <= max_text_size && !holds_token(*text)) return value;
    return size_of(text->size());
  }
  if (const json::Object* object = value.object()) return shown_members(*object);
  if (value.array() == nullptr) return value;
  json::Array out;
  for (const json::Value& element : *value.array()) out.push_back(shown(element));
  return out;
}

/// What a member adds to the text of its object, with its comma.
std::size_t written_size(const std::string& name, const json::Value& value) {
  return json::write(name).size() + json::write(value).size() + 2;
}

}  // namespace

json::Object shown_claims(const json::Object& claims) {
  json::Object out;
  std::size_t left = max_total_size - reserve;
  std::size_t left_out = 0;
  json::Object redacted = shown_members(claims);
  for (json::Member& member : redacted.members()) {
    if (written_size(member.name, member.value) > left) {
      member.value = size_of(json::write(member.value).size());
    }
    const std::size_t size = written_size(member.name, member.value);
    if (size > left) {
      ++left_out;
      continue;
    }
    left -= size;
    out.append(std::move(member.name), std::move(member.value));
  }
  if (left_out > 0) out.set("…", "(" + std::to_string(left_out) + " more)");
  return out;
}

}  // namespace rollcall::oidc
