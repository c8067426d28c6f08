#include "scim/scim_api.h"

#include "gateway/base/text.h"
#include "gateway/http/route_table.h"
#include "gateway/http/url.h"
#include "scim/address.h"
#include "scim/authenticator.h"
#include "scim/discovery.h"
#include "scim/kind.h"
#include "scim/resource_api.h"
#include "scim/root_listing.h"
#include "scim/scim_error.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rollcall::scim {
namespace {

/// One request, as its handler sees it.
struct Call {
  const http::Request& request;
  Address address;
  std::vector<std::string> arguments;
  std::vector<http::Parameter> parameters;
  ClientPtr client;

  Context context() const {
    Context context{client, address.base, std::nullopt, std::nullopt};
    if (const auto tags = request.field("If-Match")) context.if_match = *tags;
    if (const auto tags = request.field("If-None-Match")) context.if_none_match = *tags;
    return context;
  }
};

Error no_endpoint() { return {Fault::not_found, "There is no such endpoint."}; }

http::Response json_response(std::string body) { return {200, media_type, std::move(body)}; }

/// RFC 7644 §4: a filter on discovery is refused, so that nobody takes it for applied.
Result<http::Response> discovered(const Call& call, std::optional<std::string> body) {
  for (const auto& parameter : call.parameters) {
    if (parameter.name == "filter") {
      return Error(Fault::forbidden, "Discovery endpoints take no filter.");
    }
  }
  if (!body) return no_endpoint();
  return json_response(*std::move(body));
}

http::Response finished(Result<Rendered> result, std::string_view type, std::string_view label) {
  auto response = result ? std::move(result->response) : ScimApi::render(result.error());
  if (result && !response.body.empty()) response.content_type = type;
  response.route = label;
  return response;
}

}  // namespace

struct ScimApi::Impl {
  using Answer = Result<std::variant<http::Response, Task>>;
  using Handle = Answer (Impl::*)(const Call&);
  struct Target {
    /// The whole pattern, for metrics and logs.
    std::string_view label;
    Handle handle;
    /// Discovery is readable without a token (RFC 7644 §4).
    bool open = false;
  };
  using Routes = http::RouteTable<Target>;

  Impl(Directory& store, const Clock& clock) : directory(store), authenticator(store, clock) {}

  Directory& directory;
  Authenticator authenticator;
  PageAnchors anchors;
  ResourceApi<UserKind> users{anchors};
  ResourceApi<GroupKind> groups{anchors};
  Routes routes{route_list()};

  http::Reply handle(const http::Request& request);

 private:
  static std::vector<Routes::Route> route_list();

  http::Reply dispatch(Call call);
  Answer answer(Call& call, const Routes::Match& match);
  Awaitable<http::Response> identify(Call call, Sha256 token);
  std::optional<http::Response> execute_here(Task& task, std::string_view type,
                                             std::string_view label);
  Awaitable<http::Response> execute(Task task, Actor actor, std::string_view type,
                                    std::string_view label);

  Answer config(const Call& call) {
    TRY(auto response, discovered(call, service_provider_config(call.address.base)));
    return {std::move(response)};
  }
  Answer types(const Call& call) {
    TRY(auto response, discovered(call, resource_types(call.address.base)));
    return {std::move(response)};
  }
  Answer type(const Call& call) {
    TRY(auto response, discovered(call, resource_type(call.arguments[0], call.address.base)));
    return {std::move(response)};
  }
  Answer schema_list(const Call& call) {
    TRY(auto response, discovered(call, schemas(call.address.base)));
    return {std::move(response)};
  }
  Answer one_schema(const Call& call) {
    TRY(auto response, discovered(call, schema(call.arguments[0], call.address.base)));
    return {std::move(response)};
  }
  Answer not_built(const Call&) {
    return Error(Fault::not_implemented, "This server does not support this endpoint.");
  }

  Answer root_list(const Call& call) {
    TRY(auto query, read_root_query([&](const ResourceType& of) {
          return parse_list_query(call.parameters, of, call.client->quirks);
        }));
    return {root_task(call.context(), std::move(query), anchors)};
  }
  Answer root_search(const Call& call) {
    TRY(const auto body, json::parse(call.request.body));
    TRY(auto query, read_root_query([&](const ResourceType& of) {
          return parse_search_request(body, of, call.client->quirks);
        }));
    return {root_task(call.context(), std::move(query), anchors)};
  }

