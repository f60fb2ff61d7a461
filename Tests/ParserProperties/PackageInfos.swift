import ALPMTypes
import PackageArchive

/// The bytes are a whole `.PKGINFO` or `.BUILDINFO`.
func checkPackageInfo(_ untrustedText: [UInt8]) throws(BrokenRule) {
    _ = try? BuildInfo(parsing: untrustedText)
    let readings = RepoAddProfile.allCases.map { try? PackageInfo(repoAddReading: untrustedText, profile: $0) }
    for info in readings.compactMap(\.self) {
        try require(
            PackageInfo.Key.allCases.flatMap { info[$0] }.allSatisfy { !$0.utf8.contains { $0 == 0x0a || $0 == 0 } },
            "a value is one line")
        try require(info.name.text == info[.pkgname].last, "the name is the last pkgname")
        try require(info.version.text == info[.pkgver].last, "the version is the last pkgver")
    }
    guard let strict = try? PackageInfo(strict: untrustedText) else { return }
    try require(
        readings.allSatisfy { $0 == strict }, "what the strict reading takes, both profiles of repo-add read alike")
}
