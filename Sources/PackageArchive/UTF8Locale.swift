import CArchive
import Glibc

/// Owns a C.UTF-8 locale: the rules by which bsdtar, and so repo-add, reads and prints member names.
@safe package struct UTF8Locale: ~Copyable {
    private let locale: locale_t

    /// Makes the locale, or returns `nil` on a system without C.UTF-8.
    package init?() {
        guard let locale = unsafe creposeal_archive_utf8_locale() else { return nil }
        unsafe self.locale = locale
    }

    deinit {
        unsafe freelocale(locale)
    }

    /// Runs `body` with this locale on the calling thread, which is where libarchive looks for it.
    package func whileCurrent<Value: ~Copyable, Failure>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        let previous = unsafe uselocale(locale)
        defer { unsafe _ = uselocale(previous) }
        return try body()
    }
}
