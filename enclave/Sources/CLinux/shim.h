#ifndef REPOSEAL_CLINUX_SHIM_H
#define REPOSEAL_CLINUX_SHIM_H
/* Without _GNU_SOURCE: with it the types here would differ from those of the Glibc module. */
#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* The seal commands of fcntl(2) are GNU extensions that the Glibc module hides; the values are kernel ABI. */
#define CREPOSEAL_F_ADD_SEALS 1033
#define CREPOSEAL_SEALS 0xf /* F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE */

/* memfd_create(2) is a GNU extension that the Glibc module hides. */
static inline int creposeal_memfd_create(const char *name, unsigned int flags) {
    return (int)syscall(SYS_memfd_create, name, flags);
}

/* fcntl(2) is variadic, which Swift cannot call. */
static inline int creposeal_fcntl(int descriptor, int command, int argument) {
    return fcntl(descriptor, command, argument);
}

/* ioctl(2) is variadic, which Swift cannot call. */
static inline int creposeal_claim_terminal(int terminal) {
    return ioctl(terminal, TIOCEXCL);
}

/* open(2) is variadic, which Swift cannot call. */
static inline int creposeal_open(const char *path, int flags, unsigned int permissions) {
    return open(path, flags, permissions);
}

/* pipe2(2) is a GNU extension that the Glibc module hides. */
static inline int creposeal_pipe2(int descriptors[2], int flags) {
    return (int)syscall(SYS_pipe2, descriptors, flags);
}

/* accept4(2) is a GNU extension that the Glibc module hides. */
static inline int creposeal_accept4(int listener, int flags) {
    return (int)syscall(SYS_accept4, listener, NULL, NULL, flags);
}

/* close_range(2) is a GNU extension that the Glibc module hides; 4 is CLOSE_RANGE_CLOEXEC. */
static inline int creposeal_close_on_execute_from(unsigned int first) {
    return (int)syscall(SYS_close_range, first, ~0U, 4);
}

/* pidfd_open(2) has no wrapper in the C library of Debian 12. */
static inline int creposeal_pidfd_open(int process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}

/* pidfd_send_signal(2) has no wrapper in the C library of Debian 12. */
static inline int creposeal_pidfd_kill(int process) {
    return (int)syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0);
}

/* The members of siginfo_t are macros over unions, and P_PIDFD (3) is missing from older headers.
   `status` becomes the exit status, or 128 and the signal that ended the process. */
static inline int creposeal_pidfd_reap(int process, int *status) {
    siginfo_t information;
    if (waitid((idtype_t)3, (id_t)process, &information, WEXITED) == -1) return -1;
    *status = information.si_code == CLD_EXITED ? information.si_status : 128 + information.si_status;
    return 0;
}

/* posix_spawn_file_actions_addclosefrom_np(3) is a GNU extension that the Glibc module hides. */
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);

/* POSIX_SPAWN_SETSID is a GNU extension that the Glibc module hides. */
#define CREPOSEAL_SPAWN_SETSID 0x80

/* The type of the resource argument of setrlimit(2) depends on _GNU_SOURCE. */
static inline int creposeal_limit_processes(unsigned long count) {
    struct rlimit limit = {count, count};
    return setrlimit(RLIMIT_NPROC, &limit);
}

/* As above: the resources of getrlimit(2). `limit` becomes the hard one. */
enum {
    CREPOSEAL_LIMIT_CORE = RLIMIT_CORE,
    CREPOSEAL_LIMIT_MEMORY = RLIMIT_AS,
    CREPOSEAL_LIMIT_TIME = RLIMIT_CPU,
    CREPOSEAL_LIMIT_FILE = RLIMIT_FSIZE,
    CREPOSEAL_LIMIT_DESCRIPTORS = RLIMIT_NOFILE,
};
static inline int creposeal_limit(int resource, unsigned long *limit) {
    struct rlimit both;
    if (getrlimit(resource, &both) == -1) return -1;
    *limit = both.rlim_max;
    return 0;
}

/* syscall(2) is variadic, which Swift cannot call. */
static inline long creposeal_system_call(long number, long first, long second, long third) {
    return syscall(number, first, second, third, 0L, 0L, 0L);
}

/* The advice numbers of madvise(2) are hidden by the Glibc module; 16 is MADV_DONTDUMP, 18 MADV_WIPEONFORK. */
static inline int creposeal_keep_private(void *start, size_t length) {
    return madvise(start, length, 16) == -1 ? -1 : madvise(start, length, 18);
}

/* explicit_bzero(3), which no compiler removes, is hidden by the Glibc module. */
static inline void creposeal_wipe(void *start, size_t length) {
    explicit_bzero(start, length);
}

/* prctl(2) is variadic, which Swift cannot call. */
static inline int creposeal_prctl(int option, unsigned long argument) {
    return prctl(option, argument, 0UL, 0UL, 0UL);
}

/* struct ucred of SO_PEERCRED (unix(7)) is a GNU extension that the Glibc module hides. */
struct creposeal_credentials {
    int process;
    unsigned int user;
    unsigned int group;
};
static inline int creposeal_peer_credentials(int connection, struct creposeal_credentials *credentials) {
    socklen_t length = sizeof *credentials;
    return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, credentials, &length);
}

/* sockaddr_un holds a fixed array, which Swift sees as a tuple of 108 members.
   Returns -1 with ENAMETOOLONG where the path does not fit. */
static inline int creposeal_unix_address(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length == 0 || length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address->sun_path, path, length);
    return 0;
}

/* struct sockaddr_un * to struct sockaddr * is a cast between unrelated types in Swift. */
static inline int creposeal_bind(int listener, const struct sockaddr_un *address) {
    return bind(listener, (const struct sockaddr *)address, sizeof *address);
}

/* As creposeal_bind. */
static inline int creposeal_connect(int connection, const struct sockaddr_un *address) {
    return connect(connection, (const struct sockaddr *)address, sizeof *address);
}
#endif
