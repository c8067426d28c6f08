#include "gateway/admin/csv.h"

namespace rollcall::admin {
namespace {

constexpr std::string_view formula_starts = "=+-@\t\r";

}  // namespace

void append_csv_line(std::string& out, std::span<const std::string> fields) {
  bool first = true;
  for (const std::string& field : fields) {
    if (!first) out += ',';
    first = false;
    out += '"';
    if (!field.empty() && formula_starts.find(field.front()) != std::string_view::npos) out += '\'';
    for (const char c : field) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += "\r\n";
}

}  // namespace rollcall::admin
