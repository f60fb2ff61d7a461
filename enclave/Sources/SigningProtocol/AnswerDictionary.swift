import Attestation
import ByteCoding
public import Cryptography
public import Deflate

/// What both sides think before the body of a small answer: what the request says, and what follows from it.
///
/// An outcome is two streams. Before the second one, which begins after the signatures, stands what follows from these.
public struct AnswerDictionary {
    private let first: [UInt8]
    private let job: SHA256Digest?

    /// The dictionary of the answer to a request under a head of the log.
    public init(to request: RequestBody, logOrigin: String, logSize: UInt64, logRoot: SHA256Digest) {
        job = request.job
        first =
            request.encodedEnd + Array(BodyDictionary.answerText.utf8) + Self.listed(request.impliedDigests)
            + Array("\(logOrigin)\n\(logSize)\n\(Base64.encode(logRoot.bytes))\n\n\u{2014} \(logOrigin) ".utf8)
            + (request.job?.bytes ?? [])
    }

    /// The streams of a body of our own.
    public func deflate(_ body: [UInt8]) throws(DeflateError) -> [UInt8] {
        guard let beginning = OutcomeBeginning(of: body) else { return try Self.deflate(body, first) }
        return try Self.deflate(Array(body.prefix(beginning.byteCount)), first)
            + Self.deflate(Array(body.dropFirst(beginning.byteCount)), first + following(beginning))
    }

    /// The body of these streams, which must have exactly this length.
    public func inflate(_ untrustedStreams: [UInt8], length: Int) throws(DeflateError) -> [UInt8] {
        let (body, count) = try Deflate.decompress(
            untrustedStreams[...], capacity: length, dictionary: Self.cut(first))
        guard let beginning = OutcomeBeginning(of: body) else {
            guard count == untrustedStreams.count, body.count == length else { throw .otherLength }
            return body
        }
        return body
            + (try Deflate.decompress(
                whole: Array(untrustedStreams.dropFirst(count)), length: length - body.count,
                dictionary: Self.cut(first + following(beginning))))
    }

    private static func deflate(_ bytes: [UInt8], _ dictionary: [UInt8]) throws(DeflateError) -> [UInt8] {
        try Deflate.compress(bytes, level: 9, dictionary: cut(dictionary))
    }

    private static func cut(_ dictionary: [UInt8]) -> [UInt8] { dictionary.suffix(BodyDictionary.largest) }

    private static func listed(_ digests: [SHA256Digest]) -> [UInt8] {
        digests.flatMap { Array("\"\($0.hex)\",".utf8) }
    }

    /// The digests of the packages' signatures, and the leaves of the databases as far as they follow from the signatures.
    private func following(_ beginning: OutcomeBeginning) -> [UInt8] {
        let leaves = beginning.repositories.flatMap { database in
            """
            {"architecture":"\(database.architecture)","db":"\(database.database.hex)",\
            "dbSignature":"\(SHA256.digest(of: database.databaseSignature).hex)","entrySet":"",\
            "expires":"\(Self.text(database.expiresAt))","files":"\(database.files.hex)",\
            "filesSignature":"\(SHA256.digest(of: database.filesSignature).hex)","job":"\(job?.hex ?? "")",\
            "kind":"database","policyVersion":"1","repository":"\(database.repository)",\
            "serial":"\(database.serial)","time":"\(Self.text(database.createdAt))"}
            """.utf8
        }
        return Self.listed(beginning.packageSignatures.map { SHA256.digest(of: $0.signature) }) + leaves
    }

    private static func text(_ seconds: UInt64) -> String { Timestamp(seconds: seconds)?.text ?? "" }
}

/// An outcome up to the position of its first leaf.
private struct OutcomeBeginning {
    let repositories: [RepositoryOutcome]
    let packageSignatures: [PackageSignature]
    let byteCount: Int

    /// Nil for the body of another answer.
    init?(of untrustedBody: [UInt8]) {
        var reader = ByteReader(untrusted: untrustedBody)
        do throws(ByteCodingError) {
            try reader.constant(2 as UInt8, "kind")
            _ = try reader.digest("jobHash")
            repositories = try reader.list("repositories")
            packageSignatures = try reader.list("packageSignatures")
        } catch { return nil }
        byteCount = untrustedBody.count - reader.remaining
    }
}

extension RequestBody {
    /// The end of its encoding, more than which no dictionary has.
    fileprivate var encodedEnd: [UInt8] {
        var end: [UInt8] = []
        eachPiece { end = (end + $0).suffix(BodyDictionary.largest) }
        return end
    }

    /// The digests that its answer may name and that follow from it.
    fileprivate var impliedDigests: [SHA256Digest] {
        guard case .job(let asked) = self else { return job.map { [$0] } ?? [] }
        let additions = asked.changes.flatMap(\.additions).flatMap { addition in
            [SHA256.digest(of: addition.untrustedDescription)]
                + [addition.untrustedFiles.map { SHA256.digest(of: $0) }, addition.state?.digest].compactMap(\.self)
        }
        return additions + asked.evidence.map(\.digest)
            + asked.changes.flatMap { [$0.expectedDatabase, $0.expectedFiles] } + [asked.hash]
    }
}

extension SHA256State {
    /// The digest of the whole message.
    fileprivate var digest: SHA256Digest { SHA256(state: self).finalize() }
}
