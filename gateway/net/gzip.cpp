#include "gateway/net/gzip.h"

#include "gateway/base/text.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace rollcall::net {
namespace {

constexpr int gzip_window = 15 + 16;  // 32 KB, gzip framing
constexpr int memory_level = 8;

/// "gzip;q=0.5": a weight of zero refuses the coding.
bool is_refused(std::string_view parameters) {
  const std::size_t q = parameters.find("q=");
  if (q == parameters.npos) return false;
  const std::string_view weight = trim(parameters.substr(q + 2));
  return weight.find_first_not_of("0.") == weight.npos;
}

}  // namespace

Gzip::Gzip() {
  if (deflateInit2(&state_, 1, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib has no memory");
  }
}

Gzip::~Gzip() { deflateEnd(&state_); }

std::string Gzip::compress(std::string_view text, int level) {
  deflateReset(&state_);
  deflateParams(&state_, level, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&state_, text.size()), '\0');
  state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib only reads it
  state_.avail_in = static_cast<uInt>(text.size());
  state_.next_out = reinterpret_cast<Bytef*>(out.data());
  state_.avail_out = static_cast<uInt>(out.size());
  if (deflate(&state_, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib did not finish");
  out.resize(out.size() - state_.avail_out);
  return out;
}

bool is_compressible(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  const auto contains = [&](std::string_view word) { return type.find(word) != type.npos; };
  return type.starts_with("text/") || contains("json") || contains("javascript") || contains("xml");
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<bool> any;
  while (!accept_encoding.empty()) {
    const std::size_t end = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view element = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
    const std::size_t mark = std::min(element.find(';'), element.size());
    const std::string_view coding = trim(element.substr(0, mark));
    const bool taken = !is_refused(element.substr(mark));
    if (iequals(coding, "gzip")) return taken;
    if (coding == "*") any = taken;
  }
  return any.value_or(false);
}

}  // namespace rollcall::net
