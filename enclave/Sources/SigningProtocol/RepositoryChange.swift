public import ALPMTypes
import ByteCoding
public import Cryptography

/// The change of one database from the serial that it builds on to the next.
public struct RepositoryChange: Hashable, Sendable {
    /// The repository.
    public var repository: RepositoryName
    /// The architecture of the database.
    public var architecture: Architecture
    /// The serial that the change builds on; 0 if the database was never signed.
    public var predecessorSerial: UInt64
    /// The packages that come in; in a re-signing, packages that are there.
    public var additions: [Addition]
    /// The packages that leave.
    public var removals: [PackageName]
    /// The SHA-256 of the `.db` that the scheduler computed.
    public var expectedDatabase: SHA256Digest
    /// The SHA-256 of the `.files` that the scheduler computed.
    public var expectedFiles: SHA256Digest

    /// Puts the parts together.
    public init(
        repository: RepositoryName, architecture: Architecture, predecessorSerial: UInt64, additions: [Addition],
        removals: [PackageName], expectedDatabase: SHA256Digest, expectedFiles: SHA256Digest
    ) {
        self.repository = repository
        self.architecture = architecture
        self.predecessorSerial = predecessorSerial
        self.additions = additions
        self.removals = removals
        self.expectedDatabase = expectedDatabase
        self.expectedFiles = expectedFiles
    }
}

extension RepositoryChange: Coded {
    static let minimumByteCount = 2 + 2 + 8 + 4 + 4 + 32 + 32

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            repository: try reader.repository(), architecture: try reader.architecture(),
            predecessorSerial: try reader.integer("predecessorSerial"), additions: try reader.list("additions"),
            removals: try reader.list("removals"), expectedDatabase: try reader.digest("expectedDatabase"),
            expectedFiles: try reader.digest("expectedFiles"))
    }

    func write(to writer: inout ByteWriter) {
        writer.text(repository.text)
        writer.text(architecture.text)
        writer.integer(predecessorSerial)
        writer.list(additions)
        writer.list(removals)
        writer.digest(expectedDatabase)
        writer.digest(expectedFiles)
    }
}

extension PackageName: Coded {
    static var minimumByteCount: Int { 2 }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self = try reader.parsed("name", try reader.text("name", atMost: 251)) { try PackageName(parsing: $0) }
    }

    func write(to writer: inout ByteWriter) { writer.text(text) }
}
