#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace rollcall {

/// What went wrong, in terms every protocol can translate. Each protocol's table is a switch
/// without default, so that a new fault does not compile until all have an answer for it.
enum class Fault {
  invalid_syntax,
  invalid_filter,
  invalid_path,
  no_target,
  invalid_value,
  invalid_version,
  mutability,
  too_many,
  uniqueness,
  conflict,
  version_mismatch,
  unauthenticated,
  forbidden,
  not_found,
  method_not_allowed,
  not_acceptable,
  unsupported_media_type,
  request_timeout,
  payload_too_large,
  header_too_large,
  precondition_required,
  rate_limited,
  not_implemented,
  unavailable,
  internal,
};

/// The stable lower-case name of a fault: the default reason code of problem details, and what logs
/// show.
std::string_view name(Fault fault);

/// An expected refusal, carried as a value. `detail` is shown to the client; `why` goes to the log
/// only.
class [[nodiscard]] Error {
 public:
  Error(Fault fault, std::string detail, std::string why = {})
      : fault_(fault), detail_(std::move(detail)), why_(std::move(why)) {}

  Fault fault() const { return fault_; }
  const std::string& detail() const { return detail_; }
  const std::string& why() const { return why_; }

  /// A reason code of the contract ("scim_enabled", "seat_limit" …); the fault's name unless set.
  std::string_view code() const { return code_.empty() ? name(fault_) : code_; }
  /// `code` must be a literal.
  Error& with_code(std::string_view code) {
    code_ = code;
    return *this;
  }

 private:
  Fault fault_;
  std::string detail_;
  std::string why_;
  std::string_view code_;
};

}  // namespace rollcall
