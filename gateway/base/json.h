#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rollcall::json {

class Value;
using Array = std::vector<Value>;
struct Member;

struct Null {
  friend bool operator==(Null, Null) = default;
};

/// The members of a JSON object in the order they were written, names unique to the byte.
class Object {
 public:
  Object();
  Object(std::initializer_list<Member> members);
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  /// The member with exactly this name, or null.
  const Value* find(std::string_view name) const;
  Value* find(std::string_view name);
  /// The member whose name is this but for the case of ASCII letters (RFC 7643 §2.1), or null.
  const Value* find_ignoring_case(std::string_view name) const;
  Value* find_ignoring_case(std::string_view name);

  /// Replaces the member or appends it.
  Value& set(std::string_view name, Value value);
  /// Appends without looking for an equal name, for callers that know there is none.
  Value& append(std::string name, Value value);
  bool erase(std::string_view name);

  bool empty() const;
  std::size_t size() const;
  std::vector<Member>& members() { return members_; }
  const std::vector<Member>& members() const { return members_; }
  auto begin() const;
  auto end() const;
  auto begin();
  auto end();

  /// Equal members in any order.
  friend bool operator==(const Object& a, const Object& b);

 private:
  std::vector<Member> members_;
};

/// A JSON document as a value; parse() bounds its depth, so that it copies, compares and ends
/// safely.
class Value {
 public:
  Value() : data_(Null{}) {}
  Value(Null) : data_(Null{}) {}
  Value(bool value) : data_(value) {}
  Value(int value) : data_(static_cast<std::int64_t>(value)) {}
  Value(std::int64_t value) : data_(value) {}
  Value(double value) : data_(value) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<Null>(data_); }

  /// Typed access: null unless the value has that type. A decimal without a fraction is no integer.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const double* decimal() const { return std::get_if<double>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Array* array() const { return std::get_if<Array>(&data_); }
  const Object* object() const { return std::get_if<Object>(&data_); }
  std::string* string() { return std::get_if<std::string>(&data_); }
  Array* array() { return std::get_if<Array>(&data_); }
  Object* object() { return std::get_if<Object>(&data_); }

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<Null, bool, std::int64_t, double, std::string, Array, Object> data_;
};

struct Member {
  std::string name;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

// Members of a complete Member type, hence here.
inline Object::Object() = default;
inline Object::Object(const Object&) = default;
inline Object::Object(Object&&) noexcept = default;
inline Object& Object::operator=(const Object&) = default;
inline Object& Object::operator=(Object&&) noexcept = default;
inline Object::~Object() = default;
inline bool Object::empty() const { return members_.empty(); }
inline std::size_t Object::size() const { return members_.size(); }
inline auto Object::begin() const { return members_.begin(); }
inline auto Object::end() const { return members_.end(); }
inline auto Object::begin() { return members_.begin(); }
inline auto Object::end() { return members_.end(); }

struct Limits {
  std::size_t depth = 32;
  /// Scalars, arrays, objects and members together.
  std::size_t values = 500'000;
};

/// Parses one JSON text (RFC 8259). Refused with invalid_syntax and the byte offset: bad UTF-8,
/// depth or size beyond `limits`, a duplicate member name (code duplicate_member), a number that no
/// double holds, anything after the value.
Result<Value> parse(std::string_view text, const Limits& limits = {});

/// Compact JSON text.
std::string write(const Value& value);
void append(std::string& out, const Value& value);
/// A quoted, escaped string; control characters, U+2028 and U+2029 are escaped, bad UTF-8 is
/// replaced.
void append_string(std::string& out, std::string_view text);
void append_number(std::string& out, double number);

}  // namespace rollcall::json