  template <auto Api>
  Answer list(const Call& call) {
    TRY(auto task, (this->*Api).list(call.context(), call.parameters));
    return {std::move(task)};
  }
  template <auto Api>
  Answer search(const Call& call) {
    TRY(auto task, (this->*Api).search(call.context(), call.request.body));
    return {std::move(task)};
  }
  template <auto Api>
  Answer create(const Call& call) {
    TRY(auto task, (this->*Api).create(call.context(), call.request.body, call.parameters));
    return {std::move(task)};
  }
  template <auto Api>
  Answer get(const Call& call) {
    TRY(auto task, (this->*Api).get(call.context(), call.arguments[0], call.parameters));
    return {std::move(task)};
  }
  template <auto Api>
  Answer replace(const Call& call) {
    TRY(auto task,
        (this->*Api)
            .replace(call.context(), call.arguments[0], call.request.body, call.parameters));
    return {std::move(task)};
  }
  template <auto Api>
  Answer patch(const Call& call) {
    TRY(auto task,
        (this->*Api).patch(call.context(), call.arguments[0], call.request.body, call.parameters));
    return {std::move(task)};
  }
  template <auto Api>
  Answer remove(const Call& call) {
    TRY(auto task, (this->*Api).remove(call.context(), call.arguments[0]));
    return {std::move(task)};
  }
};

namespace {

constexpr std::string_view prefix = "/scim/v2";

bool has_body(http::Method method) {
  return method == http::Method::post || method == http::Method::put ||
         method == http::Method::patch;
}

}  // namespace

std::vector<ScimApi::Impl::Routes::Route> ScimApi::Impl::route_list() {
  using http::Method;
  std::vector<Routes::Route> list;
  const auto add = [&](Method method, std::string_view label, Handle handle, bool open = false) {
    list.push_back({method, label.substr(prefix.size()), {label, handle, open}});
  };
  add(Method::get, "/scim/v2/ServiceProviderConfig", &Impl::config, true);
  add(Method::get, "/scim/v2/ResourceTypes", &Impl::types, true);
  add(Method::get, "/scim/v2/ResourceTypes/{name}", &Impl::type, true);
  add(Method::get, "/scim/v2/Schemas", &Impl::schema_list, true);
  add(Method::get, "/scim/v2/Schemas/{urn}", &Impl::one_schema, true);

  add(Method::get, "/scim/v2/", &Impl::root_list);
  add(Method::post, "/scim/v2/.search", &Impl::root_search);

  add(Method::get, "/scim/v2/Users", &Impl::list<&Impl::users>);
  add(Method::post, "/scim/v2/Users", &Impl::create<&Impl::users>);
  add(Method::post, "/scim/v2/Users/.search", &Impl::search<&Impl::users>);
  add(Method::get, "/scim/v2/Users/{id}", &Impl::get<&Impl::users>);
  add(Method::put, "/scim/v2/Users/{id}", &Impl::replace<&Impl::users>);
  add(Method::patch, "/scim/v2/Users/{id}", &Impl::patch<&Impl::users>);
  add(Method::delete_, "/scim/v2/Users/{id}", &Impl::remove<&Impl::users>);

  add(Method::get, "/scim/v2/Groups", &Impl::list<&Impl::groups>);
  add(Method::post, "/scim/v2/Groups", &Impl::create<&Impl::groups>);
  add(Method::post, "/scim/v2/Groups/.search", &Impl::search<&Impl::groups>);
  add(Method::get, "/scim/v2/Groups/{id}", &Impl::get<&Impl::groups>);
  add(Method::put, "/scim/v2/Groups/{id}", &Impl::replace<&Impl::groups>);
  add(Method::patch, "/scim/v2/Groups/{id}", &Impl::patch<&Impl::groups>);
  add(Method::delete_, "/scim/v2/Groups/{id}", &Impl::remove<&Impl::groups>);

  for (const Method method : {Method::get, Method::put, Method::patch, Method::delete_}) {
    add(method, "/scim/v2/Me", &Impl::not_built);
  }
  add(Method::post, "/scim/v2/Bulk", &Impl::not_built);
  return list;
}

/// Authenticates, then dispatches; a token that is not in memory is looked for first.
http::Reply ScimApi::Impl::handle(const http::Request& request) {
  auto address = read_address(request);
  if (!address) return render(address.error());
  auto parameters = http::parse_query(request.query);
  if (!parameters) {
    return render(Error(Fault::invalid_value, "The query string is not correctly encoded."));
  }
  Call call{request, *std::move(address), {}, *std::move(parameters), nullptr};
  const auto token = Authenticator::token_in(request.field("Authorization"));
  if (token) {
    call.client = authenticator.recall(*token);
    if (!call.client) return identify(std::move(call), *token);
  }
  return dispatch(std::move(call));
}

