// Numbers that lie in memory are read there: by maps and references, in classes of one's own, in another order.
#include <vector>

#include "dense_expressions/reads.hpp"

using namespace hardgate_tests;

TEST_CASE("Maps, references and derived classes are inputs, with and without gaps, aligned or not",
          "[dense_expressions]") {
  const Table a = eighths(11, 9);
  alignas(64) float buffer[400];
  for (int i = 0; i < 400; ++i) buffer[i] = std::sin(static_cast<float>(i));
  reads("aligned map", Eigen::Map<const Table, Eigen::Aligned64>(buffer, 7, 5));
  for (int offset = 1; offset < 16; offset += 3) reads("unaligned map", Eigen::Map<const Table>(buffer + offset, 7, 5));
  reads("map of a writable buffer", Eigen::Map<Rows>(buffer + 3, 7, 5));
  reads("map with gaps", Eigen::Map<const Table, 0, Eigen::OuterStride<>>(buffer, 7, 5, Eigen::OuterStride<>(11)));
  reads("map of every second", Eigen::Map<const Table, 0, Eigen::InnerStride<2>>(buffer, 7, 1));
  reads("map with both strides", Eigen::Map<const Table, 0, Strides>(buffer, 7, 5, Strides(40, 3)));
  reads("map whose columns share numbers", Eigen::Map<const Table, 0, Strides>(buffer, 7, 5, Strides(1, 1)));
  reads("map of one row again and again", Eigen::Map<const Rows, 0, Strides>(buffer, 4, 5, Strides(0, 1)));
  Table copy = a;
  const Eigen::Ref<const Table> ref = a;
  const Eigen::Ref<Table> part = copy.block(1, 1, 4, 4);
  const Eigen::Ref<const Table, 0, Strides> turned = copy.block(1, 1, 4, 4);
  reads("Ref of const", ref);
  reads("Ref", part);
  reads("Ref with strides", turned);
  reads("Ref of an expression", Eigen::Ref<const Table>(a + 1));
  reads("class derived from Matrix", MyMatrix(a.matrix()));
  MyArray mine(3, 4);
  mine.setRandom();
  reads("class derived from Array", mine);
  reads("class derived from Map", MyMap(copy.data(), 11, 9));
}

TEST_CASE("Numbers in another order are inputs", "[dense_expressions]") {
  const Table a = eighths(6, 6);
  const Matrix m = a.matrix();
  reads("reversed", a.reverse());
  reads("columns reversed", m.colwise().reverse());
  reads("every second row", a(Eigen::seq(0, 5, 2), Eigen::all));
  reads("chosen columns", m(Eigen::all, std::vector<int>{4, 1, 1}));
  reads("reshaped", a.reshaped(4, 9));
  reads("reshaped by rows", m.reshaped<Eigen::RowMajor>());
}
