#include "gateway/base/json.h"

#include "gateway/base/text.h"

// Strings are scanned 16 bytes at a time; every x86-64 has SSE2.
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <unordered_set>

namespace rollcall::json {
namespace {

/// From here on a hash set looks for duplicate names; below it a walk is quicker.
constexpr std::size_t many_members = 16;
/// Memory that an object starts with: most have no more members.
constexpr std::size_t first_members = 8;
/// What the vector routines of RapidJSON may read beyond the end of a text.
constexpr std::size_t read_ahead = 16;

/// Builds the value from RapidJSON's SAX events. Depth and size are refused while parsing, so
/// neither RapidJSON nor anything else recursive ever sees a deep tree; numbers come as text, since
/// RapidJSON's own conversion crashes on some (Tencent/rapidjson#1251).
class Builder {
 public:
  /// `escapes`: strings may come from \u escapes, among which RapidJSON lets half a surrogate pair
  /// pass.
  Builder(const Limits& limits, bool escapes) : limits_(limits), escapes_(escapes) {}

  bool Null() { return add(Value()); }
  bool Bool(bool value) { return add(Value(value)); }
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    const char* end = text + size;
    if (std::string_view(text, size).find_first_of(".eE") == std::string_view::npos) {
      std::int64_t integer = 0;
      const auto [stop, status] = std::from_chars(text, end, integer);
      if (status == std::errc() && stop == end) return add(Value(integer));
    }
    double decimal = 0;
    const auto [stop, status] = std::from_chars(text, end, decimal);
    if (status != std::errc() || stop != end || !std::isfinite(decimal)) {
      return refuse("a number is out of range");
    }
    return add(Value(decimal));
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return characters({text, size}) && add(Value(std::string_view(text, size)));
  }
  bool StartObject() {
    Object object;
    object.members().reserve(first_members);
    return open(Value(std::move(object)));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (!characters({text, size}) || !count()) return false;
    Frame& frame = open_.back();
    frame.key.assign(text, size);
    const Object& object = *frame.value.object();
    const bool duplicate =
        object.size() < many_members ? object.find(frame.key) != nullptr : !remember(frame, object);
    if (!duplicate) return true;
    duplicate_ = true;
    return refuse("a member name appears twice: " + frame.key.substr(0, 80));
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool StartArray() { return open(Value(Array())); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  Value take() { return std::move(result_); }
  const std::string& refusal() const { return refusal_; }
  bool found_duplicate() const { return duplicate_; }

 private:
  struct Frame {
    Value value;
    std::string key;
    std::unique_ptr<std::unordered_set<std::string>> names;
  };

  static bool remember(Frame& frame, const Object& object) {
    if (!frame.names) {
      frame.names = std::make_unique<std::unordered_set<std::string>>();
      for (const Member& member : object) frame.names->insert(member.name);
    }
    return frame.names->insert(frame.key).second;
  }
  bool refuse(std::string reason) {
    refusal_ = std::move(reason);
    return false;
  }
  bool characters(std::string_view text) {
    return !escapes_ || is_utf8(text) || refuse("an escape is half a surrogate pair");
  }
  bool count() { return ++values_ <= limits_.values || refuse("the document has too many values"); }
  bool open(Value container) {
    if (open_.size() >= limits_.depth) return refuse("the document is nested too deeply");
    if (!count()) return false;
    open_.push_back({std::move(container), {}, nullptr});
    return true;
  }
  bool close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    place(std::move(done));
    return true;
  }
  bool add(Value value) {
    if (!count()) return false;
    place(std::move(value));
    return true;
  }
  void place(Value value) {
    if (open_.empty()) {
      result_ = std::move(value);
    } else if (Array* array = open_.back().value.array()) {
      array->push_back(std::move(value));
    } else {
      open_.back().value.object()->append(std::move(open_.back().key), std::move(value));
    }
  }

  Limits limits_;
  bool escapes_;
  std::size_t values_ = 0;
  std::vector<Frame> open_;
  Value result_;
  std::string refusal_;
  bool duplicate_ = false;
};

void append_escape(std::string& out, unsigned code) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[(code >> shift) & 0xfU];
}

bool plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7f && byte != 0xe2;
}

bool plain_ascii(char c) { return plain(c) && static_cast<unsigned char>(c) < 0x80; }

}  // namespace

