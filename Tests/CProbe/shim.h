#ifndef REPOSEAL_CPROBE_SHIM_H
#define REPOSEAL_CPROBE_SHIM_H
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* syscall(2) is variadic, which Swift cannot call. Returns the result, or the negated errno. */
static inline long creposeal_probe_call(long number, long a, long b, long c, long d, long e, long f) {
    long result = syscall(number, a, b, c, d, e, f);
    return result == -1 ? -(long)errno : result;
}

/* open(2) is variadic as well. Returns 0, or the negated errno. */
static inline long creposeal_probe_open(const char *path, int flags) {
    long result = syscall(SYS_openat, -100, path, flags, 0600);
    if (result == -1) return -(long)errno;
    close((int)result);
    return 0;
}
#endif
