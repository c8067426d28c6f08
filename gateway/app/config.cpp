#include "gateway/app/config.h"

#include "gateway/app/address.h"
#include "gateway/app/files.h"
#include "gateway/app/setting_value.h"
#include "gateway/app/settings.h"
#include "gateway/base/nearest.h"
#include "gateway/base/text.h"
#include "gateway/base/yaml.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace rollcall::app {
namespace {

constexpr std::size_t max_file = 1024 * 1024;
constexpr std::string_view variable_prefix = "ROLLCALL_";
/// Read by the commands that talk to another server, not a setting.
constexpr std::string_view token_variable = "ROLLCALL_TOKEN";

/// One setting as written somewhere, and what to put before a complaint about it.
struct Written {
  yaml::Node value;
  std::string place;
  bool in_file = true;
};

class ConfigReader {
 public:
  ConfigReader(const std::filesystem::path& file, const Environment& environment)
      : file_(file), environment_(environment) {}

  ConfigReading run() {
    if (collect_file()) {
      collect_environment();
      read_values();
      read_secrets();
      check_together();
      warn();
    }
    return std::move(reading_);
  }

 private:
  void complain(const std::string& place, const std::string& sentence) {
    reading_.problems.push_back(place + ": " + sentence);
  }
  std::string place(yaml::Mark mark) const {
    return file_.string() + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
  }
  /// Where a setting was written, or the file when it was not.
  std::string place_of(std::string_view setting) const {
    const auto found = written_.find(setting);
    return found == written_.end() ? file_.string() : found->second.place;
  }

  bool collect_file() {
    auto text = read_file(file_, max_file);
    if (!text) {
      reading_.problems.push_back(text.error().detail());
      return false;
    }
    const auto root = yaml::parse(*text);
    if (!root) {
      reading_.problems.push_back(file_.string() + ":" + root.error().detail());
      return false;
    }
    if (root->kind == yaml::Node::Kind::mapping) {
      collect_section(*root, "");
    } else if (root->kind != yaml::Node::Kind::null) {
      complain(place(root->mark), "the configuration must be a mapping of keys to values");
    }
    return true;
  }

  void collect_section(const yaml::Node& section, const std::string& prefix) {
    for (const yaml::Entry& entry : section.entries) {
      const std::string name = prefix + entry.key;
      if (const Setting* setting = find_setting(name)) {
        if (entry.value.kind == yaml::Node::Kind::null) continue;
        written_.insert_or_assign(setting->name, Written{entry.value, place(entry.mark)});
      } else if (!is_section(name)) {
        complain(place(entry.mark), unknown(name, prefix));
      } else if (entry.value.kind == yaml::Node::Kind::mapping) {
        collect_section(entry.value, name + ".");
      } else if (entry.value.kind != yaml::Node::Kind::null) {
        complain(place(entry.value.mark), "'" + name + "' must be a mapping of keys to values");
      }
    }
  }

  static bool is_section(std::string_view name) {
    const std::string prefix = std::string(name) + ".";
    const auto all = settings();
    return std::any_of(all.begin(), all.end(),
                       [&](const Setting& setting) { return setting.name.starts_with(prefix); });
  }

  /// The nearest key of the same section, else one of that name elsewhere.
  static std::string unknown(std::string_view name, std::string_view prefix) {
    std::vector<std::string_view> siblings;
    std::vector<std::string_view> all;
    for (const Setting& setting : settings()) {
      all.push_back(setting.name);
      if (!setting.name.starts_with(prefix)) continue;
      const auto rest = setting.name.substr(prefix.size());
      siblings.push_back(rest.substr(0, rest.find('.')));
    }
    std::string sentence = "unknown key '" + std::string(name) + "'";
    const auto last = name.substr(prefix.size());
    if (const auto near = nearest(last, siblings)) {
      return sentence + "; did you mean '" + std::string(prefix) + std::string(*near) + "'?";
    }
    const auto elsewhere = std::find_if(all.begin(), all.end(), [&](std::string_view candidate) {
      return candidate.substr(candidate.rfind('.') + 1) == last;
    });
    if (elsewhere != all.end())
      return sentence + "; did you mean '" + std::string(*elsewhere) + "'?";
    if (const auto near = nearest(name, all)) {
      return sentence + "; did you mean '" + std::string(*near) + "'?";
    }
    return sentence;
  }

  void collect_environment() {
    std::vector<std::string> names;
    for (const Setting& setting : settings()) names.push_back(environment_name(setting.name));
    for (const auto& [variable, value] : environment_.variables) {
      if (variable == token_variable || value.empty()) continue;
      const auto found = std::find(names.begin(), names.end(), variable);
      if (found == names.end()) {
        const std::vector<std::string_view> known(names.begin(), names.end());
        const auto near = nearest(variable, known);
        complain(variable,
                 "unknown variable" + (near ? "; did you mean '" + std::string(*near) + "'?" : ""));
        continue;
      }
      const Setting& setting = settings()[static_cast<std::size_t>(found - names.begin())];
      written_.insert_or_assign(setting.name,
                                Written{variable_value(setting, value), variable, false});
    }
  }

