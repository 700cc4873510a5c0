// What Eigen knows as read-only is no output: of no array function, in whatever form it comes.
#include <type_traits>
#include <utility>

#include "dense_expressions/shared.hpp"

using namespace hardgate_tests;

namespace {

#define HARDGATE_TESTS_CALL(Name, name)                                                                        \
  struct Name {                                                                                                \
    template <class... Arguments>                                                                              \
    auto operator()(Arguments&&... arguments) const -> decltype(name(std::forward<Arguments>(arguments)...)) { \
      return name(std::forward<Arguments>(arguments)...);                                                      \
    }                                                                                                          \
  };
HARDGATE_TESTS_CALL(Forward, forward)
HARDGATE_TESTS_CALL(Both, forward_with_derivative)
HARDGATE_TESTS_CALL(Backward, backward)
HARDGATE_TESTS_CALL(Parameter, backward_with_parameter)
HARDGATE_TESTS_CALL(Hardness_, backward_with_hardness)
#undef HARDGATE_TESTS_CALL

/// Whether all functions take an Out as an output, and whether one does.
template <class Out, class X = const Table&>
constexpr bool all_write = std::is_invocable_v<Forward, Act, X, Out>&& std::is_invocable_v<Both, Act, X, Out, Table&>&&
    std::is_invocable_v<Both, Act, X, Table&, Out>&& std::is_invocable_v<Backward, Act, X, X, Out>&&
        std::is_invocable_v<Parameter, Act, X, X, Out>&& std::is_invocable_v<Hardness_, Act, X, X, Out>;
template <class Out, class X = const Table&>
constexpr bool one_writes =
    std::is_invocable_v<Forward, Act, X, Out> || std::is_invocable_v<Both, Act, X, Out, Table&> ||
    std::is_invocable_v<Both, Act, X, Table&, Out> || std::is_invocable_v<Backward, Act, X, X, Out> ||
    std::is_invocable_v<Parameter, Act, X, X, Out> || std::is_invocable_v<Hardness_, Act, X, X, Out>;

template <class T>
using Part = decltype(std::declval<T&>().block(0, 0, 2, 2));
template <class T>
using Turned = decltype(std::declval<T&>().transpose());
template <class T>
using Column = decltype(std::declval<T&>().col(0).head(2));

static_assert(all_write<Table&> && all_write<Part<Table>> && all_write<Part<Table>&> &&
              all_write<const Table&> == false);
static_assert(all_write<Turned<Table>> && all_write<Column<Table>> && all_write<Column<Table>&>);
static_assert(all_write<Eigen::Map<Table>> && all_write<Eigen::Map<Table>&> && all_write<Eigen::Ref<Table>>);
static_assert(!one_writes<const Table&> && !one_writes<Table> && !one_writes<const Table>);
static_assert(!one_writes<Eigen::Map<const Table>> && !one_writes<Eigen::Map<const Table>&>);
static_assert(!one_writes<Eigen::Ref<const Table>> && !one_writes<Eigen::Ref<const Table>&>);
static_assert(!one_writes<Part<const Table>> && !one_writes<Part<const Table>&> && !one_writes<Column<const Table>&>);
static_assert(!one_writes<Part<Eigen::Map<const Table>>&> && !one_writes<Turned<const Table>&>);
static_assert(!one_writes<Turned<Eigen::Map<const Table>>&> && !one_writes<Part<Eigen::Ref<const Table>>&>);
static_assert(!one_writes<decltype(std::declval<Table&>() + 1)&> && !one_writes<const Part<Table>&>);
static_assert(!one_writes<decltype(std::declval<const Matrix&>().array())&>);
static_assert(!one_writes<decltype(std::declval<const Matrix&>().diagonal())&, const Matrix&>);
static_assert(!one_writes<decltype(std::declval<const Table&>().reverse())&>);
static_assert(!one_writes<const MyArray&> && all_write<MyArray&> && !one_writes<MyArray>);
static_assert(!one_writes<Eigen::ArrayXXd&>, "of another scalar");

}  // namespace
