#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// An e-mail domain that an organization says is its own. Only a verified one leads an address to
/// the organization's connections at /login.
struct Domain {
  /// Lower case, IDNA.
  std::string name;
  /// Half of what the DNS has to show: TXT record_name() = record_value().
  std::string challenge;
  std::optional<Timestamp> verified;
  /// "dns", or "operator": declared by whoever runs this instance.
  std::string method;
  std::optional<Timestamp> checked;

  std::string record_name() const { return "_rollcall." + name; }
  std::string record_value() const { return "rollcall-domain=" + challenge; }
};

/// The domains of one organization within one transaction. Audited ("domain.added",
/// "domain.verified", "domain.removed").
class Domains {
 public:
  Domains(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// At most 1,000.
  std::vector<Domain> list();
  /// not_found if the organization does not claim it.
  Result<Domain> get(std::string_view name);
  /// The one there is, or a new one with a fresh challenge; invalid_value for what is no domain
  /// name, too_many beyond 1,000.
  Result<Domain> add(std::string_view name);
  /// conflict with code "domain_taken" if it is verified for another organization.
  Result<Domain> verify(std::string_view name, std::string_view method);
  /// Looked, and the record was not there: a domain that was verified by the DNS stays so.
  void note_check(std::string_view name);
  Result<> remove(std::string_view name);

  /// Whose it is, in the whole instance: nothing unless verified.
  static std::optional<OrganizationKey> owner(Transaction& transaction, std::string_view name);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

/// The domain of an e-mail address in the form that is stored and compared: exactly one '@', no
/// quotes or comments, IDNA, lower case. Nothing for anything else (spec/oidc 1.6).
std::optional<std::string> email_domain(std::string_view address);
/// A domain name in the same form; nothing for what is none.
std::optional<std::string> normal_domain(std::string_view name);

}  // namespace rollcall
