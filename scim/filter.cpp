#include "scim/filter.h"

#include "gateway/base/text.h"
#include "scim/filter_literal.h"

#include <array>
#include <utility>

namespace rollcall::scim {
namespace {

constexpr std::array<std::pair<std::string_view, Operator>, 10> operators{{
    {"eq", Operator::equal},
    {"ne", Operator::not_equal},
    {"co", Operator::contains},
    {"sw", Operator::starts_with},
    {"ew", Operator::ends_with},
    {"gt", Operator::greater},
    {"ge", Operator::greater_or_equal},
    {"lt", Operator::less},
    {"le", Operator::less_or_equal},
    {"pr", Operator::present},
}};

/// Where attribute names are looked up: the resource, or inside the brackets of one attribute.
struct Scope {
  const ResourceType* type = nullptr;
  const Attribute* element = nullptr;

  std::optional<AttributePath> resolve(std::string_view name, const Quirks& quirks) const {
    if (element == nullptr) return resolve_path(name, *type, quirks);
    const Attribute* found = element->find(name);
    return found != nullptr ? std::optional(AttributePath{nullptr, found, nullptr}) : std::nullopt;
  }
};

/// Recursive descent over the grammar of RFC 7644 §3.4.2.2 (with erratum 7319: space after "not").
class Parser {
 public:
  Parser(std::string_view text, const Quirks& quirks) : text_(text), quirks_(quirks) {}

  Result<Filter> parse(const Scope& scope) {
    if (text_.size() > max_filter_length) return refuse("it is too long");
    if (!is_utf8(text_)) return refuse("it is not valid UTF-8");
    TRY(Filter filter, disjunction(scope, 0));
    if (at_ != text_.size()) return refuse("unexpected text");
    return filter;
  }

 private:
  Result<Filter> disjunction(const Scope& scope, std::size_t depth) {
    return chain(Filter::Kind::any, "or", [&] { return conjunction(scope, depth); });
  }
  Result<Filter> conjunction(const Scope& scope, std::size_t depth) {
    return chain(Filter::Kind::all, "and", [&] { return factor(scope, depth); });
  }

  /// One operand, or several with `keyword` between them.
  template <class Operand>
  Result<Filter> chain(Filter::Kind kind, std::string_view keyword, Operand operand) {
    auto first = operand();
    if (!first || !skip_word(keyword)) return first;
    Filter filter;
    filter.kind = kind;
    filter.operands.push_back(*std::move(first));
    do {
      TRY(Filter next, operand());
      filter.operands.push_back(std::move(next));
    } while (skip_word(keyword));
    return filter;
  }

  Result<Filter> factor(const Scope& scope, std::size_t depth) {
    skip_spaces();
    if (skip('(')) return group(scope, depth);
    const std::size_t start = at_;
    const std::string_view name = take_path();
    if (iequals(name, "not")) {
      skip_spaces();
      if (skip('(')) {
        Filter filter;
        filter.kind = Filter::Kind::negation;
        TRY(Filter operand, group(scope, depth));
        filter.operands.push_back(std::move(operand));
        return filter;
      }
    }
    if (name.empty()) return refuse("an attribute name is missing");
    const auto path = scope.resolve(name, quirks_);
    if (!path) {
      at_ = start;
      return refuse("there is no attribute " + std::string(name.substr(0, 200)));
    }
    if (skip('[')) return element(*path, scope, depth);
    return comparison(*path);
  }

  Result<Filter> group(const Scope& scope, std::size_t depth) {
    if (depth >= max_filter_depth) return refuse("it is nested too deeply");
    TRY(Filter inner, disjunction(scope, depth + 1));
    skip_spaces();
    if (!skip(')')) return refuse("')' is missing");
    return inner;
  }

  /// attribute[…], also with what Entra appends: emails[type eq "work"].value eq "a@b".
  Result<Filter> element(const AttributePath& path, const Scope& scope, std::size_t depth) {
    if (scope.element != nullptr) return refuse("brackets cannot stand within brackets");
    if (depth >= max_filter_depth) return refuse("it is nested too deeply");
    if (path.attribute == nullptr || path.sub_attribute != nullptr || !path.attribute->complex()) {
      return refuse(path.str() + " has no elements to choose from");
    }
    const Scope inside{nullptr, path.attribute};
    TRY(Filter inner, disjunction(inside, depth + 1));
    skip_spaces();
    if (!skip(']')) return refuse("']' is missing");
    if (skip('.')) {
      const auto sub_path = inside.resolve(take_path(), quirks_);
      if (!sub_path) return refuse("there is no such sub-attribute");
      TRY(Filter value, comparison(*sub_path));
      Filter both;
      both.kind = Filter::Kind::all;
      both.operands.push_back(std::move(inner));
      both.operands.push_back(std::move(value));
      inner = std::move(both);
    }
    Filter filter;
    filter.kind = Filter::Kind::element;
    filter.path = path;
    filter.operands.push_back(std::move(inner));
    return filter;
  }

