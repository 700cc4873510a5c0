// Calls what one_processor.cpp is for each processor: processors.inc, made by `run`, names them.
#include <cmath>
#include <cstdio>

#define PROCESSOR(name) bool name(double(&results)[8]);
#include "processors.inc"
#undef PROCESSOR

int main() {
  int failed = 0;
  double first[8], results[8];
  bool is_first = true;
#define PROCESSOR(name)                                                                              \
  if (!name(results)) ++failed, std::printf(#name ": arrays and numbers differ\n");                  \
  for (int i = 0; i < 8; ++i) {                                                                      \
    if (is_first) first[i] = results[i];                                                             \
    if (!(std::fabs(results[i] - first[i]) <= 1e-6 * std::fabs(first[i])))                           \
      ++failed, std::printf(#name ": result %d is %.9g instead of %.9g\n", i, results[i], first[i]); \
  }                                                                                                  \
  is_first = false;
#include "processors.inc"
#undef PROCESSOR
  return failed == 0 ? 0 : 1;
}
