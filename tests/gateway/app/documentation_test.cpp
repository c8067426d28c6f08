#include "gateway/app/config.h"
#include "gateway/app/settings.h"
#include "gateway/base/json.h"
#include "gateway/base/yaml.h"
#include "tests/gateway/app/scratch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace rollcall::app {
namespace {

using test::content_of;

/// The rows of docs/configuration.md as "`key` | `default` | `VARIABLE`". Tests run in the source
/// root.
std::vector<std::string> documented() {
  std::istringstream lines(content_of("docs/configuration.md"));
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::size_t end = 0;
    for (int cell = 0; cell < 3; ++cell) end = line.find(" | ", end + 1);
    rows.push_back(line.substr(2, end - 2));
  }
  return rows;
}

std::string as_documented(const Setting& setting, Config& defaults) {
  const json::Value value = show(setting, defaults);
  std::string text = value.string() ? *value.string() : json::write(value);
  text = value.is_null() ? "" : "`" + text + "` ";
  return "`" + std::string(setting.name) + "` | " + text + "| `" + environment_name(setting.name) +
         "`";
}

TEST(ConfigurationPage, ListsEveryKeyWithItsDefaultAndVariable) {
  Config defaults;
  std::vector<std::string> known;
  for (const Setting& setting : settings()) known.push_back(as_documented(setting, defaults));
  auto rows = documented();
  std::sort(known.begin(), known.end());
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(rows, known);
}

TEST(ExampleConfiguration, IsReadWithoutAComplaint) {
  const auto reading = read_config("deploy/rollcall.example.yaml", {});
  EXPECT_EQ(reading.problems, std::vector<std::string>());
  EXPECT_EQ(reading.warnings, std::vector<std::string>());
}

/// The example with every key that stands behind a bare '#' set; prose stands behind "# ".
std::string uncommented() {
  std::istringstream lines(content_of("deploy/rollcall.example.yaml"));
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool prose = line.size() > 2 && line[1] == ' ' && line[2] != ' ';
    text += (line.starts_with('#') && !prose ? line.substr(1) : line) + "\n";
  }
  return text;
}

TEST(ExampleConfiguration, ShowsEveryKeyAndNoOther) {
  const auto root = yaml::parse(uncommented());
  ASSERT_TRUE(root) << root.error().detail();
  std::set<std::string> shown;
  for (const auto& [name, mark, value] : root->entries) {
    if (value.kind != yaml::Node::Kind::mapping) shown.insert(name);
    for (const yaml::Entry& inner : value.entries) shown.insert(name + "." + inner.key);
  }
  std::set<std::string> known;
  for (const Setting& setting : settings()) {
    // A secret is shown by its file alone, mail by one of its two ways.
    const bool by_file = find_setting(std::string(setting.name) + "_file") != nullptr;
    if (!by_file && setting.name != "mail.sink_dir") known.emplace(setting.name);
  }
  EXPECT_EQ(shown, known);
}

}  // namespace
}  // namespace rollcall::app