  Result<Filter> comparison(const AttributePath& path) {
    if (++terms_ > max_filter_terms) return refuse("it has too many terms");
    // A comparison with a password would answer guesses (RFC 7644 §7.5.2).
    if (path.attribute != nullptr && path.leaf().returned == Returned::never) {
      return refuse(path.str() + " cannot be filtered");
    }
    Filter filter;
    filter.path = path;
    const std::size_t start = at_;
    skip_spaces();
    const std::string_view word = take_word();
    const Operator* op = nullptr;
    for (const auto& [spelling, candidate] : operators) {
      if (iequals(spelling, word)) op = &candidate;
    }
    if (op == nullptr || at_ == start) {
      return refuse(word.empty() ? "an operator is missing"
                                 : "there is no operator " + std::string(word.substr(0, 40)));
    }
    filter.op = *op;
    if (filter.op == Operator::present) return filter;
    if (path.attribute == nullptr) return refuse(path.str() + " can only be tested with pr");
    TRY(Literal literal, take_literal());
    if (auto problem = set_literal(filter, std::move(literal), quirks_); !problem.empty()) {
      return refuse(problem);
    }
    return filter;
  }

  Result<Literal> take_literal() {
    skip_spaces();
    if (at_ == text_.size()) return refuse("a value is missing");
    if (text_[at_] == '"') return take_quoted();
    const std::size_t start = at_;
    while (at_ < text_.size() && unquoted(text_[at_])) ++at_;
    const std::string_view token = text_.substr(start, at_ - start);
    if (token.empty()) return refuse("a value is missing");
    auto literal = read_token(token);
    if (literal.quoted && !quirks_.accept_unquoted_literals) {
      at_ = start;
      return refuse("a text value belongs in double quotes");
    }
    return literal;
  }

  Result<Literal> take_quoted() {
    const std::size_t start = at_++;
    bool escaped = false;
    while (at_ < text_.size() && text_[at_] != '"') {
      escaped = escaped || text_[at_] == '\\' || static_cast<unsigned char>(text_[at_]) < 0x20;
      at_ += text_[at_] == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size()) {
      at_ = text_.size();
      return refuse("the closing quote is missing");
    }
    ++at_;
    const std::string_view quoted = text_.substr(start, at_ - start);
    if (!escaped) return Literal{json::Value(quoted.substr(1, quoted.size() - 2)), true, {}};
    auto value = json::parse(quoted);
    if (!value) return refuse("a quoted value is no JSON string");
    return Literal{*std::move(value), true, {}};
  }

  static bool unquoted(char c) {
    return std::string_view(" ()[]\"'\\").find(c) == std::string_view::npos;
  }
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool skip(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// Skips a keyword between operands, spaces around it included.
  bool skip_word(std::string_view keyword) {
    skip_spaces();
    const std::size_t start = at_;
    if (iequals(take_word(), keyword)) return true;
    at_ = start;
    return false;
  }
  std::string_view take_word() {
    return take([](char c) { return in_name(c); });
  }
  std::string_view take_path() {
    return take([](char c) { return in_name(c) || c == '.' || c == ':'; });
  }
  template <class Accept>
  std::string_view take(Accept accept) {
    const std::size_t start = at_;
    while (at_ < text_.size() && accept(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  Error refuse(std::string_view problem) const {
    std::string detail = "The filter cannot be read at character " + std::to_string(at_ + 1) + ": ";
    detail += problem;
    detail += '.';
    return {Fault::invalid_filter, std::move(detail)};
  }

  std::string_view text_;
  const Quirks& quirks_;
  std::size_t at_ = 0;
  std::size_t terms_ = 0;
};

}  // namespace

Result<Filter> parse_filter(std::string_view text, const ResourceType& type, const Quirks& quirks) {
  return Parser(text, quirks).parse({&type, nullptr});
}

Result<Filter> parse_element_filter(std::string_view text, const Attribute& attribute,
                                    const Quirks& quirks) {
  return Parser(text, quirks).parse({nullptr, &attribute});
}

bool refers_to(const Filter& filter, std::string_view attribute) {
  if (filter.path.attribute != nullptr) {
    return filter.path.extension == nullptr && iequals(filter.path.attribute->name, attribute);
  }
  for (const Filter& operand : filter.operands) {
    if (refers_to(operand, attribute)) return true;
  }
  return false;
}

std::size_t terms(const Filter& filter) {
  std::size_t count = filter.kind == Filter::Kind::comparison ? 1 : 0;
  for (const Filter& operand : filter.operands) count += terms(operand);
  return count;
}

}  // namespace rollcall::scim
