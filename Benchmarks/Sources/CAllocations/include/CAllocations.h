#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Heap allocations (malloc, calloc, realloc, aligned) this process has made so far.
uint64_t allocations(void);

/// CPU time of the calling thread in nanoseconds.
uint64_t cpu_nanoseconds(void);

/// Whether callgrind runs this process.
bool counts_instructions(void);

/// What is executed from here on is counted; to be started with `--instr-atstart=no`.
void begin_instructions(void);

/// Ends the count and writes it to a file of its own that carries `name`.
void end_instructions(const char *name);
