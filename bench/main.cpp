// The benchmarks of the hot paths: `./dev bench`. Bounds: bounds.hpp.
#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
