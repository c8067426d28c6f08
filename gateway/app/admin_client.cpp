#include "gateway/app/admin_client.h"

#include "gateway/access/rights.h"
#include "gateway/admin/admin_api.h"
#include "gateway/app/command.h"
#include "gateway/base/log.h"
#include "gateway/directory/directory.h"
#include "gateway/http/url.h"
#include "gateway/net/dns_text.h"
#include "gateway/net/http_client.h"
#include "gateway/session/session_cache.h"

#include <chrono>
#include <optional>

namespace rollcall::app {
namespace {

/// Verifying or backing up a large store takes minutes.
constexpr std::chrono::minutes deadline{30};

struct Answer {
  int status;
  std::string body;
};

AdminRefusal refusal_of(const Answer& answer) {
  const auto problem = json::parse(answer.body);
  const json::Object* object = problem ? problem->object() : nullptr;
  const json::Value* detail = object ? object->find("detail") : nullptr;
  std::string sentence = detail && detail->string()
                             ? *detail->string()
                             : "the server answered " + std::to_string(answer.status);
  const json::Value* errors = object ? object->find("errors") : nullptr;
  return {sentence, errors && errors->array() ? *errors->array() : json::Array{}};
}

json::Object object_of(const std::string& body) {
  auto value = json::parse(body, {.depth = 32, .values = 5'000'000});
  if (!value || !value->object()) {
    throw std::runtime_error("the answer is not of the admin API: is the URL right?");
  }
  return std::move(*value->object());
}

}  // namespace

class AdminClient::Channel {
 public:
  virtual ~Channel() = default;
  /// Throws std::runtime_error when there is no answer.
  virtual Answer send(http::Method method, const std::string& path, const std::string& body,
                      std::string_view content_type) = 0;
};

namespace {

class HttpChannel final : public AdminClient::Channel {
 public:
  HttpChannel(const std::string& base, std::string prefix, Secret token)
      : client_(base, deadline), prefix_(std::move(prefix)), token_(std::move(token)) {}

  Answer send(http::Method method, const std::string& path, const std::string& body,
              std::string_view content_type) override {
    net::ClientRequest request;
    request.method = http::name(method);
    request.target = prefix_ + path;
    request.body = body;
    if (!body.empty()) request.fields.emplace_back("Content-Type", content_type);
    if (!token_.empty()) {
      request.fields.emplace_back("Authorization", "Bearer " + std::string(token_.reveal()));
    }
    auto response = client_.send(request);
    if (!response) throw std::runtime_error(response.error().detail());
    return {response->status, std::move(response->body)};
  }

 private:
  net::HttpClient client_;
  std::string prefix_;
  Secret token_;
};

/// The running server's socket.
class SocketChannel final : public AdminClient::Channel {
 public:
  explicit SocketChannel(const std::filesystem::path& path)
      : socket_(path), http_(socket_.url(), std::string(admin::AdminApi::prefix), Secret()) {}

  Answer send(http::Method method, const std::string& path, const std::string& body,
              std::string_view content_type) override {
    return http_.send(method, path, body, content_type);
  }

 private:
  LocalSocket socket_;
  HttpChannel http_;
};

/// The API in this process, on the store that no server has open.
class StoreChannel final : public AdminClient::Channel {
 public:
  StoreChannel(const Instance& instance, const Clock& clock)
      : log_(LogFormat::text, LogLevel::warning),
        directory_(Directory::open(options(instance), clock, log_)),
        rights_(*directory_),
        sessions_(*directory_, clock),
        keys_(secret_keys(instance)),
        api_({*directory_, rights_, sessions_, keys_, dns_, clock}) {}

  Answer send(http::Method method, const std::string& path, const std::string& body,
              std::string_view) override {
    const std::string target = std::string(admin::AdminApi::prefix) + path;
    const auto query = target.find('?');
    http::Request request;
    request.method = method;
    request.path = std::string_view(target).substr(0, query);
    if (query != std::string::npos) request.query = std::string_view(target).substr(query + 1);
    request.body = body;
    request.local = true;
    http::Response response = api_.handle_now(request);
    return {response.status, std::move(response.body)};
  }

 private:
  static DirectoryOptions options(const Instance& instance) {
    DirectoryOptions options;
    options.store = instance.store;
    options.audit_key = audit_key(instance);
    options.mail = instance.mail;
    return options;
  }

  Log log_;
  std::unique_ptr<Directory> directory_;
  access::RightsCache rights_;
  session::SessionCache sessions_;
  KeyRing keys_;
  net::SystemDnsText dns_;
  admin::AdminApi api_;
};

std::unique_ptr<AdminClient::Channel> local_channel(const Instance& instance, const Clock& clock,
                                                    MissingStore missing) {
  const bool exists = std::filesystem::exists(instance.store_file);
  if (!exists && missing == MissingStore::refuse) {
    throw std::runtime_error("there is no store " + instance.store_file.string() + " yet");
  }
  const auto folder = instance.store_file.parent_path();
  if (!std::filesystem::exists(folder)) {
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  }
  try {
    return std::make_unique<StoreChannel>(instance, clock);
  } catch (const StoreInUse& in_use) {
    if (std::filesystem::exists(instance.socket)) {
      return std::make_unique<SocketChannel>(instance.socket);
    }
    throw std::runtime_error(std::string(in_use.what()) + " Its socket " +
                             instance.socket.string() + " is not there.");
  }
}

}  // namespace

AdminClient::AdminClient(const Target& target, const Clock& clock, MissingStore missing) {
  if (target.local) {
    channel_ = local_channel(*target.local, clock, missing);
    return;
  }
  try {
    std::string url = target.remote->url;
    while (url.ends_with('/')) url.pop_back();
    channel_ = std::make_unique<HttpChannel>(url, "", target.remote->token);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

AdminClient::~AdminClient() = default;

std::string AdminClient::send(http::Method method, const std::string& path, const std::string& body,
                              std::string_view content_type) {
  Answer answer = channel_->send(method, path, body, content_type);
  if (answer.status < 200 || answer.status > 299) throw refusal_of(answer);
  return std::move(answer.body);
}

json::Object AdminClient::get(const std::string& path) {
  return object_of(send(http::Method::get, path));
}

json::Object AdminClient::post(const std::string& path, json::Object body) {
  return object_of(send(http::Method::post, path, json::write(json::Value(std::move(body)))));
}

json::Array AdminClient::list(const std::string& path) {
  json::Array all;
  std::string cursor;
  do {
    const std::string from = cursor.empty() ? "" : "&cursor=" + http::percent_encode(cursor);
    json::Object page = get(path + "?limit=200" + from);
    json::Value* items = page.find("items");
    if (items && items->array()) {
      for (json::Value& item : *items->array()) all.push_back(std::move(item));
    }
    cursor = shown(page, "next");
  } while (!cursor.empty());
  return all;
}

const std::string& text_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  if (!value || !value->string()) {
    throw std::runtime_error("the answer lacks \"" + std::string(name) + "\"");
  }
  return *value->string();
}

std::string shown(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value && value->string() ? *value->string() : "";
}

}  // namespace rollcall::app
