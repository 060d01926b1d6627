#pragma once
#include <stdint.h>

/// Heap allocations (malloc, calloc, realloc, aligned) this process has made so far.
uint64_t allocations(void);

/// CPU time of the calling thread in nanoseconds.
uint64_t cpu_nanoseconds(void);
