// What Eigen knows as read-only is no output: of no array function, in whatever form it comes.
#include <type_traits>
#include <utility>

#include "callable.hpp"
#include "dense_expressions/shared.hpp"

using namespace hardgate_tests;

namespace {

/// Whether all functions take an Out as an output, and whether one does.
template <class Out, class X = const Table&>
constexpr bool all_write =
    std::is_invocable_v<CallForward, Act, X, Out>&& std::is_invocable_v<CallBoth, Act, X, Out, Table&>&&
        std::is_invocable_v<CallBoth, Act, X, Table&, Out>&& std::is_invocable_v<CallBackward, Act, X, X, Out>&&
            std::is_invocable_v<CallParameter, Act, X, X, Out>&& std::is_invocable_v<CallHardness, Act, X, X, Out>;
template <class Out, class X = const Table&>
constexpr bool one_writes =
    std::is_invocable_v<CallForward, Act, X, Out> || std::is_invocable_v<CallBoth, Act, X, Out, Table&> ||
    std::is_invocable_v<CallBoth, Act, X, Table&, Out> || std::is_invocable_v<CallBackward, Act, X, X, Out> ||
    std::is_invocable_v<CallParameter, Act, X, X, Out> || std::is_invocable_v<CallHardness, Act, X, X, Out>;

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
