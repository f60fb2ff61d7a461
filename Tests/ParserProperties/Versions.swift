import ALPMTypes
import Glibc
import PackageArchive

/// The bytes are up to three versions, separated by line feeds.
func checkVersions(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    let texts = untrustedBytes.split(separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false)
        .map { String(decoding: $0.prefix(512).filter { $0 != 0 }, as: UTF8.self) }
    guard texts.count == 3 else { return }
    for (a, b) in [(texts[0], texts[1]), (texts[1], texts[2]), (texts[0], texts[0])] {
        let outcome = VersionComparison.vercmp(a, b)
        try require(outcome == -VersionComparison.vercmp(b, a), "turning a comparison round turns its outcome round")
        guard let stock = stockComparison(a, b) else { throw BrokenRule(rule: "pacman's libalpm is installed") }
        try require(outcome == stock, "a comparison has libalpm's outcome")
    }
    for text in texts {
        guard let strict = try? Version(parsing: text) else { continue }
        try require(StockVersion(parsing: text)?.text == strict.text, "a version of the enclave is one of stock's")
    }
    try checkOrder(texts.compactMap { try? Version(parsing: $0) })
}

/// On the enclave's grammar `vercmp` is an order, and equal versions have one key.
private func checkOrder(_ versions: [Version]) throws(BrokenRule) {
    guard versions.count == 3 else { return }
    let sorted = versions.sorted { Version.compare($0, $1) < 0 }
    try require(Version.compare(sorted[0], sorted[2]) <= 0, "versions that the enclave takes are ordered")
    for (a, b) in [(versions[0], versions[1]), (versions[1], versions[2]), (versions[0], versions[2])] {
        try require(
            a.isEqualByVercmp(to: b) == (a.equivalenceKey == b.equivalenceKey),
            "versions are equal if and only if their keys are")
    }
    for version in versions {
        let key = try? Version(parsing: version.equivalenceKey)
        try require(key?.isEqualByVercmp(to: version) ?? true, "a key is a version of its class")
    }
}

private typealias Comparison = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>) -> CInt

/// `alpm_pkg_vercmp` of the installed pacman; nil without one.
private let libalpm: Comparison? = {
    for release in 13...20 {
        guard let library = unsafe dlopen("libalpm.so.\(release)", RTLD_NOW),
            let function = unsafe dlsym(library, "alpm_pkg_vercmp")
        else { continue }
        return unsafe unsafeBitCast(function, to: Comparison.self)
    }
    return nil
}()

private func stockComparison(_ a: String, _ b: String) -> Int? {
    guard let libalpm = unsafe libalpm else { return nil }
    return unsafe Int(libalpm(a, b)).signum()
}
