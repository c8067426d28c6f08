#include "scim/filter_lowering.h"

#include <string>
#include <string_view>

namespace rollcall::scim {
namespace {

/// A comparison of a core attribute, with the brackets around it taken off: emails[value eq "x"] is
/// emails.value eq "x".
struct Term {
  std::string_view attribute;
  std::string_view sub_attribute;
  const Filter* comparison = nullptr;

  const std::string* equals() const {
    return comparison->op == Operator::equal ? comparison->literal.string() : nullptr;
  }
  bool is(std::string_view name) const { return attribute == name && sub_attribute.empty(); }
  /// `name` or `name.value`: a comparison with the attribute means its value.
  bool is_value_of(std::string_view name) const {
    return attribute == name && (sub_attribute.empty() || sub_attribute == "value");
  }
};

Term term_of(const Filter& filter) {
  const AttributePath& path = filter.path;
  if (path.attribute == nullptr || path.extension != nullptr) return {};
  if (filter.kind == Filter::Kind::comparison) {
    return {path.attribute->name,
            path.sub_attribute ? path.sub_attribute->name : std::string_view(), &filter};
  }
  return {};
}

enum class Outcome { exact, candidate, untouched, nothing };

/// Sets a condition unless the selection has it already: a second one is left to matches().
template <class T>
Outcome set(std::optional<T>& condition, T value, Outcome outcome = Outcome::exact) {
  if (condition) return Outcome::untouched;
  condition = std::move(value);
  return outcome;
}

/// Ids compare as our canonical text (caseExact); any other text is nobody's id.
template <class IdType>
Outcome set_id(std::optional<IdType>& condition, const std::string& text) {
  const auto id = IdType::parse(text);
  if (!id || id->str() != text) return Outcome::nothing;
  return set(condition, *id);
}

/// What users and groups have in common.
template <class Selection, class IdType>
Outcome lower_common(const Term& term, Selection& selection, std::optional<IdType>& id) {
  if (const std::string* text = term.equals()) {
    if (term.is("id")) return set_id(id, *text);
    if (term.is("externalId")) return set(selection.external_id, *text);
  }
  if (term.attribute == "meta" && term.sub_attribute == "lastModified" &&
      term.comparison->instant) {
    const Operator op = term.comparison->op;
    if (op == Operator::greater || op == Operator::greater_or_equal) {
      return set(selection.modified_since, *term.comparison->instant, Outcome::candidate);
    }
  }
  return Outcome::untouched;
}

Outcome lower_term(const Term& term, UserSelection& selection) {
  if (const std::string* text = term.equals()) {
    if (term.is("userName")) return set(selection.user_name, *text);
    if (term.is_value_of("emails")) return set(selection.email, *text);
    if (term.is_value_of("groups")) return set_id(selection.member_of, *text);
  }
  const bool* flag = term.comparison->literal.boolean();
  if (term.is("active") && flag && term.comparison->op == Operator::equal) {
    return set(selection.active, *flag);
  }
  return lower_common(term, selection, selection.id);
}

Outcome lower_term(const Term& term, GroupSelection& selection) {
  if (const std::string* text = term.equals()) {
    if (term.is("displayName")) return set(selection.display_name, *text);
    if (term.is_value_of("members")) return set_id(selection.member, *text);
  }
  return lower_common(term, selection, selection.id);
}

template <class Selection>
class Lowering {
 public:
  Lowered<Selection> lower(const Filter& filter) {
    conjunct(filter);
    return std::move(result_);
  }

 private:
  void conjunct(const Filter& filter) {
    switch (filter.kind) {
      case Filter::Kind::all:
        for (const Filter& operand : filter.operands) conjunct(operand);
        return;
      case Filter::Kind::element:
        return element(filter);
      case Filter::Kind::comparison:
        return note(outcome(term_of(filter)));
      case Filter::Kind::any:
      case Filter::Kind::negation:
        result_.exact = false;
    }
  }

  /// Several conditions on one element are more than each of them on any element, so that the index
  /// gives candidates only.
  void element(const Filter& filter) {
    if (filter.path.extension != nullptr) return note(Outcome::untouched);
    const Filter& inner = filter.operands.front();
    if (inner.kind == Filter::Kind::comparison) return note(outcome(inside(filter, inner)));
    result_.exact = false;
    if (inner.kind != Filter::Kind::all) return;
    for (const Filter& operand : inner.operands) {
      if (operand.kind == Filter::Kind::comparison) note(outcome(inside(filter, operand)));
    }
  }
  static Term inside(const Filter& element, const Filter& comparison) {
    return {element.path.attribute->name, comparison.path.attribute->name, &comparison};
  }

  Outcome outcome(const Term& term) {
    return term.comparison != nullptr ? lower_term(term, result_.selection) : Outcome::untouched;
  }
  void note(Outcome outcome) {
    if (outcome == Outcome::nothing) result_.nothing = true;
    if (outcome == Outcome::candidate || outcome == Outcome::untouched) result_.exact = false;
  }

  Lowered<Selection> result_;
};

}  // namespace

Lowered<UserSelection> lower_user_filter(const Filter& filter) {
  return Lowering<UserSelection>().lower(filter);
}

Lowered<GroupSelection> lower_group_filter(const Filter& filter) {
  return Lowering<GroupSelection>().lower(filter);
}

}  // namespace rollcall::scim
