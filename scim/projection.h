#pragma once

#include "gateway/base/json.h"
#include "gateway/http/url.h"
#include "scim/attribute_path.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

/// Which attributes a reply carries: `attributes` or `excludedAttributes` over the schema's
/// `returned` (RFC 7644 §3.9).
class Projection {
 public:
  /// The default: everything but returned=never and returned=request.
  explicit Projection(const ResourceType& type) : type_(&type) {}

  /// Lists as sent, an entry may hold several names between commas. Unknown names and a filter
  /// behind a name are passed over. invalid_value if both lists name something, or one names more
  /// than 500.
  static Result<Projection> parse(std::span<const std::string> attributes,
                                  std::span<const std::string> excluded, const ResourceType& type);

  bool is_default() const { return mode_ == Mode::default_; }
  /// Everything of the stored document is wanted: only `groups`, `members` or nothing is left out.
  bool keeps_document() const;
  /// Whether a core or common attribute ("members", "groups", "meta") appears in the reply.
  bool wants(std::string_view attribute) const;
  /// Drops what is not wanted from a canonical document.
  void apply(json::Object& resource) const;

 private:
  enum class Mode { default_, only, except };

  bool keeps(const Schema* extension, const Attribute& attribute) const;
  void apply_to(json::Object& attributes, const Schema* extension) const;
  void apply_to_value(json::Value& value, const Schema* extension,
                      const Attribute& attribute) const;
  void apply_to_element(json::Object& element, const Schema* extension,
                        const Attribute& attribute) const;

  const ResourceType* type_;
  Mode mode_ = Mode::default_;
  std::vector<AttributePath> paths_;
};

/// From the query parameters of any request on a resource; unknown parameters are ignored.
Result<Projection> parse_projection(std::span<const http::Parameter> parameters,
                                    const ResourceType& type);

}  // namespace rollcall::scim
