#include "gateway/net/dns_text.h"

#include "gateway/base/ip_address.h"
#include "gateway/net/outgoing_url.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <future>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace rollcall::net {
namespace {

using Texts = std::vector<std::string>;

constexpr std::chrono::seconds patience{5};
constexpr std::size_t most_texts = 256;
constexpr std::size_t most_answer = 64 * 1024;
constexpr int most_at_once = 16;

struct Server {
  IpAddress address;
  std::uint16_t port = 53;
};

Error unavailable(std::string why) {
  return Error(Fault::unavailable, "The name servers gave no answer.", std::move(why));
}

/// What glibc keeps of the resolver's set-up, for one question.
class ResolverState {
 public:
  explicit ResolverState(const std::optional<Server>& server) {
    ready_ = res_ninit(&state_) == 0;
    if (!ready_) return;
    state_.options |= RES_USE_EDNS0;
    state_.retrans = 2;
    state_.retry = 2;
    configured_ = state_.nscount;
    if (server) ask_only(*server);
  }
  ~ResolverState() {
    if (!ready_) return;
    state_.nscount = configured_;  // or res_nclose would forget the memory of the others
    res_nclose(&state_);
  }
  ResolverState(const ResolverState&) = delete;
  ResolverState& operator=(const ResolverState&) = delete;

  explicit operator bool() const { return ready_; }
  res_state get() { return &state_; }

 private:
  void ask_only(const Server& server) {
    const auto& bytes = server.address.bytes();
    sockaddr_in& v4 = state_.nsaddr_list[0];
    v4 = {};
    if (server.address.is_v4()) {
      v4.sin_family = AF_INET;
      v4.sin_port = htons(server.port);
      std::memcpy(&v4.sin_addr, bytes.data() + 12, 4);
    } else {  // glibc takes an IPv6 server from here when the other family is 0, and frees it
      auto*& place = state_._u._ext.nsaddrs[0];
      if (!place) place = static_cast<sockaddr_in6*>(std::malloc(sizeof *place));
      if (!place) throw std::bad_alloc();
      *place = {};
      place->sin6_family = AF_INET6;
      place->sin6_port = htons(server.port);
      std::memcpy(&place->sin6_addr, bytes.data(), 16);
    }
    state_.nscount = 1;
    configured_ = std::max(configured_, 1);
  }

  struct __res_state state_{};
  bool ready_ = false;
  int configured_ = 0;
};

/// RFC 1035 §3.3.14: strings of a length byte each, which together are the text (RFC 7208 §3.3).
std::string join_strings(const unsigned char* data, std::size_t size) {
  std::string text;
  for (std::size_t at = 0; at < size;) {
    const std::size_t length = std::min<std::size_t>(data[at], size - at - 1);
    text.append(reinterpret_cast<const char*>(data + at + 1), length);
    at += 1 + length;
  }
  return text;
}

Result<Texts> read_answer(const std::vector<unsigned char>& answer, int size) {
  ns_msg message;
  if (ns_initparse(answer.data(), size, &message) != 0) return unavailable("a malformed answer");
  Texts texts;
  const int count = ns_msg_count(message, ns_s_an);
  for (int i = 0; i < count && texts.size() < most_texts; ++i) {
    ns_rr record;
    if (ns_parserr(&message, ns_s_an, i, &record) != 0) return unavailable("a malformed answer");
    if (ns_rr_type(record) != ns_t_txt) continue;  // an alias on the way
    texts.push_back(join_strings(ns_rr_rdata(record), ns_rr_rdlen(record)));
  }
  return texts;
}

Result<Texts> ask(const std::optional<Server>& server, const std::string& name) {
  ResolverState state(server);
  if (!state) return unavailable("the resolver cannot be set up");
  std::vector<unsigned char> answer(most_answer);
  const int size = res_nquery(state.get(), name.c_str(), ns_c_in, ns_t_txt, answer.data(),
                              static_cast<int>(answer.size()));
  if (size >= 0) return read_answer(answer, std::min(size, static_cast<int>(answer.size())));
  const int reason = state.get()->res_h_errno;
  if (reason == HOST_NOT_FOUND || reason == NO_DATA) return Texts();
  return unavailable(name + ": " + hstrerror(reason));
}

Server parse_server(std::string_view text) {
  const std::size_t colon = std::min(text.rfind(':'), text.size());
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  const std::string_view port = text.substr(std::min(colon + 1, text.size()));
  Server server;
  const char* end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data(), end, server.port);
  if (!address || error != std::errc() || stop != end || server.port == 0) {
    throw std::invalid_argument("\"" + std::string(text) + "\" is no address and port");
  }
  server.address = *address;
  return server;
}

}  // namespace

struct SystemDnsText::State {
  std::optional<Server> server;
  std::atomic<int> asking{0};
};

SystemDnsText::SystemDnsText(std::string_view server) : state_(std::make_shared<State>()) {
  if (!server.empty()) state_->server = parse_server(server);
}

SystemDnsText::~SystemDnsText() = default;

/// glibc keeps to no deadline when it goes on by TCP: a thread of its own waits for it.
Result<Texts> SystemDnsText::text_records(std::string_view name) {
  if (!is_host_name(name)) return Texts();
  if (state_->asking.fetch_add(1) >= most_at_once) {
    state_->asking.fetch_sub(1);
    return unavailable("too many questions at a time");
  }
  std::promise<Result<Texts>> promise;
  auto future = promise.get_future();
  const auto answer = [state = state_, name = std::string(name)] {
    try {
      return ask(state->server, name);
    } catch (const std::exception& error) {
      return Result<Texts>(unavailable(error.what()));
    }
  };
  try {
    std::thread([state = state_, answer, promise = std::move(promise)]() mutable {
      promise.set_value(answer());
      state->asking.fetch_sub(1);
    }).detach();
  } catch (const std::system_error& error) {
    state_->asking.fetch_sub(1);
    return unavailable(error.what());
  }
  if (future.wait_for(patience) != std::future_status::ready) return unavailable("time is over");
  return future.get();
}

}  // namespace rollcall::net
