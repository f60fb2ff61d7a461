import Cryptography

/// One `source` of `.SRCINFO` with its checksums, taken apart as makepkg does.
struct FetchedSource {
    private static let versionControl: Set<String> = ["git", "svn", "hg", "bzr", "fossil"]

    /// The source as written.
    let text: String
    /// The name of the file in the directory, for a source that is a file.
    let fileName: String
    /// The protocol, `nil` for a local file.
    let scheme: String?
    /// The checksums by the name of their list, without `SKIP`.
    let checksums: [String: String]

    init(_ text: String, checksums: [String: String]) {
        self.text = text
        self.checksums = checksums.filter { $0.value != "SKIP" }
        let location = text.firstRange(of: "::").map { text[$0.upperBound...] } ?? text[...]
        let named = text.firstRange(of: "::").map { text[..<$0.lowerBound] }
        if let end = location.firstRange(of: "://") {
            scheme = String(location[..<end.lowerBound].prefix { $0 != "+" })
        } else {
            scheme = location.hasPrefix("lp:") ? "bzr" : nil
        }
        fileName = String(named ?? location.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
    }

    /// What makes the source the same at every download; `nil` for a local file, which the list of files holds.
    ///
    /// Throws when nothing does.
    func pin(in files: [String: SHA256Digest]) throws(SourceManifestError) -> SourceManifest.Source? {
        guard text.isPlain else { throw refused("no control characters") }
        if let scheme, Self.versionControl.contains(scheme) { return try commit() }
        guard isPlainName else { throw refused("a plain file name without directories") }
        let present = files[fileName]
        if let present, let stated = checksums["sha256sums"], stated != present.hex {
            throw refused("the file \(fileName) in the directory to have the stated sha256")
        }
        guard scheme != nil else {
            guard present != nil else { throw refused("a file of this name in the directory") }
            return nil
        }
        guard !text.contains(where: \.isWhitespace) else { throw refused("a URL without spaces") }
        if let present { return SourceManifest.Source(pin: "sha256:\(present.hex)", location: text) }
        for (list, algorithm, length) in [
            ("sha256sums", "sha256", 64), ("sha512sums", "sha512", 128), ("b2sums", "b2", 128),
        ] {
            guard let checksum = checksums[list] else { continue }
            guard checksum.isHexadecimal(length) else {
                throw refused("\(length) lower-case hexadecimal digits in \(list)")
            }
            return SourceManifest.Source(pin: "\(algorithm):\(checksum)", location: text)
        }
        throw refused("a sha256, sha512 or b2 checksum that is not SKIP, or the fetched file in the directory")
    }

    private func commit() throws(SourceManifestError) -> SourceManifest.Source {
        let fragment = text.firstIndex(of: "#").map { text[$0...] } ?? ""
        let prefix = "#commit="
        guard fragment.hasPrefix(prefix), fragment.dropFirst(prefix.count).isHexadecimal(40, 64),
            !text.contains(where: \.isWhitespace)
        else { throw refused("#commit= and a full commit id of 40 or 64 lower-case hexadecimal digits") }
        return SourceManifest.Source(pin: "commit:\(fragment.dropFirst(prefix.count))", location: text)
    }

    private var isPlainName: Bool {
        !fileName.isEmpty && fileName != "." && fileName != ".." && !fileName.contains("/")
    }

    private func refused(_ expected: String) -> SourceManifestError {
        .source(text.isPlain ? text : "with control characters", expected: expected)
    }
}

extension SourceInfo {
    /// Every source with its checksums, of every architecture.
    func fetchedSources() throws(SourceManifestError) -> [FetchedSource] {
        var sources: [FetchedSource] = []
        for suffix in [""] + architectures.map({ "_\($0)" }) {
            let texts = values["source\(suffix)"] ?? []
            var lists: [String: [Value]] = [:]
            for name in SourceInfoSections.checksums {
                guard let list = values[name + suffix] else { continue }
                guard list.count == texts.count else {
                    throw .sourceInfo(line: list.first?.line, expected: "as many \(name)\(suffix) as sources")
                }
                lists[name] = list
            }
            for (index, source) in texts.enumerated() {
                sources.append(FetchedSource(source.text, checksums: lists.mapValues { $0[index].text }))
            }
        }
        return sources
    }
}
