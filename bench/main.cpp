// The benchmarks of the hot paths: `./dev bench`. Beside each figure stands its bound: bounds.hpp.
#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
