#include "gateway/base/c_ptr.h"
#include "gateway/mail/transport.h"

#include <curl/curl.h>

#include <array>
#include <stdexcept>

namespace rollcall::mail {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds grace{3};
constexpr std::size_t longest_reply = 500;

struct CurlLibrary {
  CurlLibrary() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw std::runtime_error("libcurl does not start");
    }
  }
};

/// One message on its way; what libcurl calls back for.
class Attempt {
 public:
  Attempt(const Message& message, const std::stop_token& stop)
      : unread_(message.content), stop_(stop) {}

  bool body_began() const { return body_began_; }
  bool interrupted() const { return interrupted_; }
  /// The last line in which the relay refused something, without its end.
  const std::string& refusal() const { return refusal_; }

  static std::size_t read(char* out, std::size_t size, std::size_t count, void* self) {
    auto& attempt = *static_cast<Attempt*>(self);
    attempt.body_began_ = true;
    const std::string_view piece = attempt.unread_.substr(0, size * count);
    piece.copy(out, piece.size());
    attempt.unread_.remove_prefix(piece.size());
    return piece.size();
  }
  static std::size_t keep_refusal(char* line, std::size_t size, std::size_t count, void* self) {
    std::string_view text(line, size * count);
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    const bool refusal = text.starts_with('4') || text.starts_with('5');
    if (refusal) static_cast<Attempt*>(self)->refusal_ = text.substr(0, longest_reply);
    return size * count;
  }
  /// Called at least once a second; not 0 ends the transfer.
  static int progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& attempt = *static_cast<Attempt*>(self);
    if (!attempt.stop_.stop_requested()) return 0;
    if (!attempt.give_up_) attempt.give_up_ = steady_clock::now() + grace;
    attempt.interrupted_ = steady_clock::now() >= *attempt.give_up_;
    return attempt.interrupted_ ? 1 : 0;
  }

 private:
  std::string_view unread_;
  const std::stop_token& stop_;
  std::optional<steady_clock::time_point> give_up_;
  std::string refusal_;
  bool body_began_ = false;
  bool interrupted_ = false;
};

/// Whether the relay spoke of this message: of its sender, its recipient or its content. Only then
/// its "no" is final; how it takes our connection and our password is for the operator to mend.
bool about_message(CURLcode result, long status, bool body_began) {
  if (status == 421 || status / 10 == 53) return false;  // closing down; RFC 4954 §6
  return result == CURLE_SEND_ERROR || (result == CURLE_WEIRD_SERVER_REPLY && body_began);
}

class SmtpTransport final : public Transport {
 public:
  explicit SmtpTransport(Smtp relay) : relay_(std::move(relay)) {
    static const CurlLibrary library;
    const bool tls = relay_.security == Smtp::Security::tls;
    url_ = (tls ? "smtps://" : "smtp://") + relay_.host + ":" + std::to_string(relay_.port);
  }

  Delivery deliver(const Message& message, const std::stop_token& stop) override {
    const CPtr<CURL, &curl_easy_cleanup> handle(curl_easy_init());
    const CPtr<curl_slist, &curl_slist_free_all> recipients(
        curl_slist_append(nullptr, ("<" + message.to + ">").c_str()));
    if (!handle || !recipients) throw std::bad_alloc();
    Attempt attempt(message, stop);
    std::array<char, CURL_ERROR_SIZE> why{};
    CURL* curl = handle.get();
    set_relay(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, ("<" + message.from + ">").c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(message.content.size()));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Attempt::read);
    curl_easy_setopt(curl, CURLOPT_READDATA, &attempt);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Attempt::keep_refusal);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &attempt);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Attempt::progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &attempt);

    const CURLcode result = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return delivery(result, status, attempt, why.data());
  }

 private:
  void set_relay(CURL* curl) const {
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // whatever the environment names
    curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(relay_.timeout.count()));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(relay_.timeout.count()));
    const bool starttls = relay_.security == Smtp::Security::starttls;
    curl_easy_setopt(curl, CURLOPT_USE_SSL,
                     static_cast<long>(starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!relay_.ca_file.empty()) {
      curl_easy_setopt(curl, CURLOPT_CAINFO, relay_.ca_file.c_str());
      curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // those of the system no longer count
    }
    if (!relay_.user.empty()) {
      const std::string password(relay_.password.reveal());
      curl_easy_setopt(curl, CURLOPT_USERNAME, relay_.user.c_str());
      curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
    }
  }

  static Delivery delivery(CURLcode result, long status, const Attempt& attempt, const char* why) {
    using Outcome = Delivery::Outcome;
    if (result == CURLE_OK) return {};
    if (attempt.interrupted()) return {Outcome::interrupted};
    if (about_message(result, status, attempt.body_began()) && status >= 400) {
      return {status >= 500 ? Outcome::never : Outcome::later, attempt.refusal()};
    }
    return {Outcome::later, *why ? why : curl_easy_strerror(result), true};
  }

  const Smtp relay_;
  std::string url_;
};

}  // namespace

std::unique_ptr<Transport> smtp_transport(Smtp relay) {
  return std::make_unique<SmtpTransport>(std::move(relay));
}

}  // namespace rollcall::mail
