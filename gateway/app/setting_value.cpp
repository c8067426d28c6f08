#include "gateway/app/setting_value.h"

#include <charconv>
#include <utility>

namespace rollcall::app {
namespace {

/// Reads one written value as the type of the setting's field; the call gives the complaint, or
/// empty.
class ValueReader {
 public:
  ValueReader(const Setting& setting, const yaml::Node& value, const std::filesystem::path& base)
      : setting_(setting), value_(value), base_(base) {}

  std::string operator()(std::string* out) const { return text(*out); }
  std::string operator()(Secret* out) const {
    std::string content;
    auto complaint = text(content);
    if (complaint.empty()) *out = Secret(std::move(content));
    return complaint;
  }
  std::string operator()(std::filesystem::path* out) const {
    std::string name;
    auto complaint = text(name);
    if (complaint.empty()) *out = base_ / name;
    return complaint;
  }
  std::string operator()(bool* out) const {
    const bool yes = value_.text == "true";
    if (!scalar() || value_.quoted || (!yes && value_.text != "false")) {
      return "must be true or false";
    }
    *out = yes;
    return {};
  }
  std::string operator()(unsigned* out) const {
    std::size_t number = 0;
    auto complaint = integer(number);
    if (complaint.empty()) *out = static_cast<unsigned>(number);
    return complaint;
  }
  std::string operator()(std::size_t* out) const { return integer(*out); }
  std::string operator()(std::chrono::seconds* out) const {
    std::size_t number = 0;
    auto complaint = integer(number);
    if (complaint.empty()) *out = std::chrono::seconds(number);
    return complaint;
  }
  std::string operator()(std::vector<std::string>* out) const {
    if (value_.kind != yaml::Node::Kind::sequence) return "must be a list";
    for (const yaml::Node& item : value_.items) {
      std::string content;
      auto complaint = ValueReader(setting_, item, base_).text(content);
      if (!complaint.empty()) return "'" + item.text + "' " + complaint;
      out->push_back(std::move(content));
    }
    return {};
  }
  std::string operator()(LogLevel* out) const {
    const auto level = parse_log_level(value_.text);
    if (!scalar() || !level) return "must be debug, info, warning or error";
    *out = *level;
    return {};
  }
  std::string operator()(LogFormat* out) const {
    if (!scalar() || (value_.text != "text" && value_.text != "json")) {
      return "must be text or json";
    }
    *out = value_.text == "json" ? LogFormat::json : LogFormat::text;
    return {};
  }

 private:
  bool scalar() const { return value_.kind == yaml::Node::Kind::scalar; }

  std::string text(std::string& out) const {
    if (!scalar() || value_.text.empty()) return "must be text";
    out = value_.text;
    return setting_.check ? setting_.check(out) : "";
  }

  std::string integer(std::size_t& out) const {
    const char* end = value_.text.data() + value_.text.size();
    const auto [stop, error] = std::from_chars(value_.text.data(), end, out);
    const bool number = scalar() && !value_.quoted && error == std::errc{} && stop == end;
    if (number && out >= setting_.least && out <= setting_.most) return {};
    return "must be a whole number from " + std::to_string(setting_.least) + " to " +
           std::to_string(setting_.most);
  }

  const Setting& setting_;
  const yaml::Node& value_;
  const std::filesystem::path& base_;
};

}  // namespace

std::string read_value(const Setting& setting, const yaml::Node& value,
                       const std::filesystem::path& base, Config& config) {
  return std::visit(ValueReader(setting, value, base), setting.field(config));
}

}  // namespace rollcall::app