Object::Object(std::initializer_list<Member> members) : members_(members) {}

const Value* Object::find(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

Value* Object::find(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

const Value* Object::find_ignoring_case(std::string_view name) const {
  for (const Member& member : members_) {
    if (iequals(member.name, name)) return &member.value;
  }
  return nullptr;
}

Value* Object::find_ignoring_case(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).find_ignoring_case(name));
}

Value& Object::set(std::string_view name, Value value) {
  if (Value* present = find(name)) return *present = std::move(value);
  return append(std::string(name), std::move(value));
}

Value& Object::append(std::string name, Value value) {
  return members_.emplace_back(std::move(name), std::move(value)).value;
}

bool Object::erase(std::string_view name) {
  return std::erase_if(members_, [&](const Member& member) { return member.name == name; }) > 0;
}

bool operator==(const Object& a, const Object& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const Member& member) {
           const Value* other = b.find(member.name);
           return other != nullptr && *other == member.value;
         });
}

Result<Value> parse(std::string_view text, const Limits& limits) {
  if (!is_utf8(text)) return Error(Fault::invalid_syntax, "The body is not valid UTF-8.");
  Builder builder(limits, text.find("\\u") != std::string_view::npos);
  std::string buffer;
  buffer.reserve(text.size() + read_ahead);
  buffer.append(text).append(read_ahead, '\0');
  rapidjson::InsituStringStream stream(buffer.data());
  rapidjson::Reader reader;
  constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult outcome = reader.Parse<flags>(stream, builder);
  if (outcome) {
    // The reader takes a NUL for the end of the document.
    if (stream.Tell() >= text.size()) return builder.take();
    return Error(Fault::invalid_syntax, "The JSON document contains a NUL byte.");
  }
  std::string reason =
      builder.refusal().empty() ? rapidjson::GetParseError_En(outcome.Code()) : builder.refusal();
  Error error(Fault::invalid_syntax, "The JSON document cannot be read at byte " +
                                         std::to_string(outcome.Offset()) + ": " + reason);
  if (builder.found_duplicate()) error.with_code("duplicate_member");
  return error;
}

std::string write(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

void append(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const std::int64_t* integer = value.integer()) {
    out += std::to_string(*integer);
  } else if (const double* decimal = value.decimal()) {
    append_number(out, *decimal);
  } else if (const std::string* string = value.string()) {
    append_string(out, *string);
  } else if (const Array* array = value.array()) {
    char separator = '[';
    for (const Value& element : *array) {
      out += separator;
      append(out, element);
      separator = ',';
    }
    out += array->empty() ? "[]" : "]";
  } else if (const Object* object = value.object()) {
    char separator = '{';
    for (const Member& member : *object) {
      out += separator;
      append_string(out, member.name);
      out += ':';
      append(out, member.value);
      separator = ',';
    }
    out += object->empty() ? "{}" : "}";
  }
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  // Most text is ASCII without anything to escape.
  if (std::all_of(text.begin(), text.end(), plain_ascii)) {
    out.append(text) += '"';
    return;
  }
  if (!is_utf8(text)) {
    for (const char c : text) {
      const bool ascii = static_cast<unsigned char>(c) < 0x80;
      if (ascii && plain(c)) {
        out += c;
      } else {
        append_escape(out, ascii ? static_cast<unsigned char>(c) : 0xfffdU);
      }
    }
    out += '"';
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    while (at < text.size() && plain(text[at])) ++at;
    out.append(text.substr(start, at - start));
    if (at == text.size()) break;
    const char c = text[at];
    const std::string_view three = text.substr(at, 3);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (three == "\u2028" || three == "\u2029") {
      append_escape(out, three == "\u2028" ? 0x2028U : 0x2029U);
      at += 2;
    } else if (static_cast<unsigned char>(c) == 0xe2) {
      out += c;
    } else {
      append_escape(out, static_cast<unsigned char>(c));
    }
    ++at;
  }
  out += '"';
}

void append_number(std::string& out, double number) {
  std::array<char, 32> text{};
  // "-0" would read as the integer 0, which is written "0".
  const double written = number == 0 ? 0.0 : number;
  const auto [end, status] = std::to_chars(text.data(), text.data() + text.size(), written);
  out.append(text.data(), status == std::errc() ? end : text.data());
}

}  // namespace rollcall::json
