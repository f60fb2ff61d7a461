import ALPMTypes

/// What the container holds of one package, whatever grammar its texts were checked by.
///
/// `RepositoryEntry` is what the enclave makes of it, `SyncEntry` what a tool does that takes what stock tools wrote.
package struct ArchivedEntry: Hashable, Sendable {
    /// The entry's directory, `NAME-VERSION-RELEASE`, one path component without the slash.
    package let directory: String
    /// The bytes of `desc`.
    package let desc: [UInt8]
    /// The bytes of `files`, if the list is known.
    package let files: [UInt8]?

    /// Joins the three; `directory` must have two hyphens.
    package init(directory: String, desc: [UInt8], files: [UInt8]?) {
        self.directory = directory
        self.desc = desc
        self.files = files
    }

    init(_ entry: RepositoryEntry) {
        self.init(directory: entry.directoryName.text, desc: entry.descBytes, files: entry.filesBytes)
    }

    /// The entry's members as tar bytes.
    package func tar(in kind: DatabaseKind) -> [UInt8] {
        var tar: [UInt8] = []
        tar.reserveCapacity(desc.count + (files?.count ?? 0) + 8 * TarMember.blockSize)
        TarMember.append(.directory, path: "\(directory)/", to: &tar)
        TarMember.append(.file, path: "\(directory)/desc", content: desc, to: &tar)
        if kind == .files, let files {
            TarMember.append(.file, path: "\(directory)/files", content: files, to: &tar)
        }
        return tar
    }
}
