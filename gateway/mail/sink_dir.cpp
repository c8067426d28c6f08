#include "gateway/mail/transport.h"

#include <fstream>
#include <system_error>

namespace rollcall::mail {
namespace {

class SinkTransport final : public Transport {
 public:
  explicit SinkTransport(SinkDir sink) : sink_(std::move(sink)) {}

  /// Whoever looks sees no file or the whole one: it is written beside and renamed.
  Delivery deliver(const Message& message, const std::stop_token&) override {
    namespace fs = std::filesystem;
    std::error_code failure;
    if (fs::create_directories(sink_.folder, failure)) {
      fs::permissions(sink_.folder, fs::perms::owner_all, failure);
    }
    const fs::path file = sink_.folder / (message.identity + ".eml");
    const fs::path part = sink_.folder / ("." + message.identity + ".part");
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, failure);
    out << message.content;
    out.close();
    if (!out) return failed();
    fs::rename(part, file, failure);
    return failure ? failed() : Delivery{};
  }

 private:
  Delivery failed() const {
    return {Delivery::Outcome::later, "cannot write to " + sink_.folder.string(), true};
  }

  SinkDir sink_;
};

}  // namespace

std::unique_ptr<Transport> sink_transport(SinkDir sink) {
  return std::make_unique<SinkTransport>(std::move(sink));
}

}  // namespace rollcall::mail
