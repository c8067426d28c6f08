#pragma once

#include "gateway/base/id.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// What the repositories know of a database engine: one DML text for all engines ($1 placeholders,
/// RETURNING, ON CONFLICT). DDL and locking belong to the drivers.
namespace rollcall::sql {

/// The text of one statement. Drivers keep what they prepared under its address, so it is a
/// constant of static storage, never built from values.
class Sql {
 public:
  constexpr explicit Sql(std::string_view text) : text_(text) {}
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// Constant fragments put together at compile time.
template <const std::string_view&... Parts>
class Joined {
  static constexpr std::size_t size = (Parts.size() + ... + 0);
  static constexpr auto text = [] {
    std::array<char, size> out{};
    auto at = out.begin();
    ((at = std::copy(Parts.begin(), Parts.end(), at)), ...);
    return out;
  }();

 public:
  static constexpr std::string_view value{text.data(), size};
};
template <const std::string_view&... Parts>
inline constexpr std::string_view joined = Joined<Parts...>::value;

struct Null {};
struct Blob {
  std::string_view bytes;
};

/// A value to bind: a view, good until the call that takes it returns.
class Value {
 public:
  Value(std::nullopt_t) : data_(Null{}) {}
  Value(std::int64_t value) : data_(value) {}
  Value(bool value) : data_(std::int64_t{value}) {}
  Value(std::string_view value) : data_(value) {}
  Value(const std::string& value) : data_(std::string_view(value)) {}
  Value(Blob value) : data_(value) {}
  Value(Timestamp value) : data_(std::int64_t{value.time_since_epoch().count()}) {}
  template <class Tag>
  Value(const Key<Tag>& key) : data_(key.value()) {}
  template <class Tag>
  Value(const Id<Tag>& id)
      : data_(Blob{{reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()}}) {}
  template <class T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(std::nullopt)) {}
  Value(const char*) = delete;

  const auto& data() const { return data_; }

 private:
  std::variant<Null, std::int64_t, std::string_view, Blob> data_;
};
using Values = std::initializer_list<Value>;

/// The rows of one running statement, in the driver.
class Cursor {
 public:
  virtual bool next() = 0;
  virtual void close() noexcept = 0;
  virtual bool null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view bytes(int column) const = 0;

 protected:
  ~Cursor() = default;
};

/// Rows as they come; `for (; rows; rows.next())`. Views of a row last until the next one. Columns
/// count from 0. One statement has one Rows at a time: read it to the end before running the same
/// again.
class [[nodiscard]] Rows {
 public:
  explicit Rows(Cursor& cursor) : cursor_(&cursor) { next(); }
  Rows(Rows&& other) noexcept
      : cursor_(std::exchange(other.cursor_, nullptr)), present_(other.present_) {}
  Rows& operator=(Rows&&) = delete;
  ~Rows() {
    if (cursor_) cursor_->close();
  }

  explicit operator bool() const { return present_; }
  void next() { present_ = cursor_->next(); }

  bool null(int column) const { return cursor_->null(column); }
  std::int64_t integer(int column) const { return cursor_->integer(column); }
  bool flag(int column) const { return integer(column) != 0; }
  std::string_view bytes(int column) const { return cursor_->bytes(column); }
  std::string text(int column) const { return std::string(bytes(column)); }
  std::optional<std::string> optional_text(int column) const {
    return null(column) ? std::nullopt : std::optional<std::string>(bytes(column));
  }
  Timestamp timestamp(int column) const {
    return Timestamp(std::chrono::milliseconds(integer(column)));
  }
  std::optional<Timestamp> optional_timestamp(int column) const {
    return null(column) ? std::nullopt : std::optional<Timestamp>(timestamp(column));
  }
  template <class T>
  T id(int column) const {
    const auto id = T::from_bytes(bytes(column));
    if (!id) throw std::logic_error("the store holds an id that is not 16 bytes long");
    return *id;
  }

 private:
  Cursor* cursor_;
  bool present_ = false;
};

/// The store failed: no space, I/O error, corruption, lock timeout. Ends the whole transaction.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// The deadline of a scan passed.
class DeadlinePassed : public std::runtime_error {
 public:
  DeadlinePassed() : std::runtime_error("the deadline of the statement passed") {}
};

enum class Resource { organization, user, group };

/// One connection inside one transaction. One thread at a time. Throws StoreError and
/// DeadlinePassed; std::logic_error for SQL that a correct program does not run.
class Session {
 public:
  virtual ~Session() = default;

  virtual Rows query(const Sql& sql, Values values) = 0;
  /// The number of rows changed.
  virtual std::int64_t execute(const Sql& sql, Values values) = 0;
  /// As execute(), for one that may meet a unique index: nothing, and nothing changed, if it does.
  virtual std::optional<std::int64_t> execute_unique(const Sql& sql, Values values) = 0;
  /// Holds other transactions off a row until this one ends.
  virtual void lock(Resource kind, std::int64_t key) = 0;

  virtual void savepoint() = 0;
  /// Keeps, or undoes, what was done since savepoint().
  virtual void release() = 0;
  virtual void rollback_to_savepoint() = 0;
};

}  // namespace rollcall::sql
