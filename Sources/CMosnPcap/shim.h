#ifndef CPCAP_SHIM_H
#define CPCAP_SHIM_H

#include <pcap/pcap.h>
#include <stdio.h>
#include <sys/types.h>
#include <bits/types/cookie_io_functions_t.h>

// glibc declares it under _GNU_SOURCE only, which a Swift import does not set.
extern FILE *fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions);

/// A stream for libpcap whose bytes come from `read`, called with `cookie`; `seek` need only tell the position.
/// NULL without memory.
static inline FILE *cpcap_open_reader(
    void *cookie, ssize_t (*read)(void *cookie, char *bytes, size_t count),
    int (*seek)(void *cookie, __off64_t *position, int whence)) {
  cookie_io_functions_t functions = {.read = read, .seek = seek};
  return fopencookie(cookie, "r", functions);
}

#endif
