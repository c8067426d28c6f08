#include "scim/resource_api.h"

#include "scim/kind.h"
#include "scim/listing.h"
#include "scim/render.h"
#include "scim/scim_error.h"
#include "scim/writes.h"

#include <utility>

namespace rollcall::scim {
namespace {

Error not_found(const ResourceType& type) {
  return {Fault::not_found, std::string(type.name) + " not found."};
}

template <class Kind>
Result<typename Kind::Id> read_id(std::string_view text) {
  const auto id = Kind::Id::parse(text);
  if (!id) return not_found(Kind::type());
  return *id;
}

template <class Kind>
std::string location(const Context& context, const typename Kind::Row& row) {
  return context.base + std::string(Kind::type().endpoint) + '/' + row.id.str();
}

/// The resource with its headers; members beyond `most_members` make it partial.
template <class Kind>
Rendered render(int status, typename Kind::Repository& repository, const typename Kind::Row& row,
                const Context& context, const Projection& projection, std::size_t most_members) {
  Rendered rendered;
  rendered.response = http::Response(status, media_type, {});
  rendered.partial = !append_resource(rendered.response.body, repository, row, projection,
                                      context.base, most_members);
  rendered.response.with("ETag", entity_tag(row.version))
      .with("Location", location<Kind>(context, row));
  return rendered;
}

/// Reads and renders one resource; `most_members` says on which threads it may run.
template <class Kind>
Work read_work(Context context, typename Kind::Id id, Projection projection,
               std::size_t most_members) {
  return [context = std::move(context), id, projection = std::move(projection),
          most_members](Transaction& transaction) -> Result<Rendered> {
    auto repository = Kind::repository(transaction, *context.client);
    TRY(const auto row, repository.get(id));
    if (context.if_none_match && names_version(*context.if_none_match, row.version)) {
      Rendered unchanged{http::Response(304)};
      unchanged.response.with("ETag", entity_tag(row.version));
      return unchanged;
    }
    return render<Kind>(200, repository, row, context, projection, most_members);
  };
}

/// Renders what read_work left partial; only groups are ever partial.
template <class Kind>
Work complete_work(const Context& context, typename Kind::Id id, const Projection& projection) {
  if (Kind::type().kind == ResourceKind::user) return {};
  Context unconditional = context;
  unconditional.if_none_match.reset();
  return read_work<Kind>(std::move(unconditional), id, projection, all_members);
}

/// A write whose answer is the resource as it is then.
template <class Kind, class Change>
Task write_task(Context context, typename Kind::Id id, Projection projection, Change change) {
  Task task{Task::Run::write, {}, {}};
  task.complete = complete_work<Kind>(context, id, projection);
  task.work = [context = std::move(context), id, projection = std::move(projection),
               change = std::move(change)](Transaction& transaction) -> Result<Rendered> {
    auto repository = Kind::repository(transaction, *context.client);
    TRY(const auto current, repository.get(id));
    CHECK_OK(check_if_match(context, current.version));
    TRY(const auto row, change(repository, current));
    return render<Kind>(200, repository, row, context, projection, few_members);
  };
  return task;
}

/// 204 with the new version: what Entra expects of a group PATCH, whatever the group's size.
template <class Kind, class Change>
Task quiet_write_task(Context context, typename Kind::Id id, Change change) {
  Task task{Task::Run::write, {}, {}};
  task.work = [context = std::move(context), id,
               change = std::move(change)](Transaction& transaction) -> Result<Rendered> {
    auto repository = Kind::repository(transaction, *context.client);
    TRY(const auto current, repository.get(id));
    CHECK_OK(check_if_match(context, current.version));
    TRY(const auto row, change(repository, current));
    Rendered done{http::Response(204)};
    done.response.with("ETag", entity_tag(row.version));
    return done;
  };
  return task;
}

Result<json::Value> read_json(std::string_view body) {
  if (body.empty()) return Error(Fault::invalid_syntax, "The request has no body.");
  return json::parse(body);
}

}  // namespace

template <class Kind>
Result<Task> ResourceApi<Kind>::get(Context context, std::string_view id,
                                    Parameters parameters) const {
  TRY(const auto key, read_id<Kind>(id));
  TRY(const auto projection, parse_projection(parameters, Kind::type()));
  auto complete = complete_work<Kind>(context, key, projection);
  return Task{Task::Run::read, read_work<Kind>(std::move(context), key, projection, few_members),
              std::move(complete)};
}

template <class Kind>
Task ResourceApi<Kind>::list_task(Context context, ListQuery query) const {
  const auto run = is_lookup<Kind>(query) ? Task::Run::read : Task::Run::scan;
  Task task{run, {}, {}};
  task.work = [context = std::move(context), query = std::move(query),
               &anchors = anchors_](Transaction& transaction) -> Result<Rendered> {
    TRY(const auto page, scim::list<Kind>(transaction, context, query, anchors));
    return Rendered{list_response(page, query.start_index)};
  };
  return task;
}

template <class Kind>
Result<Task> ResourceApi<Kind>::list(Context context, Parameters parameters) const {
  TRY(auto query, parse_list_query(parameters, Kind::type(), context.client->quirks));
  return list_task(std::move(context), std::move(query));
}

template <class Kind>
Result<Task> ResourceApi<Kind>::search(Context context, std::string_view body) const {
  TRY(const auto value, read_json(body));
  TRY(auto query, parse_search_request(value, Kind::type(), context.client->quirks));
  return list_task(std::move(context), std::move(query));
}

template <class Kind>
Result<Task> ResourceApi<Kind>::create(Context context, std::string_view body,
                                       Parameters parameters) const {
  TRY(auto projection, parse_projection(parameters, Kind::type()));
  TRY(auto value, read_json(body));
  TRY(auto read, read_body(std::move(value), *context.client, Kind{}));
  Task task{Task::Run::write, {}, {}};
  task.work = [context = std::move(context), projection = std::move(projection),
               read = std::move(read)](Transaction& transaction) -> Result<Rendered> {
    auto repository = Kind::repository(transaction, *context.client);
    TRY(const auto row, add(repository, read));
    // A body of the permitted size carries few enough members to render here.
    return render<Kind>(201, repository, row, context, projection, all_members);
  };
  return task;
}

template <class Kind>
Result<Task> ResourceApi<Kind>::replace(Context context, std::string_view id, std::string_view body,
                                        Parameters parameters) const {
  TRY(const auto key, read_id<Kind>(id));
  TRY(auto projection, parse_projection(parameters, Kind::type()));
  TRY(auto value, read_json(body));
  TRY(auto read, read_body(std::move(value), *context.client, Kind{}));
  return write_task<Kind>(std::move(context), key, std::move(projection),
                          [read = std::move(read)](auto& repository, const auto& current) {
                            return scim::replace(repository, current, read);
                          });
}

template <class Kind>
Result<Task> ResourceApi<Kind>::patch(Context context, std::string_view id, std::string_view body,
                                      Parameters parameters) const {
  TRY(const auto key, read_id<Kind>(id));
  TRY(auto projection, parse_projection(parameters, Kind::type()));
  TRY(auto value, read_json(body));
  TRY(auto parsed, parse_patch(std::move(value), Kind::type(), context.client->quirks));
  auto change = [parsed = std::move(parsed), client = context.client](auto& repository,
                                                                      const auto& current) {
    return scim::patch(repository, current, parsed, *client);
  };
  // RFC 7644 §3.5.2: 200 when attributes are asked for; otherwise a group's answer stays small.
  if (Kind::type().kind == ResourceKind::group && projection.is_default()) {
    return quiet_write_task<Kind>(std::move(context), key, std::move(change));
  }
  return write_task<Kind>(std::move(context), key, std::move(projection), std::move(change));
}

template <class Kind>
Result<Task> ResourceApi<Kind>::remove(Context context, std::string_view id) const {
  TRY(const auto key, read_id<Kind>(id));
  Task task{Task::Run::write, {}, {}};
  task.work = [context = std::move(context), key](Transaction& transaction) -> Result<Rendered> {
    auto repository = Kind::repository(transaction, *context.client);
    if (context.if_match) {
      TRY(const auto current, repository.get(key));
      CHECK_OK(check_if_match(context, current.version));
    }
    CHECK_OK(repository.remove(key));
    return Rendered{http::Response(204)};
  };
  return task;
}

template class ResourceApi<UserKind>;
template class ResourceApi<GroupKind>;

}  // namespace rollcall::scim
