/// A database, its files database and their signatures, ready to be published together.
public struct SignedDatabases: Equatable, Sendable {
    /// The largest signature that pacman downloads, in bytes.
    public static let maximumSignatureSize = 16 << 10

    /// The bytes of the database.
    public let database: [UInt8]
    /// The detached signature of the database.
    public let databaseSignature: [UInt8]
    /// The bytes of the files database.
    public let files: [UInt8]
    /// The detached signature of the files database.
    public let filesSignature: [UInt8]

    /// Joins the four; throws when one is empty or a signature is larger than pacman takes.
    ///
    /// pacman accepts a signed empty file as an empty database, so an empty database is not published either.
    public init(
        database: [UInt8], databaseSignature: [UInt8], files: [UInt8], filesSignature: [UInt8]
    ) throws(RepositoryDirectoryError) {
        let parts = [
            ("database", database), ("database signature", databaseSignature), ("files database", files),
            ("files signature", filesSignature),
        ]
        for (field, bytes) in parts where bytes.isEmpty {
            throw .refused(field: field, expected: "at least one byte long")
        }
        for (field, bytes) in [parts[1], parts[3]] where bytes.count > Self.maximumSignatureSize {
            throw .refused(field: field, expected: "at most 16384 bytes long")
        }
        self.database = database
        self.databaseSignature = databaseSignature
        self.files = files
        self.filesSignature = filesSignature
    }
}

/// What a repository's directory offers now; made by stock tools, it may lack all but the database.
public struct CurrentDatabases: Equatable, Sendable {
    /// The bytes of the database.
    public let database: [UInt8]
    /// The detached signature of the database, if there is one.
    public let databaseSignature: [UInt8]?
    /// The bytes of the files database, if there is one.
    public let files: [UInt8]?
    /// The detached signature of the files database, if there is one.
    public let filesSignature: [UInt8]?
}
