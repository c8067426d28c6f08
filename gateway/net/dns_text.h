#pragma once

#include "gateway/http/dns_text.h"

#include <memory>
#include <string>

namespace rollcall::net {

/// Asks the name servers of /etc/resolv.conf, without its search list. Any thread that may block.
class SystemDnsText final : public http::DnsText {
 public:
  /// `server`: the one to ask instead, "127.0.0.1:5353" or "[::1]:5353". Throws
  /// std::invalid_argument for another form.
  explicit SystemDnsText(std::string_view server = {});
  ~SystemDnsText() override;

  /// At most 256 texts. A name that cannot exist has none.
  Result<std::vector<std::string>> text_records(std::string_view name) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace rollcall::net
