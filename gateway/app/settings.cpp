#include "gateway/app/settings.h"

#include "gateway/app/address.h"
#include "gateway/base/ip_address.h"
#include "gateway/base/text.h"
#include "gateway/mail/options.h"

#include <algorithm>
#include <array>

namespace rollcall::app {
namespace {

std::string check_endpoint(std::string& text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint) return "must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080";
  text = endpoint->str();
  return {};
}

std::string check_range(std::string& text) {
  auto range = parse_range(text);
  if (!range) return "must be an address or a range, such as 10.0.0.0/8 or fd00::/8";
  text = *std::move(range);
  return {};
}

bool host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

bool host_and_port(std::string_view text) {
  const auto colon = text.find(':');
  const auto host = text.substr(0, colon);
  if (host.empty() || !std::all_of(host.begin(), host.end(), host_character)) return false;
  if (colon == std::string_view::npos) return true;
  const auto port = text.substr(colon + 1);
  return !port.empty() && port.size() <= 5 &&
         std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string check_host(std::string& text) {
  text = ascii_lower(text);
  return host_and_port(text) ? "" : "must be a host name, such as app.example.com";
}

std::string check_origin(std::string& text) {
  while (!text.empty() && text.back() == '/') text.pop_back();
  const auto scheme = text.find("://");
  const bool known = text.starts_with("https://") || text.starts_with("http://");
  if (known) {
    std::string authority = ascii_lower(std::string_view(text).substr(scheme + 3));
    const bool literal = authority.starts_with('[') && parse_endpoint(authority);
    if (literal || host_and_port(authority)) {
      text = text.substr(0, scheme + 3) + authority;
      return {};
    }
  }
  return "must be scheme and host without a path, such as https://scim.example.com";
}

std::string check_store(std::string& text) {
  if (text.starts_with("postgresql://") || text.starts_with("postgres://")) {
    return "PostgreSQL comes with a later version; use sqlite:///absolute/path";
  }
  const bool file = text.starts_with("sqlite:///") && text.size() > 10 && !text.ends_with('/');
  return file ? ""
              : "must be sqlite:///absolute/path, such as sqlite:///var/lib/rollcall/rollcall.db";
}

std::string check_redis(std::string& text) {
  const bool known = text.starts_with("redis://") || text.starts_with("rediss://");
  return known ? "" : "must be redis://host:port or rediss://host:port";
}

std::string check_smtp(std::string& text) {
  const auto relay = mail::parse_smtp(text);
  return relay ? "" : relay.error().detail();
}

std::string check_from(std::string& text) {
  const bool address = static_cast<bool>(mail::parse_address(text));
  return address ? "" : "must be an address such as Rollcall <no-reply@example.com>";
}

std::string check_key(std::string& text) {
  return text.size() >= 32
             ? ""
             : "must have 32 bytes or more; `openssl rand -base64 48` makes a good one";
}

/// One key a line; empty lines and those that begin with '#' do not count.
std::string check_key_ring(std::string& text) {
  bool any = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string key(trim(std::string_view(text).substr(begin, end - begin)));
    if (key.ends_with('\r')) key.pop_back();
    begin = end + 1;
    if (key.empty() || key.starts_with('#')) continue;
    const std::string complaint = check_key(key);
    if (!complaint.empty()) return "has a line that " + complaint;
    any = true;
  }
  return any ? "" : "must have a key, on a line of its own";
}

/// The resolver's port is 53 unless given.
std::string check_dns_server(std::string& text) {
  const auto address = IpAddress::parse(text);
  if (address) text = Endpoint{address->text(), 53}.str();
  const auto endpoint = parse_endpoint(text);
  if (!endpoint || endpoint->port == 0) {
    return "must be an IP address, with a port or without, such as 10.0.0.53 or 127.0.0.1:5353";
  }
  text = endpoint->str();
  return {};
}

constexpr std::size_t day = 86'400;

#define FIELD(member) [](Config& config) -> Field { return &config.member; }
constexpr std::array all{
    Setting{"listen", FIELD(listen), check_endpoint},
    Setting{"public_url", FIELD(public_url), check_origin},
    Setting{"allow_plain_http", FIELD(allow_plain_http)},
    Setting{"tls.certificate", FIELD(tls.certificate)},
    Setting{"tls.private_key", FIELD(tls.private_key)},
    Setting{"trusted_proxies", FIELD(trusted_proxies), check_range},
    Setting{"proxy_protocol", FIELD(proxy_protocol)},
    Setting{"operations.listen", FIELD(operations.listen), check_endpoint},
    Setting{"store", FIELD(store), check_store},
    Setting{"keys.audit", FIELD(keys.audit), check_key},
    Setting{"keys.audit_file", FIELD(keys.audit_file)},
    Setting{"keys.secrets", FIELD(keys.secrets), check_key_ring},
    Setting{"keys.secrets_file", FIELD(keys.secrets_file)},
    Setting{"threads", FIELD(threads), nullptr, 0, 256},
    Setting{"log.format", FIELD(log.format)},
    Setting{"log.level", FIELD(log.level)},
    Setting{"limits.head_bytes", FIELD(limits.head_bytes), nullptr, 1024, 32'768},
    Setting{"limits.head_fields", FIELD(limits.head_fields), nullptr, 10, 1000},
    Setting{"limits.connections", FIELD(limits.connections), nullptr, 1, 1'000'000},
    Setting{"limits.connections_per_address", FIELD(limits.connections_per_address), nullptr, 1,
            1'000'000},
    Setting{"limits.idle_seconds", FIELD(limits.idle), nullptr, 1, day},
    Setting{"limits.head_seconds", FIELD(limits.head), nullptr, 1, day},
    Setting{"limits.body_seconds", FIELD(limits.body), nullptr, 1, day},
    Setting{"limits.write_seconds", FIELD(limits.write), nullptr, 1, day},
    Setting{"limits.gzip_from_bytes", FIELD(limits.gzip_from), nullptr, 256, 1u << 30},
    Setting{"limits.sign_ins_per_minute", FIELD(limits.sign_ins_per_minute), nullptr, 0, 1'000'000},
    Setting{"protected_hosts", FIELD(protected_hosts), check_host},
    Setting{"redis", FIELD(redis), check_redis, 0, 0, true},
    Setting{"redis_file", FIELD(redis_file), nullptr, 0, 0, true},
    Setting{"mail.smtp", FIELD(mail.smtp), check_smtp},
    Setting{"mail.smtp_file", FIELD(mail.smtp_file)},
    Setting{"mail.ca_file", FIELD(mail.ca_file)},
    Setting{"mail.sink_dir", FIELD(mail.sink_dir)},
    Setting{"mail.from", FIELD(mail.from), check_from},
    Setting{"outbound.allow", FIELD(outbound.allow), check_range},
    Setting{"outbound.ca_file", FIELD(outbound.ca_file)},
    Setting{"outbound.dns_server", FIELD(outbound.dns_server), check_dns_server},
};
#undef FIELD

struct Shown {
  json::Value operator()(const std::string* text) const {
    return text->empty() ? json::Value() : json::Value(*text);
  }
  json::Value operator()(const std::filesystem::path* path) const {
    return path->empty() ? json::Value() : json::Value(path->string());
  }
  json::Value operator()(const bool* value) const { return *value; }
  json::Value operator()(const unsigned* value) const { return static_cast<std::int64_t>(*value); }
  json::Value operator()(const std::size_t* value) const {
    return static_cast<std::int64_t>(*value);
  }
  json::Value operator()(const std::chrono::seconds* value) const {
    return static_cast<std::int64_t>(value->count());
  }
  json::Value operator()(const std::vector<std::string>* items) const {
    return json::Array(items->begin(), items->end());
  }
  json::Value operator()(const Secret* secret) const {
    return secret->empty() ? json::Value() : json::Value("(set)");
  }
  json::Value operator()(const LogLevel* level) const { return name(*level); }
  json::Value operator()(const LogFormat* format) const {
    return *format == LogFormat::json ? "json" : "text";
  }
};

}  // namespace

std::span<const Setting> settings() { return all; }

const Setting* find_setting(std::string_view wanted) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Setting& setting) { return setting.name == wanted; });
  return found == all.end() ? nullptr : &*found;
}

std::string environment_name(std::string_view setting) {
  std::string text = "ROLLCALL_";
  for (const char c : setting) {
    const bool lower = c >= 'a' && c <= 'z';
    text += c == '.' ? '_' : lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

json::Value show(const Setting& setting, Config& config) {
  return std::visit(Shown{}, setting.field(config));
}

std::vector<SecretSetting> secrets(Config& config) {
  return {{"keys.audit", &config.keys.audit, &config.keys.audit_file},
          {"keys.secrets", &config.keys.secrets, &config.keys.secrets_file},
          {"redis", &config.redis, &config.redis_file},
          {"mail.smtp", &config.mail.smtp, &config.mail.smtp_file}};
}

}  // namespace rollcall::app
