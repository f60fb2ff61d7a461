#ifndef REPOSEAL_CARCHIVE_SHIM_H
#define REPOSEAL_CARCHIVE_SHIM_H
/* Without _GNU_SOURCE: with it the types here would differ from those of the Glibc module. */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

/* A C.UTF-8 character type locale, or NULL. Swift cannot spell LC_CTYPE_MASK, a shift of an enum constant. */
static inline locale_t creposeal_archive_utf8_locale(void) {
    return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* The length of the first character of a member name in the current locale, negative if it is not printed as it is, 0 if
   there is none. As glibc decides for bsdtar, which takes more for UTF-8 than Unicode does; Swift sees neither
   iswprint nor a wint_t. */
static inline int creposeal_archive_character(const char *name, size_t size) {
    mbstate_t state = {0};
    wchar_t character;
    size_t length = mbrtowc(&character, name, size, &state);
    if (length == 0 || length > size)
        return 0;
    return iswprint((wint_t)character) ? (int)length : -(int)length;
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
