#ifndef REPOSEAL_CMALLOC_SHIM_H
#define REPOSEAL_CMALLOC_SHIM_H
/* Swift's Glibc module leaves malloc.h out. */
#include <malloc.h>

/* Few arenas, and large pieces of memory on their own: without a fixed threshold glibc raises it with each such piece that
   is freed, and keeps the next ones (mallopt(3)). 0 if a setting is not taken. */
static inline int creposeal_malloc_stay_small(void) {
    return mallopt(M_ARENA_MAX, 2) && mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

/* Gives back to the system what is free (malloc_trim(3)). */
static inline void creposeal_malloc_trim(void) {
    malloc_trim(0);
}
#endif
