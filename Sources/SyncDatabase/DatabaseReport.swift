public import Cryptography
public import RepositoryDatabase

/// What a check of one database found out.
public struct DatabaseReport: Sendable {
    /// How the file is written.
    public enum Form: String, Sendable {
        /// The canonical form, by this codec.
        case canonical
        /// The canonical form, but compressed to other bytes than this codec's.
        case otherCodec
        /// Another form that clients read as well.
        case other
    }

    /// Something that is not as it should be.
    public struct Finding: Hashable, Sendable {
        /// The entry that it is about; nil if it is about the whole file.
        public let directory: EntryName?
        /// What is wrong, as a clause.
        public let text: String

        /// Says what is wrong with an entry, or with the whole file.
        public init(directory: EntryName?, text: String) {
            self.directory = directory
            self.text = text
        }
    }

    /// What an entry says of its package file.
    public struct PackageClaim: Hashable, Sendable {
        /// The entry.
        public let directory: EntryName
        /// The value of FILENAME, which is one plain file name.
        public let fileName: String
        /// The value of CSIZE.
        public let size: UInt64?
        /// The value of SHA256SUM.
        public let sha256: String?
    }

    /// Which of the two databases.
    public let kind: DatabaseKind
    /// How it is written.
    public internal(set) var form: Form
    /// How many entries it has.
    public var count: Int { descriptions.count }
    /// The SHA-256 of each `desc`.
    public internal(set) var descriptions: [EntryName: SHA256Digest] = [:]
    /// The package files.
    public internal(set) var packages: [PackageClaim] = []
    /// What is wrong with it, in the order of entries.
    public internal(set) var findings: [Finding] = []

    /// What is wrong between the two databases of one repository.
    public static func pairFindings(_ db: DatabaseReport, _ files: DatabaseReport) -> [Finding] {
        var findings: [Finding] = []
        for directory in Set(db.descriptions.keys).union(files.descriptions.keys).sorted() {
            let text: String? =
                switch (db.descriptions[directory], files.descriptions[directory]) {
                case (_?, nil): "it is in the db database alone"
                case (nil, _?): "it is in the files database alone"
                case (let one, let other): one == other ? nil : "desc is not the same in both databases"
                }
            if let text { findings.append(Finding(directory: directory, text: text)) }
        }
        return findings
    }
}
