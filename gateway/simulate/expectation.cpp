#include "gateway/simulate/expectation.h"

#include "gateway/base/text.h"

#include <algorithm>
#include <utility>

namespace rollcall::simulate {

namespace {

constexpr std::string_view list_schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
constexpr std::string_view error_schema = "urn:ietf:params:scim:api:messages:2.0:Error";

Failure failure(std::string expected, std::string got, std::string_view source) {
  return {std::move(expected), std::move(got), std::string(source)};
}

bool is_unassigned(const json::Value* value) {
  return !value || value->is_null() || (value->array() && value->array()->empty());
}

std::string words_of(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text.empty() ? "none" : text;
}

bool has_schema(const Answer& answer, std::string_view urn) {
  const json::Value* schemas = answer.at("schemas");
  if (!schemas || !schemas->array()) return false;
  return std::ranges::any_of(*schemas->array(), [&](const json::Value& item) {
    return item.string() && iequals(*item.string(), urn);
  });
}

std::optional<Failure> judge_list(const Answer& answer, std::string_view source) {
  if (!has_schema(answer, list_schema)) {
    return failure("a ListResponse", in_words(answer.at("schemas")), source);
  }
  for (const char* name : {"totalResults", "startIndex", "itemsPerPage"}) {
    const json::Value* number = answer.at(name);
    const bool may_be_absent = std::string_view(name) != "totalResults";
    if (!number && may_be_absent) continue;
    if (!number || !number->integer()) {
      return failure(std::string(name) + " as an integer", in_words(number), source);
    }
  }
  return std::nullopt;
}

std::size_t resource_count(const Answer& answer) {
  const json::Value* resources = answer.at("Resources");
  return resources && resources->array() ? resources->array()->size() : 0;
}

std::optional<Failure> judge_integer(const Answer& answer, std::string_view name,
                                     std::int64_t value, std::string_view source) {
  const json::Value* number = answer.at(name);
  if (number && number->integer() && *number->integer() == value) return std::nullopt;
  return failure(std::string(name) + " " + std::to_string(value), in_words(number), source);
}

}  // namespace

Expectation status(std::initializer_list<int> allowed, std::string_view source) {
  return [codes = std::vector<int>(allowed), source](const Answer& answer,
                                                     Variables&) -> std::optional<Failure> {
    if (std::ranges::find(codes, answer.status()) != codes.end()) return std::nullopt;
    std::string expected = "status";
    for (const int code : codes) {
      expected += (expected.size() > 6 ? " or " : " ") + std::to_string(code);
    }
    const json::Value* detail = answer.at("detail");
    std::string got = std::to_string(answer.status());
    if (detail) got += ", detail " + in_words(detail);
    return failure(std::move(expected), std::move(got), source);
  };
}

Expectation has(std::string_view path, json::Value value, std::string_view source) {
  return [path, value = std::move(value), source](const Answer& answer,
                                                  Variables& known) -> std::optional<Failure> {
    json::Value wanted = value;
    if (std::string* text = wanted.string()) {
      auto expanded = known.expand(*text);
      if (!expanded) return failure(*text, expanded.error().detail(), source);
      *text = *std::move(expanded);
    }
    const json::Value* got = answer.at(path);
    if (got && *got == wanted) return std::nullopt;
    return failure(std::string(path) + " " + in_words(&wanted), in_words(got), source);
  };
}

Expectation absent(std::string_view path, std::string_view source) {
  return [path, source](const Answer& answer, Variables&) -> std::optional<Failure> {
    const json::Value* got = answer.at(path);
    if (is_unassigned(got)) return std::nullopt;
    return failure("no " + std::string(path), in_words(got), source);
  };
}

Expectation present(std::string_view path, std::string_view source) {
  return [path, source](const Answer& answer, Variables&) -> std::optional<Failure> {
    const json::Value* got = answer.at(path);
    if (!is_unassigned(got)) return std::nullopt;
    return failure(std::string(path), in_words(got), source);
  };
}

Expectation not_named(std::string_view path, std::string_view source) {
  return [path, source](const Answer& answer, Variables&) -> std::optional<Failure> {
    const json::Value* got = answer.at(path);
    if (!got) return std::nullopt;
    return failure("no member " + std::string(path), in_words(got), source);
  };
}

Expectation list_response(std::string_view source) {
  return [source](const Answer& answer, Variables&) { return judge_list(answer, source); };
}

Expectation results(std::int64_t total, std::string_view source) {
  return [total, source](const Answer& answer, Variables&) -> std::optional<Failure> {
    if (auto wrong = judge_list(answer, source)) return wrong;
    if (auto wrong = judge_integer(answer, "totalResults", total, source)) return wrong;
    const auto count = static_cast<std::int64_t>(resource_count(answer));
    if (count == total) return std::nullopt;
    return failure(std::to_string(total) + " Resources", std::to_string(count), source);
  };
}

Expectation page_of(std::int64_t start, std::int64_t count, std::string_view source) {
  return [start, count, source](const Answer& answer, Variables&) -> std::optional<Failure> {
    if (auto wrong = judge_list(answer, source)) return wrong;
    const auto size = static_cast<std::int64_t>(resource_count(answer));
    if (size > count) {
      return failure("at most " + std::to_string(count) + " Resources", std::to_string(size),
                     source);
    }
    if (auto wrong = judge_integer(answer, "itemsPerPage", size, source)) return wrong;
    return judge_integer(answer, "startIndex", start, source);
  };
}

Expectation scim_error(int status, std::string_view scim_type) {
  return [status, scim_type](const Answer& answer, Variables&) -> std::optional<Failure> {
    constexpr std::string_view source = "RFC 7644 §3.12";
    if (!has_schema(answer, error_schema)) {
      return failure("a SCIM error body", in_words(answer.is_json() ? &answer.document() : nullptr),
                     source);
    }
    const json::Value* code = answer.at("status");
    // The RFC's own examples have a string, Okta's documentation a number.
    const json::Value text(std::to_string(status));
    if (!code || (*code != text && *code != json::Value(status))) {
      return failure("status " + in_words(&text), in_words(code), source);
    }
    const json::Value* type = answer.at("scimType");
    if (scim_type.empty() || (type && type->string() && iequals(*type->string(), scim_type))) {
      return std::nullopt;
    }
    return failure("scimType " + std::string(scim_type), in_words(type), source);
  };
}

Expectation members(std::vector<std::string> ids, std::string_view source) {
  return [ids = std::move(ids), source](const Answer& answer,
                                        Variables& known) -> std::optional<Failure> {
    std::vector<std::string> wanted;
    for (const std::string& id : ids) {
      auto expanded = known.expand(id);
      if (!expanded) return failure("members", expanded.error().detail(), source);
      wanted.push_back(*std::move(expanded));
    }
    std::ranges::sort(wanted);
    const auto got = answer.values_of("members");
    if (got == wanted) return std::nullopt;
    return failure("members " + words_of(wanted), words_of(got), source);
  };
}

Expectation field(std::string_view name, std::string_view source) {
  return [name, source](const Answer& answer, Variables&) -> std::optional<Failure> {
    const auto value = answer.incoming().field(name);
    if (value && !value->empty()) return std::nullopt;
    return failure("a " + std::string(name) + " field", "none", source);
  };
}

Expectation location() {
  return [](const Answer& answer, Variables&) -> std::optional<Failure> {
    const auto value = answer.incoming().field("Location");
    const json::Value* meta = answer.at("meta/location");
    if (value && meta && meta->string() && *value == *meta->string()) return std::nullopt;
    return failure("a Location field equal to meta.location " + in_words(meta),
                   value ? std::string(*value) : "none", "RFC 7644 §3.3, RFC 7643 §3.1");
  };
}

Expectation keep(std::string_view path, std::string variable) {
  return [path, variable = std::move(variable)](const Answer& answer,
                                                Variables& known) -> std::optional<Failure> {
    const json::Value* value = answer.at(path);
    if (!value || !value->string() || value->string()->empty()) {
      return failure("a text in " + std::string(path), in_words(value), "RFC 7643 §3.1");
    }
    known.set(variable, *value->string());
    return std::nullopt;
  };
}

Expectation note(std::string_view path, std::string variable) {
  return [path, variable = std::move(variable)](const Answer& answer,
                                                Variables& known) -> std::optional<Failure> {
    const json::Value* value = answer.at(path);
    if (value && value->string()) known.set(variable, *value->string());
    return std::nullopt;
  };
}

Expectation keep_body(std::string variable) {
  return [variable = std::move(variable)](const Answer& answer,
                                          Variables& known) -> std::optional<Failure> {
    if (!answer.document().object()) return failure("a resource", "none", "RFC 7644 §3.4.1");
    known.set(variable, answer.incoming().body);
    return std::nullopt;
  };
}

Expectation if_body(Expectation expectation) {
  return [expectation = std::move(expectation)](const Answer& answer,
                                                Variables& known) -> std::optional<Failure> {
    return answer.status() == 204 ? std::nullopt : expectation(answer, known);
  };
}

}  // namespace rollcall::simulate
