#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/error.h"
#include "gateway/base/identity.h"
#include "gateway/base/json.h"
#include "gateway/directory/sign_in_traces.h"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::sign_in {

/// "7K3M-QX9R-4TZA": Crockford's base32, 60 random bits.
std::string make_trace_id();

/// What an attempt did, step by step. Nothing secret has a way in: callers give names and numbers,
/// never tokens, codes or bodies.
class Trace {
 public:
  /// A new one, with a fresh id.
  explicit Trace(const Clock& clock);
  /// Goes on with what an attempt's data keeps.
  Trace(const Clock& clock, std::string id, json::Array steps);

  const std::string& id() const { return id_; }
  const json::Array& steps() const { return steps_; }

  /// `name` is a literal: "request", "callback", "token", "id_token", "userinfo", "groups", "user",
  /// "session" …
  void step(std::string_view name, json::Object detail = {});
  /// A step that failed, with its reason code and why.
  void failed(std::string_view name, const Error& error);
  /// Whether one did, since this Trace was made.
  bool has_failed() const { return failed_; }
  /// Something the administrator should see although it went on.
  void warning(std::string_view text);

  // What the admin API shows beside the steps.
  void set_claims(json::Object claims) { claims_ = std::move(claims); }
  const json::Object& claims() const { return claims_; }
  void set_groups(const ClaimedGroups& groups);
  void add_change(json::Object change) { changes_.emplace_back(std::move(change)); }

  /// Everything as the row's document.
  json::Object document() const;

 private:
  void add(std::string_view name, bool ok, json::Object detail);

  const Clock* clock_;
  std::string id_;
  bool failed_ = false;
  json::Array steps_;
  json::Object claims_;
  json::Object groups_;
  json::Array changes_;
};

}  // namespace rollcall::sign_in
