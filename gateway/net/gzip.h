#pragma once

#include <zlib.h>

#include <memory>
#include <string>
#include <string_view>

namespace rollcall::net {

/// A gzip compressor that keeps its working memory between uses. One thread at a time.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  /// Level 1 (fast) to 9 (small).
  std::string compress(std::string_view text, int level);

 private:
  z_stream state_{};
};

/// True for media types that shrink: text, JSON, JavaScript, XML.
bool is_compressible(std::string_view content_type);
/// RFC 9110 §12.5.3: the value of Accept-Encoding allows gzip.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace rollcall::net
