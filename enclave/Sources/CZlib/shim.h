#ifndef REPOSEAL_CZLIB_SHIM_H
#define REPOSEAL_CZLIB_SHIM_H

#include <zlib.h>

/* Raw deflate with the largest window. Swift cannot call deflateInit2, which is a macro. */
static inline int creposeal_deflate_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
}

/* Raw inflate with the largest window. Swift cannot call inflateInit2, which is a macro. */
static inline int creposeal_inflate_init(z_stream *stream) {
    return inflateInit2(stream, -15);
}

#endif
