import ALPMTypes
import RepositoryDatabase
import SyncDatabase

/// The bytes are a `desc`, a `files` or a directory's name.
func checkEntry(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    try checkDescription(untrustedBytes)
    try checkFileList(untrustedBytes)
    try checkDirectoryName(String(decoding: untrustedBytes, as: UTF8.self))
}

private func checkDescription(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let directory = try? EntryName(parsing: "foo-1-1") else { throw BrokenRule(rule: "foo-1-1 is a name") }
    let entry = SyncEntry(directory: directory, desc: untrustedBytes, files: nil)
    let fields = entry.fields
    guard let strict = try? PackageDescription(parsing: untrustedBytes) else { return }
    try require(strict.bytes == untrustedBytes, "a description has one encoding")
    try require(
        (try? PackageDescription(untrustedValues: strict.values)) == strict,
        "the values of a description make it again")
    for field in DescriptionField.allCases {
        try require(
            fields[field] == strict.values[field, default: []], "clients read the values that the enclave reads")
    }
}

private func checkFileList(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let list = try? FileList(parsing: untrustedBytes), let paths = list.paths else { return }
    try require(list.bytes == untrustedBytes, "a file list has one encoding")
    try require((try? FileList.known(paths.reversed())) == list, "the paths of a list make it again, in any order")
}

private func checkDirectoryName(_ untrustedText: String) throws(BrokenRule) {
    let name = try? EntryName(parsing: untrustedText)
    if let name {
        try require("\(name.name)-\(name.version)" == untrustedText, "a directory is its name and version")
        try require(
            !name.name.isEmpty && !untrustedText.hasPrefix(".")
                && !untrustedText.utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 },
            "a directory is one plain path component")
    }
    guard let strict = try? DirectoryName(parsing: untrustedText) else { return }
    try require(
        name?.name == strict.name.text && name?.version == strict.version.text,
        "a directory that the enclave takes splits alike for every client")
}
