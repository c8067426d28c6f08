#include "gateway/sign_in/trace.h"

#include "gateway/crypto/random.h"

#include <array>
#include <cstdint>

namespace rollcall::sign_in {
namespace {

/// No attempt has as many: an end to what a row can hold.
constexpr std::size_t most_steps = 100;
/// Of group values; the rest of the row's 64 KB is for the others.
constexpr std::size_t most_group_bytes = std::size_t{32} * 1024;

}  // namespace

std::string make_trace_id() {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::array<std::uint8_t, 12> random{};
  random_bytes(random);
  std::string id;
  for (std::size_t at = 0; at < random.size(); ++at) {
    if (at > 0 && at % 4 == 0) id += '-';
    id += alphabet[random[at] % alphabet.size()];
  }
  return id;
}

Trace::Trace(const Clock& clock) : Trace(clock, make_trace_id(), {}) {}

Trace::Trace(const Clock& clock, std::string id, json::Array steps)
    : clock_(&clock), id_(std::move(id)), steps_(std::move(steps)) {}

void Trace::add(std::string_view name, bool ok, json::Object detail) {
  if (steps_.size() == most_steps) return;
  json::Object entry{{"step", name}, {"at", format_timestamp(clock_->now())}, {"ok", ok}};
  for (json::Member& member : detail.members()) entry.set(member.name, std::move(member.value));
  steps_.emplace_back(std::move(entry));
}

void Trace::step(std::string_view name, json::Object detail) { add(name, true, std::move(detail)); }

void Trace::failed(std::string_view name, const Error& error) {
  failed_ = true;
  add(name, false,
      {{"reason", error.code()}, {"why", error.why().empty() ? error.detail() : error.why()}});
}

void Trace::warning(std::string_view text) { add("warning", true, {{"text", text}}); }

void Trace::set_groups(const ClaimedGroups& groups) {
  json::Array values;
  std::size_t bytes = 0;
  for (const std::string& value : groups.values) {
    bytes += value.size();
    if (bytes > most_group_bytes) break;
    values.emplace_back(value);
  }
  const bool whole = values.size() == groups.values.size();
  groups_ = {{"state", name(groups.state)}, {"values", std::move(values)}};
  if (!whole) groups_.append("count", static_cast<std::int64_t>(groups.values.size()));
  if (!groups.problem.empty()) groups_.append("problem", groups.problem);
}

json::Object Trace::document() const {
  return {{"steps", steps_}, {"claims", claims_}, {"groups", groups_}, {"changes", changes_}};
}

}  // namespace rollcall::sign_in
