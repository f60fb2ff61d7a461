import Descriptors
import OpenPGPFormat
public import RepositoryDatabase
public import RepositoryDirectory

/// Both databases of one serial as a folder has them that anybody may have written, believed for their signatures alone.
public struct SignedCopy: Sendable {
    /// The databases and their signatures.
    public let databases: SignedDatabases
    /// The serial that both signatures state.
    public let serial: UInt64
    /// When the database was signed, in Unix seconds.
    public let createdAt: UInt64
    /// When the first of both signatures expires, in Unix seconds.
    public let expiresAt: UInt64
    /// What both databases have, with the file lists.
    public let entries: [RepositoryEntry]

    /// Reads `REPOSITORY.db`, `REPOSITORY.files` and their signatures in a folder; nil if it has no such database.
    ///
    /// Both signatures must be good as of `now`, in Unix seconds, or have expired since and have been good when they were
    /// made; they must be for this repository and architecture, and state the same serial. The databases must be whole and
    /// canonical and have the same entries. Throws `notTrusted`, with the file's path, where anything is not so. What gpg found good
    /// according to `known` is not given to it again.
    public init?(
        reading folder: String, by trust: DatabaseTrust, at now: UInt64, knowing known: GoodSignatures
    ) throws(PublisherError) {
        let file = UntrustedFolder(path: folder)
        let (db, files) = ("\(trust.repository).db", "\(trust.repository).files")
        guard let database = try file.bytes(of: db, limit: Limits.database) else { return nil }
        let listed = try file.present(files, limit: Limits.database)
        let limit = SignaturePacket.maximumByteCount
        let (signature, other) = (
            try file.present("\(db).sig", limit: limit), try file.present("\(files).sig", limit: limit)
        )
        let reading = SignatureReading(
            trust: trust, now: now,
            verifiers: TwoVerifiers(certificate: trust.certificate, reading: .message, knowing: known))
        let first = try reading.packet(signature, over: database, named: file.path(of: "\(db).sig"))
        let second = try reading.packet(other, over: listed, named: file.path(of: "\(files).sig"))
        guard let serial = trust.serial(in: first), serial > 0, serial == trust.serial(in: second) else {
            throw .notTrusted(
                file: file.path(of: "\(files).sig"), problem: "it states another serial than that of \(db).sig")
        }
        let described = try file.entries(of: database, kind: .db, named: db)
        entries = try file.entries(of: listed, kind: .files, named: files)
        guard described.map(\.descBytes) == entries.map(\.descBytes) else {
            throw .notTrusted(file: file.path(of: files), problem: "its entries are not those of \(db)")
        }
        databases = try publishing {
            try SignedDatabases(
                database: database, databaseSignature: signature, files: listed, filesSignature: other)
        }
        self.serial = serial
        createdAt = UInt64(first.creationTime)
        expiresAt = min(first.expirationTime ?? .max, second.expirationTime ?? .max)
    }
}

/// What makes a database's signature one that counts.
private struct SignatureReading {
    let trust: DatabaseTrust
    let now: UInt64
    let verifiers: TwoVerifiers

    /// The packet of a signature over bytes, if it is good now or was when it was made.
    func packet(
        _ untrustedSignature: [UInt8], over bytes: [UInt8], named file: String
    ) throws(PublisherError) -> SignaturePacket {
        guard let packet = try? SignaturePacket(parsing: untrustedSignature) else {
            throw .notTrusted(file: file, problem: "it is not one binary detached OpenPGP signature")
        }
        var verification = try verifiers.verify(untrustedSignature, over: bytes, at: now)
        if verification == .expiredSignature {
            verification = try verifiers.verify(
                untrustedSignature, over: bytes, asOf: UInt64(packet.creationTime))
        }
        if let problem = verification.problem {
            throw .notTrusted(file: file, problem: "the signature is \(problem)")
        }
        if let problem = trust.problems(in: packet, serial: nil).first {
            throw .notTrusted(file: file, problem: problem)
        }
        return packet
    }
}
