#include "tests/gateway/directory/faulty_vfs.h"

namespace rollcall::test {

FaultyVfs::FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.zName = "faulty";
  vfs_.xOpen = &FaultyVfs::open;
  active_ = this;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
  active_ = nullptr;
}

void FaultyVfs::arm(Call call, int code, Mode mode, int nth) {
  call_ = call;
  code_ = code;
  mode_ = mode;
  left_ = nth;
  failed_ = false;
  armed_ = true;
}

bool FaultyVfs::disarm() {
  armed_ = false;
  return failed_;
}

int FaultyVfs::verdict(Call call) {
  if (!armed_ || call != call_) return SQLITE_OK;
  const int left = --left_;
  if (left > 0 || (left < 0 && mode_ == Mode::once)) return SQLITE_OK;
  failed_ = true;
  return code_;
}

int FaultyVfs::open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  FaultyVfs& self = *active_;
  const int code = self.real_->xOpen(self.real_, name, file, flags, out);
  if (file->pMethods != nullptr) file->pMethods = self.stand_in_for(file->pMethods);
  return code;
}

const sqlite3_io_methods* FaultyVfs::stand_in_for(const sqlite3_io_methods* real) {
  const std::lock_guard lock(mutex_);
  for (const Methods& methods : methods_) {
    if (methods.real == real) return &methods.faulty;
  }
  Methods& methods = methods_.emplace_back(Methods{*real, real});
  methods.faulty.xRead = &FaultyVfs::read;
  methods.faulty.xWrite = &FaultyVfs::write;
  methods.faulty.xTruncate = &FaultyVfs::truncate;
  methods.faulty.xSync = &FaultyVfs::sync;
  return &methods.faulty;
}

int FaultyVfs::read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
  FaultyVfs& self = *active_;
  const int code = self.verdict(Call::read);
  return code == SQLITE_OK ? real_of(file).xRead(file, data, size, at) : code;
}

int FaultyVfs::write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  FaultyVfs& self = *active_;
  int code = self.verdict(Call::write);
  if (code != SQLITE_OK) return code;
  code = self.verdict(Call::half_write);
  const int written = code == SQLITE_OK ? size : size / 2;
  const int real = real_of(file).xWrite(file, data, written, at);
  return code == SQLITE_OK ? real : code;
}

int FaultyVfs::truncate(sqlite3_file* file, sqlite3_int64 size) {
  FaultyVfs& self = *active_;
  const int code = self.verdict(Call::truncate);
  return code == SQLITE_OK ? real_of(file).xTruncate(file, size) : code;
}

int FaultyVfs::sync(sqlite3_file* file, int flags) {
  FaultyVfs& self = *active_;
  const int code = self.verdict(Call::sync);
  return code == SQLITE_OK ? real_of(file).xSync(file, flags) : code;
}

}  // namespace rollcall::test
