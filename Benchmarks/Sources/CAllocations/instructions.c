// Under callgrind a measurement counts instructions; without it, or without its header, these do nothing.
#include "CAllocations.h"

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>

bool counts_instructions(void) { return RUNNING_ON_VALGRIND; }
void begin_instructions(void) { CALLGRIND_START_INSTRUMENTATION; }
void end_instructions(const char *name) {
  CALLGRIND_STOP_INSTRUMENTATION;
  CALLGRIND_DUMP_STATS_AT(name);
}
#else
bool counts_instructions(void) { return false; }
void begin_instructions(void) {}
void end_instructions(const char *name) { (void)name; }
#endif
