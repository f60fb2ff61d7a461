import RepositoryDatabase
import SyncDatabase

/// A package file that its entry no longer keeps in the repository.
public struct ObsoleteFile: Equatable, Sendable {
    /// The directory in which it is looked for.
    public let directory: String
    /// What the entry calls the file.
    public let fileName: String
    /// Whether the name is what makepkg would call this very package.
    ///
    /// Only then may it be deleted: an entry that names another file would delete that.
    public let isSafe: Bool

    init(of entry: SyncEntry, in directory: String) {
        self.directory = directory
        let fields = entry.fields
        let untrustedName = fields[.fileName].first ?? ""
        let architecture = fields[.architecture].first ?? ""
        fileName = untrustedName
        isSafe =
            Self.isWord(architecture)
            && Self.endings.contains { untrustedName == "\(entry.directory)-\(architecture).pkg.\($0)" }
    }

    private static let endings = Compression.allCases.map(\.fileExtension)

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
