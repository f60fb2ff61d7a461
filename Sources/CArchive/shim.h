#ifndef REPOSEAL_CARCHIVE_SHIM_H
#define REPOSEAL_CARCHIVE_SHIM_H
/* Without _GNU_SOURCE: with it the types here would differ from those of the Glibc module. */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <wctype.h>

/* A C.UTF-8 character type locale, or NULL. Swift cannot spell LC_CTYPE_MASK, a shift of an enum constant. */
static inline locale_t creposeal_archive_utf8_locale(void) {
    return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* What bsdtar prints of a character as it is. The Glibc module hides iswprint_l. */
static inline int creposeal_archive_is_printable(unsigned int character, locale_t locale) {
    return iswprint_l((wint_t)character, locale) != 0;
}

/* Every filter that pacman's file name extensions stand for. libarchive reports a filter that starts an external
   program as ARCHIVE_WARN, and Swift sees only the deprecated catch-all beside them, so the list stands here. */
static inline int creposeal_archive_support_package_filters(struct archive *reader) {
    int results[] = {
        archive_read_support_filter_gzip(reader),  archive_read_support_filter_bzip2(reader),
        archive_read_support_filter_xz(reader),    archive_read_support_filter_zstd(reader),
        archive_read_support_filter_lz4(reader),   archive_read_support_filter_lzip(reader),
        archive_read_support_filter_lzop(reader),  archive_read_support_filter_lrzip(reader),
        archive_read_support_filter_compress(reader),
    };
    for (unsigned int i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i] < ARCHIVE_WARN)
            return results[i];
    return ARCHIVE_OK;
}
#endif
