#include "gateway/admin/restore.h"

#include "gateway/directory/directory.h"
#include "gateway/directory/store_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>

namespace rollcall::admin {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view scheme = "sqlite://";
/// What SQLite keeps beside the file; ".lock" stays with the place.
constexpr std::array<const char*, 3> parts{"", "-wal", "-shm"};

fs::path beside(const fs::path& store, std::string_view suffix) {
  return store.string() + std::string(suffix);
}

/// A copy that goes unless it is kept.
class Candidate {
 public:
  explicit Candidate(const fs::path& store) : path_(beside(store, ".restoring")) { remove(); }
  ~Candidate() { remove(); }
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;

  const fs::path& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    for (const char* part : parts) fs::remove(beside(path_, part), ignored);
    fs::remove(beside(path_, ".lock"), ignored);
  }
  fs::path path_;
};

void check_is_database(const fs::path& backup) {
  constexpr std::string_view magic{"SQLite format 3\0", 16};
  std::array<char, magic.size()> head{};
  std::ifstream file(backup, std::ios::binary);
  if (!file) throw std::runtime_error(backup.string() + " cannot be read");
  file.read(head.data(), head.size());
  if (!file || !std::equal(magic.begin(), magic.end(), head.begin())) {
    throw std::runtime_error(backup.string() + " is no backup of Rollcall");
  }
}

void add_verdict(RestoreReport& report, const AuditVerdict& verdict, const std::string& log) {
  if (verdict.broken_at) {
    throw std::runtime_error("the audit log of " + log + " in the backup is broken at event " +
                             std::to_string(*verdict.broken_at) + ": " + verdict.reason);
  }
  ++report.chains;
  report.events += verdict.events;
}

/// Opens the copy as the server would and walks every chain.
void verify(const fs::path& copy, const Secret& audit_key, const Clock& clock, Log& log,
            RestoreReport& report) {
  DirectoryOptions options;
  options.store = std::string(scheme) + copy.string();
  options.audit_key = audit_key;
  const auto directory = Directory::open(std::move(options), clock, log);
  const auto done = directory->read_now([&](Transaction& transaction) -> Result<> {
    add_verdict(report, transaction.audit(std::nullopt).verify(), "the instance");
    for (const Organization& organization : transaction.organizations().list()) {
      add_verdict(report, transaction.audit(organization.key).verify(), organization.slug);
    }
    return {};
  });
  if (!done) throw std::runtime_error("the backup cannot be read: " + done.error().detail());
}

fs::path move_aside(const fs::path& store, Timestamp now) {
  std::string instant = format_timestamp(now);
  std::erase_if(instant, [](char c) { return c == ':' || c == '-'; });
  const fs::path target = beside(store, ".before-restore-" + instant);
  for (const char* part : parts) {
    if (fs::exists(beside(target, part))) {
      throw std::runtime_error(beside(target, part).string() + " exists already");
    }
  }
  // The file first: a store without its log would look whole and lack what was last acknowledged.
  for (const char* part : parts) {
    if (fs::exists(beside(store, part))) fs::rename(beside(store, part), beside(target, part));
  }
  return target;
}

}  // namespace

RestoreReport restore(const fs::path& backup, const fs::path& store, const Secret& audit_key,
                      const Clock& clock, Log& log) {
  check_is_database(backup);
  const bool existed = fs::exists(store);
  const sqlite::StoreFile held(std::string(scheme) + store.string());
  RestoreReport report;
  const Candidate candidate(store);
  sqlite::create_file(candidate.path());
  fs::copy_file(backup, candidate.path(), fs::copy_options::overwrite_existing);
  fs::permissions(candidate.path(), fs::perms::owner_read | fs::perms::owner_write);
  verify(candidate.path(), audit_key, clock, log, report);
  sqlite::sync_to_disk(candidate.path());
  if (existed) report.moved_aside = move_aside(store, clock.now());
  fs::rename(candidate.path(), store);
  sqlite::sync_to_disk(store.parent_path());
  return report;
}

}  // namespace rollcall::admin