Awaitable<http::Response> ScimApi::Impl::identify(Call call, Sha256 token) {
  auto client = co_await authenticator.resolve(token);
  if (client) call.client = *client;
  auto reply = dispatch(std::move(call));
  if (auto* ready = std::get_if<http::Response>(&reply)) co_return std::move(*ready);
  auto pending = std::get<Awaitable<http::Response>>(std::move(reply));
  co_return co_await std::move(pending);
}

http::Reply ScimApi::Impl::dispatch(Call call) {
  const auto match = routes.match(call.request.method, call.address.segments);
  const std::string_view label = match.route ? match.route->target.label : std::string_view();
  const auto type = answer_type(call.request);
  auto outcome = type ? answer(call, match) : Answer(type.error());
  if (!outcome) {
    auto response = render(outcome.error());
    if (!match.allow.empty()) response.with("Allow", match.allow);
    response.route = label;
    return response;
  }
  if (auto* response = std::get_if<http::Response>(&*outcome)) {
    if (!response->body.empty()) response->content_type = *type;
    response->route = label;
    return std::move(*response);
  }
  Task& task = std::get<Task>(*outcome);
  if (auto response = execute_here(task, *type, label)) return *std::move(response);
  Actor actor{ActorKind::scim_token, call.client->token.id.str(),
              std::string(call.request.client_address), Source::scim, std::string(call.request.id)};
  return execute(std::move(task), std::move(actor), *type, label);
}

ScimApi::Impl::Answer ScimApi::Impl::answer(Call& call, const Routes::Match& match) {
  if (call.request.method == http::Method::options && !match.allow.empty()) {
    return {http::Response(204).with("Allow", match.allow)};
  }
  const bool open = match.route != nullptr && match.route->target.open;
  if (!open) {
    if (!call.client) {
      return Error(Fault::unauthenticated,
                   "The bearer token is missing, unknown, expired or revoked.");
    }
    const ScimConnection& connection = call.client->connection;
    const auto& organization = call.address.organization;
    if (organization && !iequals(*organization, connection.organization_slug)) return no_endpoint();
    if (!connection.enabled) {
      return Error(Fault::forbidden, "Provisioning is switched off for this connection.");
    }
    if (!call.request.local && !call.client->gate.admits(call.request.client_address)) {
      return Error(Fault::forbidden, "The organization does not accept calls from this address.")
          .with_code("ip_rule");
    }
  }
  if (match.route == nullptr) {
    if (match.allow.empty()) return no_endpoint();
    return Error(Fault::method_not_allowed, "This endpoint takes " + match.allow + ".");
  }
  if (has_body(call.request.method)) CHECK_OK(check_body_type(call.request));
  call.arguments = match.arguments;
  return (this->*match.route->target.handle)(call);
}

/// A read that needs no wait; nothing when the task has to go elsewhere.
std::optional<http::Response> ScimApi::Impl::execute_here(Task& task, std::string_view type,
                                                          std::string_view label) {
  if (task.run != Task::Run::read) return std::nullopt;
  auto result = directory.read_here(task.work);
  if (!result) return std::nullopt;
  if (*result && (*result)->partial) {
    task = Task{Task::Run::scan, std::move(task.complete), {}};
    return std::nullopt;
  }
  return finished(*std::move(result), type, label);
}

Awaitable<http::Response> ScimApi::Impl::execute(Task task, Actor actor, std::string_view type,
                                                 std::string_view label) {
  std::optional<Result<Rendered>> result;
  switch (task.run) {
    case Task::Run::read:
      result = co_await directory.read(task.work);
      break;
    case Task::Run::scan:
      result = co_await directory.scan(task.work);
      break;
    case Task::Run::write:
      result = co_await directory.write(std::move(actor), task.work);
      break;
  }
  if (*result && (*result)->partial) {
    auto whole = co_await directory.scan(task.complete);
    // A write stays done though the group went away, or its reading failed, after it.
    if (whole || task.run != Task::Run::write) result = std::move(whole);
  }
  co_return finished(*std::move(result), type, label);
}

ScimApi::ScimApi(Directory& directory, const Clock& clock)
    : impl_(std::make_unique<Impl>(directory, clock)) {}
ScimApi::~ScimApi() = default;

http::Reply ScimApi::handle(const http::Request& request) { return impl_->handle(request); }

http::Response ScimApi::render(const Error& error) { return render_error(error); }

void ScimApi::flush_token_use() { impl_->authenticator.flush_use(); }

}  // namespace rollcall::scim
