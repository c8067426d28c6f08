#include "gateway/directory/backup.h"
#include "gateway/directory/checkpointer.h"
#include "gateway/directory/directory.h"
#include "gateway/directory/migrations.h"
#include "gateway/directory/reader_pool.h"
#include "gateway/directory/scan_pool.h"
#include "gateway/directory/store_file.h"
#include "gateway/directory/unit_queue.h"
#include "gateway/directory/writer.h"

#include <semaphore>
#include <string>

namespace rollcall::sqlite {
namespace {

constexpr std::size_t scan_queue_units = 256;
constexpr std::size_t shortest_audit_key = 32;

std::uint64_t size_of(const std::filesystem::path& file) {
  std::error_code absent;
  const auto size = std::filesystem::file_size(file, absent);
  return absent ? 0 : size;
}

class SqliteDirectory final : public Directory {
 public:
  SqliteDirectory(const DirectoryOptions& options, const Clock& clock, Log& log)
      : file_(options.store),
        connections_{file_.path(), file_.temporary() ? Durability::off : Durability::full,
                     options.audit_key, options.mail},
        writes_(options.write_queue),
        scans_(scan_queue_units) {
    prepare(options.audit_key);
    readers_ = std::make_unique<ReaderPool>(connections_, clock, stats_.commits);
    checkpointer_ = std::make_unique<Checkpointer>(connections_, *readers_, log, stats_);
    writer_ = std::make_unique<Writer>(connections_, writes_, *readers_, clock, log, stats_,
                                       [this] { checkpointer_->note_commit(); });
    scanners_ =
        std::make_unique<ScanPool>(options.scan_threads, options.scan_deadline, scans_, *readers_);
  }

  std::uint64_t token_epoch() const override { return stats_.token_epoch; }
  const AccessEpochs& access_epochs() const override { return stats_.access; }
  const SessionEpochs& session_epochs() const override { return stats_.sessions; }

  DirectoryStats stats() const override {
    return {.commits = stats_.commits,
            .units = stats_.units,
            .write_queue = writes_.size(),
            .scan_queue = scans_.size(),
            .store_bytes = size_of(file_.path()),
            .wal_bytes = size_of(file_.path().string() + "-wal"),
            .writable = stats_.writable};
  }

  Result<> backup(const std::filesystem::path& target) override {
    return sqlite::backup(file_.path(), target);
  }

 protected:
  bool run_read_here(AnyUnit& unit) override {
    readers_->run(unit);
    return true;
  }
  Awaitable<> run_read(AnyUnit& unit) override {
    readers_->run(unit);
    co_return;
  }
  Awaitable<> run_scan(AnyUnit& unit) override { return queue(scans_, unit); }
  Awaitable<> run_write(AnyUnit& unit) override { return queue(writes_, unit); }
  void run_read_now(AnyUnit& unit) override { readers_->run(unit); }
  void run_write_now(AnyUnit& unit) override {
    std::binary_semaphore done(0);
    writes_.push(unit, Waiter(done));
    done.acquire();
  }

 private:
  static Awaitable<> queue(UnitQueue& queue, AnyUnit& unit) {
    return wait_for_done([&queue, &unit](Waiter waiter) { queue.push(unit, std::move(waiter)); });
  }

  void prepare(const Secret& audit_key) {
    if (audit_key.reveal().size() < shortest_audit_key) {
      throw std::runtime_error("The audit key must have 32 bytes or more.");
    }
    try {
      Session session(file_.path(), Access::write, connections_.durability);
      migrate(session);
      check_audit_key(session, audit_key);
    } catch (const sql::StoreError& failure) {
      throw std::runtime_error("The store " + file_.path().string() +
                               " cannot be opened: " + failure.what());
    }
  }

  // In this order: the threads end before what they use.
  StoreFile file_;
  ConnectionOptions connections_;
  Writer::Stats stats_;
  UnitQueue writes_;
  UnitQueue scans_;
  std::unique_ptr<ReaderPool> readers_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<ScanPool> scanners_;
};

}  // namespace
}  // namespace rollcall::sqlite

namespace rollcall {

std::unique_ptr<Directory> Directory::open(DirectoryOptions options, const Clock& clock, Log& log) {
  return std::make_unique<sqlite::SqliteDirectory>(options, clock, log);
}

}  // namespace rollcall
