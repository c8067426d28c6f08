// Expressions around co_await whose temporaries g++ 12 destroys twice or moves bitwise
// (chriskohlhoff/asio #1007). House code avoids most of them; the compiler that ships Rollcall must
// survive all, under ASan.
#include "gateway/http/async.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <array>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace rollcall {
namespace {

namespace asio = boost::asio;

/// Counts its live objects and owns heap memory, so that a second destruction shows twice.
class Tracked {
 public:
  Tracked() : Tracked("") {}
  Tracked(std::string text) : text_(std::make_unique<std::string>(std::move(text))) { ++live; }
  Tracked(const Tracked& other) : Tracked(*other.text_) {}
  Tracked(Tracked&& other) noexcept : text_(std::move(other.text_)) { ++live; }
  Tracked& operator=(const Tracked& other) {
    text_ = std::make_unique<std::string>(*other.text_);
    return *this;
  }
  Tracked& operator=(Tracked&& other) noexcept = default;
  ~Tracked() { --live; }

  std::string text() const { return text_ ? *text_ : "moved"; }

  static int live;

 private:
  std::unique_ptr<std::string> text_;
};
int Tracked::live = 0;

struct Aggregate {
  Tracked first;
  std::string second;
};

const std::string left = "a left part that no small string optimisation holds";
const std::string right = "a right part that no small string optimisation holds";

Awaitable<> suspend() {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}
Awaitable<std::string> join(Aggregate value) {
  co_await suspend();
  co_return value.first.text() + value.second;
}
Awaitable<std::string> join_reference(const Aggregate& value) {
  co_await suspend();
  co_return value.first.text() + value.second;
}
Awaitable<std::string> join_many(std::vector<std::string> parts) {
  co_await suspend();
  std::string all;
  for (const std::string& part : parts) all += part;
  co_return all;
}
Awaitable<std::string> join_two(std::string a, std::string b) {
  co_await suspend();
  co_return a + b;
}
Awaitable<std::string> call(std::function<std::string()> function) {
  co_await suspend();
  co_return function();
}
Awaitable<Aggregate> make(std::string second) {
  co_await suspend();
  Aggregate made{Tracked(left), std::move(second)};
  co_return made;
}
Awaitable<std::string> text(std::string value) {
  co_await suspend();
  co_return value;
}
Awaitable<bool> yes() {
  co_await suspend();
  co_return true;
}
std::string use(const Aggregate& value, const std::string& more) {
  return value.first.text() + more;
}

Awaitable<std::string> braced_aggregate_argument() {
  co_return co_await join(Aggregate{Tracked(left), right});
}
Awaitable<std::string> designated_argument() {
  co_return co_await join({.first = Tracked(left), .second = right});
}
Awaitable<std::string> braced_argument() { co_return co_await join({left, right}); }
Awaitable<std::string> temporary_bound_to_reference() {
  co_return co_await join_reference(Aggregate{Tracked(left), right});
}
Awaitable<std::string> vector_of_temporaries() {
  co_return co_await join_many(std::vector<std::string>{left, right});
}
Awaitable<std::string> initializer_list_argument() { co_return co_await join_many({left, right}); }
Awaitable<std::string> constructed_strings() {
  co_return co_await join_two(std::string(left), std::string(right));
}
Awaitable<std::string> converted_temporaries() {
  co_return co_await join_two(left.substr(0), std::string_view(right).data());
}
Awaitable<std::string> owning_lambda_argument() {
  std::string copy = left;
  co_return co_await call([copy] { return copy + right; });
}
Awaitable<std::string> moving_lambda_argument() {
  Tracked owned(left);
  co_return co_await call([owned = std::move(owned)] { return owned.text() + right; });
}
Awaitable<std::string> reference_lambda_argument() {
  std::string copy = left;
  co_return co_await call([&] { return copy + right; });
}
Awaitable<std::string> conditional_with_temporary() {
  const bool first = co_await yes();
  co_return co_await join(first ? Aggregate{Tracked(left), right}
                                : Aggregate{Tracked(right), left});
}
Awaitable<std::string> conditional_with_awaits() {
  const bool first = co_await yes();
  co_return first ? co_await join(Aggregate{Tracked(left), right}) : co_await text(left);
}
Awaitable<std::string> awaited_condition() {
  co_return co_await yes() ? left + right : std::string();
}
Awaitable<std::string> and_of_awaits() {
  if (co_await yes() && (co_await make(right)).second == right) co_return left + right;
  co_return "";
}
Awaitable<std::string> or_of_awaits() {
  if (!co_await yes() || (co_await make(right)).second == right) co_return left + right;
  co_return "";
}
Awaitable<std::string> aggregate_from_await() {
  Aggregate made{Tracked(left), co_await text(right)};
  co_return made.first.text() + made.second;
}
Awaitable<std::string> returned_aggregate_member() {
  co_return (Aggregate{Tracked(left), co_await text(right)}).first.text() + right;
}
Awaitable<Aggregate> returns_aggregate_from_await() {
  co_return Aggregate{Tracked(left), co_await text(right)};
}
Awaitable<std::string> returned_aggregate() {
  const Aggregate made = co_await returns_aggregate_from_await();
  co_return made.first.text() + made.second;
}
Awaitable<std::string> temporary_beside_await() {
  co_return use(Aggregate{Tracked(left), ""}, co_await text(right));
}
Awaitable<std::string> two_awaits_in_one_call() {
  co_return co_await join_two(co_await text(left), co_await text(right));
}
Awaitable<std::string> nested_awaits() {
  co_return co_await join(Aggregate{Tracked(co_await text(left)), co_await text(right)});
}
Awaitable<std::string> member_of_awaited() {
  co_return (co_await make(right)).first.text() + (co_await make(right)).second;
}
Awaitable<std::string> moved_member_of_awaited() {
  std::string taken = (co_await make(right)).second;
  co_return left + taken;
}
Awaitable<std::string> structured_binding_of_awaited() {
  auto [first, second] = co_await make(right);
  co_return first.text() + second;
}
Awaitable<std::string> awaited_in_range_for() {
  std::string all;
  for (const std::string& part : {co_await text(left), co_await text(right)}) all += part;
  co_return all;
}
Awaitable<std::string> array_of_awaited() {
  const std::array<std::string, 2> parts{co_await text(left), co_await text(right)};
  co_return parts[0] + parts[1];
}
Awaitable<std::string> pair_of_awaited() {
  const auto parts = std::pair(co_await text(left), co_await text(right));
  co_return parts.first + parts.second;
}
Awaitable<std::string> tuple_argument_of_awaited() {
  const auto parts = std::make_tuple(Tracked(left), co_await text(right));
  co_return std::get<0>(parts).text() + std::get<1>(parts);
}
Awaitable<std::string> optional_of_awaited() {
  std::optional<Aggregate> made;
  made = co_await make(right);
  co_return made->first.text() + made->second;
}
Awaitable<std::string> optional_from_temporary() {
  const std::optional<Aggregate> made(Aggregate{Tracked(left), co_await text(right)});
  co_return made->first.text() + made->second;
}
Awaitable<std::string> variant_of_awaited() {
  std::variant<int, Aggregate> made = Aggregate{Tracked(left), co_await text(right)};
  co_return std::get<Aggregate>(made).first.text() + std::get<Aggregate>(made).second;
}
Awaitable<std::string> if_with_initialiser() {
  if (auto made = co_await make(right); made.second == right) co_return made.first.text() + right;
  co_return "";
}
Awaitable<std::string> switch_on_awaited() {
  switch ((co_await make(right)).second.size() == right.size()) {
    case true:
      co_return left + right;
    default:
      co_return "";
  }
}
Awaitable<std::string> comma_with_temporary() {
  co_return (static_cast<void>(Aggregate{Tracked(left), right}), co_await text(left + right));
}
Awaitable<std::string> concatenation_of_awaits() {
  co_return std::string(left) + co_await text(right);
}
Awaitable<std::string> assignment_of_conditional() {
  std::string all;
  all = co_await yes() ? co_await join({left, right}) : std::string(left);
  co_return all;
}
Awaitable<std::string> lambda_coroutine_without_capture() {
  co_return co_await [](Aggregate value) -> Awaitable<std::string> {
    co_await suspend();
    co_return value.first.text() + value.second;
  }(Aggregate{Tracked(left), right});
}
Awaitable<std::string> capturing_lambda_coroutine_awaited_at_once() {
  std::string copy = left;
  co_return co_await [copy]() -> Awaitable<std::string> {
    co_await suspend();
    co_return copy + right;
  }();
}
Awaitable<std::string> spawned_lambda_coroutine() {
  std::string copy = left;
  co_return co_await asio::co_spawn(
      co_await asio::this_coro::executor,
      [copy]() -> Awaitable<std::string> {
        co_await suspend();
        co_return copy + right;
      },
      asio::use_awaitable);
}
Awaitable<std::string> throws(Aggregate value) {
  co_await suspend();
  throw std::runtime_error(value.first.text() + value.second);
}
Awaitable<std::string> exception_past_temporaries() {
  std::string caught;
  try {
    co_await throws(Aggregate{Tracked(left), right});
  } catch (const std::runtime_error& error) {
    caught = error.what();
  }
  co_return caught;
}

struct Pattern {
  const char* name;
  Awaitable<std::string> (*run)();
};
#define PATTERN(name) \
  Pattern { #name, name }
const Pattern patterns[] = {PATTERN(braced_aggregate_argument),
                            PATTERN(designated_argument),
                            PATTERN(braced_argument),
                            PATTERN(temporary_bound_to_reference),
                            PATTERN(vector_of_temporaries),
                            PATTERN(initializer_list_argument),
                            PATTERN(constructed_strings),
                            PATTERN(converted_temporaries),
                            PATTERN(owning_lambda_argument),
                            PATTERN(moving_lambda_argument),
                            PATTERN(reference_lambda_argument),
                            PATTERN(conditional_with_temporary),
                            PATTERN(conditional_with_awaits),
                            PATTERN(awaited_condition),
                            PATTERN(and_of_awaits),
                            PATTERN(or_of_awaits),
                            PATTERN(aggregate_from_await),
                            PATTERN(returned_aggregate_member),
                            PATTERN(returned_aggregate),
                            PATTERN(temporary_beside_await),
                            PATTERN(two_awaits_in_one_call),
                            PATTERN(nested_awaits),
                            PATTERN(member_of_awaited),
                            PATTERN(moved_member_of_awaited),
                            PATTERN(structured_binding_of_awaited),
                            PATTERN(awaited_in_range_for),
                            PATTERN(array_of_awaited),
                            PATTERN(pair_of_awaited),
                            PATTERN(tuple_argument_of_awaited),
                            PATTERN(optional_of_awaited),
                            PATTERN(optional_from_temporary),
                            PATTERN(variant_of_awaited),
                            PATTERN(if_with_initialiser),
                            PATTERN(switch_on_awaited),
                            PATTERN(comma_with_temporary),
                            PATTERN(concatenation_of_awaits),
                            PATTERN(assignment_of_conditional),
                            PATTERN(lambda_coroutine_without_capture),
                            PATTERN(capturing_lambda_coroutine_awaited_at_once),
                            PATTERN(spawned_lambda_coroutine),
                            PATTERN(exception_past_temporaries)};

class CoroutineCanary : public testing::TestWithParam<Pattern> {};

TEST_P(CoroutineCanary, DestroysEachTemporaryOnce) {
  std::string result;
  const int before = Tracked::live;
  asio::io_context io{1};
  asio::co_spawn(io, GetParam().run(), [&](const std::exception_ptr& error, std::string value) {
    if (!error) result = std::move(value);
  });
  io.run();
  EXPECT_EQ(result, left + right);
  EXPECT_EQ(Tracked::live, before);
}

INSTANTIATE_TEST_SUITE_P(Patterns, CoroutineCanary, testing::ValuesIn(patterns),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace rollcall
