#include "gateway/net/compressor.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace rollcall::net {
namespace {

constexpr int level = 4;

}  // namespace

bool Compressor::start(std::string_view text, boost::asio::io_context& io, Done done) {
  if (queued_.fetch_add(1) >= most_queued) {
    queued_.fetch_sub(1);
    return false;
  }
  auto work = boost::asio::make_work_guard(io);
  boost::asio::post(pool_, [this, text, done = std::move(done), work = std::move(work)]() mutable {
    std::optional<std::string> packed;
    try {
      packed = gzip_.compress(text, level);
    } catch (const std::exception&) {
      packed.reset();
    }
    queued_.fetch_sub(1);
    boost::asio::post(work.get_executor(),
                      [done = std::move(done), packed = std::move(packed)]() mutable {
                        done(std::move(packed));
                      });
  });
  return true;
}

}  // namespace rollcall::net
