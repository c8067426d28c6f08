#include "gateway/admin/apply.h"
#include "gateway/admin/endpoints.h"

#include <array>
#include <filesystem>

namespace rollcall::admin {

Result<http::Response> apply_organization(const Services& services, const Call& call) {
  constexpr std::array<std::string_view, 2> booleans{"true", "false"};
  Input query(call, Input::Part::query);
  const bool dry_run = query->word("dry_run", booleans) == "true";
  if (!query.valid()) return query.refusal();
  Problems problems;
  const OrganizationFile file = read_organization_file(call.body, problems);
  if (!problems.empty()) return refusal(problems);

  // What the unit found goes out this way, for an Error rolls back and carries one sentence only.
  Plan plan;
  bool planned = false;
  const auto applied =
      services.directory.write_now(call.actor, [&](Transaction& transaction) -> Result<> {
        problems = {};
        planned = false;
        plan = apply(transaction, services.keys, file, problems);
        if (!problems.empty()) return Error(Fault::invalid_value, problems.list().front().message);
        planned = true;
        if (dry_run) return Error(Fault::conflict, "A dry run is rolled back.");
        return {};
      });
  if (!problems.empty()) return refusal(problems);
  if (!applied && !(dry_run && planned)) return applied.error();
  return json_response(200, to_json(plan, !dry_run));
}

Result<http::Response> back_up_store(const Services& services, const Call& call) {
  if (!call.local) {
    return Error(Fault::forbidden, "A backup is written on the server: ask for it on that machine.")
        .with_code("local_only");
  }
  Input body(call, Input::Part::body);
  body->require("path");
  const auto path = body->text("path", 4096);
  if (path && !std::filesystem::path(*path).is_absolute()) {
    body->problem(0, "\"path\" must be absolute");
  }
  if (!body.valid()) return body.refusal();
  CHECK_OK(services.directory.backup(*path));
  CHECK_OK(services.directory.write_now(call.actor, [&](Transaction& transaction) -> Result<> {
    transaction.audit(std::nullopt)
        .append("store.backed_up", "store",
                json::write(json::Value(json::Object{{"path", *path}})));
    return {};
  }));
  return json_response(200, {{"path", *path}});
}

}  // namespace rollcall::admin
