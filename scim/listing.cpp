#include "scim/listing.h"

#include "scim/kind.h"
#include "scim/render.h"
#include "scim/scim_error.h"
#include "scim/sort.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace rollcall::scim {
namespace {

constexpr std::size_t chunk = 256;
constexpr std::size_t most_sorted = 1'000'000;
constexpr std::size_t most_bytes = 64 * 1024 * 1024;

/// One run of a query over one kind of resource.
template <class Kind>
class Listing {
 public:
  Listing(Transaction& transaction, const Context& context, const ListQuery& query,
          PageAnchors& anchors)
      : repository_(Kind::repository(transaction, *context.client)),
        context_(context),
        query_(query),
        anchors_(anchors),
        now_(transaction.now()) {
    if (query.filter) lowered_ = Kind::lower(*query.filter);
    lowered_.selection.scim_connection = context.client->connection.key;
  }

  Result<Page> run() {
    if (lowered_.nothing) return std::move(page_);
    if (query_.sort_by) return sorted();
    return lowered_.exact ? walked() : scanned();
  }

 private:
  using Row = typename Kind::Row;

  /// The selection holds matches only: count by index, go to the page by position.
  Result<Page> walked() {
    const auto wanted = static_cast<std::size_t>(query_.count);
    std::vector<Row> rows;
    if (wanted > 0) rows = repository_.list(lowered_.selection, page_start(), wanted);
    // A first page that is not full is all there is: what a look-up gives.
    const bool all = query_.start_index == 1 && rows.size() < wanted;
    page_.total =
        all ? static_cast<std::int64_t>(rows.size()) : repository_.count(lowered_.selection);
    for (const Row& row : rows) CHECK_OK(append(row));
    if (!rows.empty() && lowered_.selection.unconstrained()) {
      anchors_.remember(listing_name(), query_.start_index + page_.items, rows.back().position,
                        now_);
    }
    return std::move(page_);
  }

  /// Position of the row before the page.
  std::int64_t page_start() {
    if (query_.start_index == 1) return 0;
    if (lowered_.selection.unconstrained()) {
      const auto anchor = anchors_.find(listing_name(), query_.start_index, now_);
      if (anchor) return *anchor;
    }
    return repository_.position_before(lowered_.selection, query_.start_index - 1);
  }

  /// Every candidate is looked at, since totalResults counts all matches.
  Result<Page> scanned() {
    CHECK_OK(for_each_match([&](const Row& row, const json::Object&) -> Result<> {
      const std::int64_t index = ++page_.total;
      const bool on_page = index >= query_.start_index && index - query_.start_index < query_.count;
      return on_page ? append(row) : Result<>();
    }));
    return std::move(page_);
  }

  /// Sorts the keys alone and reads the rows of the page again.
  Result<Page> sorted() {
    struct Entry {
      SortKey key;
      std::int64_t position;
    };
    std::vector<Entry> entries;
    CHECK_OK(for_each_match([&](const Row& row, const json::Object& resource) -> Result<> {
      if (entries.size() == most_sorted) {
        return Error(Fault::too_many, "Too many resources match to be sorted: narrow the filter.");
      }
      entries.push_back({SortKey::of(resource, *query_.sort_by), row.position});
      return {};
    }));
    // Position breaks ties, so that the order is the same for every page.
    std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
      if (a.key != b.key) return query_.descending ? a.key > b.key : a.key < b.key;
      return a.position < b.position;
    });
    page_.total = static_cast<std::int64_t>(entries.size());
    if (query_.start_index > page_.total) return std::move(page_);
    const std::int64_t end = std::min(page_.total, query_.start_index - 1 + query_.count);
    for (std::int64_t i = query_.start_index - 1; i < end; ++i) {
      const auto rows = repository_.list(lowered_.selection,
                                         entries[static_cast<std::size_t>(i)].position - 1, 1);
      for (const Row& row : rows) CHECK_OK(append(row));
    }
    return std::move(page_);
  }

  template <class Visit>
  Result<> for_each_match(Visit visit) {
    const bool needs_derived = query_.filter && refers_to(*query_.filter, Kind::derived);
    std::int64_t after = 0;
    while (true) {
      const auto rows = repository_.list(lowered_.selection, after, chunk);
      for (const Row& row : rows) {
        json::Object resource = Kind::document(row, context_.base);
        if (needs_derived) {
          resource.set(Kind::derived, *derived_value(repository_, row, context_.base, all_members));
        }
        const bool match = lowered_.exact || matches(*query_.filter, resource);
        if (match) CHECK_OK(visit(row, resource));
      }
      if (rows.size() < chunk) return {};
      after = rows.back().position;
    }
  }

  Result<> append(const Row& row) {
    if (page_.items++ > 0) page_.resources += ',';
    append_resource(page_.resources, repository_, row, query_.projection, context_.base,
                    all_members);
    if (page_.resources.size() <= most_bytes) return {};
    return Error(Fault::too_many,
                 "The answer is too large: ask for fewer resources, or exclude their members "
                 "(excludedAttributes=members).");
  }

  /// Anchors are kept for plain listings only: those are what an import walks through.
  std::string listing_name() const {
    return std::string(Kind::type().name) + '/' +
           std::to_string(context_.client->connection.organization.value());
  }

  typename Kind::Repository repository_;
  const Context& context_;
  const ListQuery& query_;
  PageAnchors& anchors_;
  Timestamp now_;
  Lowered<typename Kind::Selection> lowered_;
  Page page_;
};

}  // namespace

template <class Kind>
bool is_lookup(const ListQuery& query) {
  if (!query.filter) return query.count == 0 && !query.sort_by;
  const auto lowered = Kind::lower(*query.filter);
  return lowered.nothing || Kind::is_lookup(lowered.selection);
}

template <class Kind>
Result<Page> list(Transaction& transaction, const Context& context, const ListQuery& query,
                  PageAnchors& anchors) {
  return Listing<Kind>(transaction, context, query, anchors).run();
}

template bool is_lookup<UserKind>(const ListQuery&);
template bool is_lookup<GroupKind>(const ListQuery&);
template Result<Page> list<UserKind>(Transaction&, const Context&, const ListQuery&, PageAnchors&);
template Result<Page> list<GroupKind>(Transaction&, const Context&, const ListQuery&, PageAnchors&);

http::Response list_response(const Page& page, std::int64_t start_index) {
  std::string body =
      R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":)";
  body.append(std::to_string(page.total))
      .append(R"(,"startIndex":)")
      .append(std::to_string(start_index))
      .append(R"(,"itemsPerPage":)")
      .append(std::to_string(page.items))
      .append(R"(,"Resources":[)")
      .append(page.resources)
      .append("]}");
  return {200, media_type, std::move(body)};
}

}  // namespace rollcall::scim
