#pragma once

#include "gateway/app/target.h"
#include "gateway/base/clock.h"
#include "gateway/base/json.h"
#include "gateway/http/message.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::app {

/// The admin API refused, or could not be reached. what() is for people, one problem a line.
class AdminRefusal : public std::runtime_error {
 public:
  AdminRefusal(const std::string& sentence, json::Array errors)
      : std::runtime_error(sentence), errors_(std::move(errors)) {}
  /// `errors` of the problem document: {line?, message}.
  const json::Array& errors() const { return errors_; }

 private:
  json::Array errors_;
};

enum class MissingStore { refuse, create };

/// A client of one gateway's admin API, however it is reached: over the network with a token, over
/// the running server's local socket, or, while none runs, in this process on the store itself.
class AdminClient {
 public:
  /// Throws UsageError or std::runtime_error with a sentence: nothing there, the store is in use.
  AdminClient(const Target& target, const Clock& clock,
              MissingStore missing = MissingStore::refuse);
  ~AdminClient();

  /// `path` begins behind /api/v1, with its query. The body of a success; throws AdminRefusal.
  std::string send(http::Method method, const std::string& path, const std::string& body = {},
                   std::string_view content_type = "application/json");
  json::Object get(const std::string& path);
  json::Object post(const std::string& path, json::Object body);
  /// The items of all pages of a list; `path` has no query.
  json::Array list(const std::string& path);

  class Channel;

 private:
  std::unique_ptr<Channel> channel_;
};

/// A member that the API promises. Throws std::runtime_error if it is absent.
const std::string& text_of(const json::Object& object, std::string_view name);
/// "" when absent or null.
std::string shown(const json::Object& object, std::string_view name);

}  // namespace rollcall::app
