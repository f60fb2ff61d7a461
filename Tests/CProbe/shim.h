#ifndef REPOSEAL_CPROBE_SHIM_H
#define REPOSEAL_CPROBE_SHIM_H
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
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

/* A call whose first argument is a path and whose second is a number. Returns the result, or the negated errno. */
static inline long creposeal_probe_path(long number, const char *path, long second) {
    long result = syscall(number, path, second, 0, 0, 0, 0);
    return result == -1 ? -(long)errno : result;
}

static inline socklen_t creposeal_probe_abstract_address(const char *name, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    strncpy(address->sun_path + 1, name, sizeof address->sun_path - 2);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

/* Connects to a socket in the abstract name space (unix(7)). Returns 0, or the negated errno. */
static inline long creposeal_probe_abstract(const char *name) {
    struct sockaddr_un address;
    socklen_t length = creposeal_probe_abstract_address(name, &address);
    int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connection == -1) return -(long)errno;
    long result = connect(connection, (struct sockaddr *)&address, length) == -1 ? -(long)errno : 0;
    close(connection);
    return result;
}

/* Listens at such a socket. Returns its descriptor, or -1. */
static inline int creposeal_probe_listen(const char *name) {
    struct sockaddr_un address;
    socklen_t length = creposeal_probe_abstract_address(name, &address);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener == -1) return -1;
    if (bind(listener, (struct sockaddr *)&address, length) == -1 || listen(listener, 8) == -1) return -1;
    return listener;
}
#endif