  /// A list is written with commas.
  yaml::Node variable_value(const Setting& setting, std::string_view value) {
    const auto scalar = [](std::string_view text) {
      yaml::Node node;
      node.kind = yaml::Node::Kind::scalar;
      node.text = text;
      return node;
    };
    if (!std::holds_alternative<std::vector<std::string>*>(setting.field(reading_.config))) {
      return scalar(value);
    }
    yaml::Node list;
    list.kind = yaml::Node::Kind::sequence;
    while (true) {
      const auto comma = value.find(',');
      const auto item = trim(value.substr(0, comma));
      if (!item.empty()) list.items.push_back(scalar(item));
      if (comma == std::string_view::npos) return list;
      value.remove_prefix(comma + 1);
    }
  }

  void read_values() {
    const std::filesystem::path beside = file_.parent_path();
    const std::filesystem::path here;
    for (const Setting& setting : settings()) {
      const auto found = written_.find(setting.name);
      if (found == written_.end()) continue;
      const auto& [value, where, in_file] = found->second;
      const std::string complaint =
          read_value(setting, value, in_file ? beside : here, reading_.config);
      if (!complaint.empty()) complain(where, "'" + std::string(setting.name) + "' " + complaint);
    }
  }

  /// A file goes before a systemd credential, that before the text itself.
  void read_secrets() {
    for (const SecretSetting& secret : secrets(reading_.config)) {
      const std::string name(secret.name);
      if (!secret.value->empty()) check_inline_secret(name, !secret.file->empty());
      const auto credential = environment_.credentials / name;
      if (!secret.file->empty()) {
        take(secret, *secret.file, read_private_secret(*secret.file), place_of(name + "_file"));
      } else if (!environment_.credentials.empty() && std::filesystem::exists(credential)) {
        // Its mode shows the access list of the service's user as group rights.
        take(secret, credential, read_secret(credential), "credential " + name);
      }
    }
  }

  void take(const SecretSetting& secret, const std::filesystem::path& source,
            const Result<Secret>& content, const std::string& where) {
    if (!content) return complain(where, content.error().detail());
    std::string text(content->reveal());
    const std::string complaint = find_setting(secret.name)->check(text);
    if (!complaint.empty()) {
      return complain(where, "the secret in " + source.string() + " " + complaint);
    }
    *secret.value = Secret(std::move(text));
  }

  void check_inline_secret(const std::string& name, bool file_too) {
    const Written& written = written_.find(name)->second;
    if (file_too) {
      complain(written.place, "only one of '" + name + "' and '" + name + "_file' may be given");
    } else if (!written.in_file) {
      reading_.warnings.push_back(written.place +
                                  ": a secret in the environment is seen by more than " +
                                  "this process; '" + name + "_file' is safer");
    } else if (open_to_others(file_)) {
      complain(written.place, "'" + name +
                                  "' is a secret in a file that group or others may read: " +
                                  "chmod 600 the file or use '" + name + "_file'");
    }
  }

  void check_together() {
    const Config& config = reading_.config;
    if (!written_.contains("store")) {
      complain(file_.string(),
               "'store' is missing, such as sqlite:///var/lib/rollcall/rollcall.db");
    }
    if (config.tls.certificate.empty() != config.tls.private_key.empty()) {
      complain(place_of(config.tls.certificate.empty() ? "tls.private_key" : "tls.certificate"),
               "'tls.certificate' and 'tls.private_key' are given together or not at all");
    }
    if (config.proxy_protocol && config.trusted_proxies.empty()) {
      complain(place_of("proxy_protocol"),
               "'proxy_protocol' needs the proxies in 'trusted_proxies'");
    }
    if (!config.mail.smtp.empty() && !config.mail.sink_dir.empty()) {
      complain(place_of("mail.sink_dir"),
               "only one of 'mail.smtp' and 'mail.sink_dir' may be given");
    }
    const auto endpoint = parse_endpoint(config.listen);
    const bool exposed = endpoint && !endpoint->loopback && !written_.contains("tls.certificate") &&
                         !written_.contains("trusted_proxies") && !config.allow_plain_http;
    if (exposed) {
      complain(place_of("listen"),
               "'listen' would take tokens in plain HTTP from other machines: "
               "configure 'tls', name the proxies that do it in 'trusted_proxies', or set "
               "'allow_plain_http: true'");
    }
  }

  void warn() {
    for (const Setting& setting : settings()) {
      const auto found = written_.find(setting.name);
      if (!setting.later || found == written_.end()) continue;
      reading_.warnings.push_back(found->second.place + ": '" + std::string(setting.name) +
                                  "' is checked, but takes effect in a later version");
    }
  }

  const std::filesystem::path& file_;
  const Environment& environment_;
  std::map<std::string_view, Written> written_;  // by Setting::name
  ConfigReading reading_;
};

}  // namespace

std::optional<net::TlsFiles> Config::tls_files() const {
  if (tls.certificate.empty()) return std::nullopt;
  return net::TlsFiles{tls.certificate, tls.private_key};
}

Environment process_environment() {
  Environment environment;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry(*at);
    const auto equals = entry.find('=');
    if (!entry.starts_with(variable_prefix) || equals == std::string_view::npos) continue;
    environment.variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  if (const char* directory = std::getenv("CREDENTIALS_DIRECTORY")) {
    environment.credentials = directory;
  }
  return environment;
}

ConfigReading read_config(const std::filesystem::path& file, const Environment& environment) {
  return ConfigReader(file, environment).run();
}

}  // namespace rollcall::app
