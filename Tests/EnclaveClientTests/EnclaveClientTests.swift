import ALPMTypes
import Attestation
import Cryptography
import EnclaveClient
import Foundation
import JailRecords
import Link
import Refusals
import SigningProtocol
import TestSupport
import Testing
import TransparencyLog

private let other = SHA256.digest(of: Array("other".utf8))

/// A lie of the enclave, or of whoever sits on the link, and what the client says of it.
struct Lie: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var asked = RequestBody.outcome(of: other)
    var enclave: PlayedEnclave
    var error: EnclaveClientError

    init(
        _ name: String, asked: RequestBody = .outcome(of: other), _ error: EnclaveClientError,
        _ change: (inout PlayedEnclave) -> Void
    ) {
        testDescription = name
        self.asked = asked
        self.error = error
        enclave = PlayedEnclave()
        change(&enclave)
    }

    static let all: [Lie] = [
        Lie("another answer key", .answerNotSigned) { $0.seed = [UInt8](repeating: 3, count: 32) },
        Lie("a changed body", .answerNotSigned) { enclave in
            enclave.changeMessage = { message in
                guard case .memory(var bytes) = message.body.place else { return }
                bytes[0] ^= 1
                message.body.place = .memory(bytes)
            }
        },
        Lie("a changed record", .answerNotSigned) { enclave in
            enclave.changeMessage = { message in message.content[20] ^= 1 }
        },
        Lie("a record for another nonce", .answerNotSigned) { enclave in
            enclave.changeRecord = { record in
                AnswerRecord(
                    body: record.body, job: record.job, nonce: [UInt8](repeating: 0, count: 32),
                    request: record.request, logSize: record.logSize, logRoot: record.logRoot, time: record.time)
            }
        },
        Lie("a record for another request", .answerNotSigned) { enclave in
            enclave.changeRecord = { record in
                AnswerRecord(
                    body: record.body, job: record.job, nonce: record.nonce, request: other,
                    logSize: record.logSize, logRoot: record.logRoot, time: record.time)
            }
        },
        Lie("a record about another job", .answerNotSigned) { enclave in
            enclave.changeRecord = { record in
                AnswerRecord(
                    body: record.body, job: SHA256.digest(of: [1]), nonce: record.nonce,
                    request: record.request, logSize: record.logSize, logRoot: record.logRoot, time: record.time)
            }
        },
        Lie("another kind of answer", .answerForAnotherRequest(field: "kind")) { enclave in
            enclave.body = { _ in .log(first: 0, leaves: []) }
        },
        Lie("leaves from elsewhere", asked: .log(from: 3, atMost: 5), .answerForAnotherRequest(field: "log position")) {
            $0.body = { _ in .log(first: 4, leaves: []) }
        },
        Lie("another echo", asked: .echo([1, 2]), .answerForAnotherRequest(field: "echo")) {
            $0.body = { _ in .echo([1, 3]) }
        },
        Lie(
            "the outcome of another motion", asked: .motion(Motion(.policy([1]), evidence: [])),
            .answerForAnotherRequest(field: "job hash")
        ) { enclave in
            enclave.body = { _ in
                .outcome(
                    JobOutcome(
                        jobHash: SHA256.digest(of: []), repositories: [], packageSignatures: [], firstLeafIndex: 0,
                        leaves: [], checkpointNote: []))
            }
        },
        Lie("a proof for a status", asked: .status, .answerForAnotherRequest(field: "kind")) { enclave in
            enclave.body = { _ in .proof([]) }
        },
        Lie("the outcome of another job", .answerForAnotherRequest(field: "job hash")) { enclave in
            enclave.body = { _ in
                .outcome(
                    JobOutcome(
                        jobHash: SHA256.digest(of: []), repositories: [], packageSignatures: [], firstLeafIndex: 0,
                        leaves: [], checkpointNote: []))
            }
        },
        Lie("another log", .otherEnclave(logOrigin: "log.example/2", epoch: 1)) { $0.logOrigin = "log.example/2" },
        Lie("another epoch", .otherEnclave(logOrigin: "log.example/1", epoch: 2)) { $0.epoch = 2 },
        Lie(
            "another codec",
            .codecMismatch(
                ours: CodecIdentity(id: SHA256.digest(of: Array("codec".utf8)), library: "zlib 1.2.13"),
                theirs: CodecIdentity(id: other, library: "zlib-ng 2.1"))
        ) { enclave in
            enclave.codecID = other
            enclave.codecLibrary = "zlib-ng 2.1"
        },
    ]
}

/// An enclave whose log had 10 leaves before, and now says that it has 12.
struct Fork: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var enclave = PlayedEnclave()
    var error: EnclaveClientError

    init(
        _ name: String, _ error: EnclaveClientError = .forkedLog(known: 10, shown: 12),
        _ change: (inout PlayedEnclave) -> Void
    ) {
        testDescription = name
        self.error = error
        enclave.logSize = 12
        change(&enclave)
    }

    static let all: [Fork] = [
        Fork("another leaf among those that are known") { $0.fork = 9 },
        Fork("another first leaf") { $0.fork = 0 },
        Fork("a root that no log has") { $0.shownRoot = other },
        Fork("no proof") { $0.proof = .refused([.entryInvalid(field: "proof: sizes that the log had")]) },
        Fork("a proof of nothing") { $0.proof = .proof([]) },
        Fork("a proof that goes on") { enclave in
            let honest = MerkleTree.consistencyProof(from: 10, to: 12) { index in
                MerkleTree.leafHash(Array("leaf \(index)".utf8))
            }
            enclave.proof = .proof(honest + [other])
        },
        Fork("the proof of another growth") { enclave in
            enclave.proof = .proof(
                MerkleTree.consistencyProof(from: 10, to: 11) { MerkleTree.leafHash(Array("leaf \($0)".utf8)) })
        },
        Fork("a proof under a smaller head", .forgetfulEnclave(known: 12, shown: 11)) { enclave in
            enclave.proofHead = (11, enclave.root(11))
        },
        Fork("a proof under another head", .splitLog(size: 12)) { $0.proofHead = (12, other) },
        Fork("another kind of answer for a proof", .answerForAnotherRequest(field: "kind")) { $0.proof = .unknownJob },
    ]
}

@Suite("The enclave's client", .serialized, .timeLimit(.minutes(10)))
struct EnclaveClientTests {
    let place: Place

    init() throws { place = try Place() }

    @Test("an answer that is signed for the request is given back, and its head is kept")
    func answer() async throws {
        let answer = try await place.ask(.outcome(of: other), PlayedEnclave())
        #expect(answer.body == .unknownJob)
        #expect(answer.record.time == 1_000)
        let head = try String(contentsOfFile: place.head, encoding: .utf8)
        #expect(head.hasPrefix("log.example/1\n10\n"))
    }

    @Test("bodies of every size cross deflated, in both directions", arguments: [0, 1, 1_000, 16_380, 16_381, 900_000])
    func deflated(count: Int) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        var enclave = PlayedEnclave()
        enclave.body = { asked in
            guard case .echo(let bytes) = asked else { return .unknownJob }
            return .echo(bytes)
        }
        #expect(try await place.ask(.echo(bytes), enclave, deflating: true).body == .echo(bytes))
    }

    @Test("a deflated body that does not come to its length is no answer", arguments: [-1, 1])
    func otherLength(by difference: Int) async throws {
        var enclave = PlayedEnclave()
        enclave.changeMessage = { message in
            message.body.decodedLength = UInt32(Int(message.body.decodedLength) + difference)
        }
        let lying = enclave
        let error = await #expect(throws: EnclaveClientError.self) {
            _ = try await place.ask(.outcome(of: other), lying, deflating: true)
        }
        guard case .malformedAnswer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// A job whose encoding has so many bytes, or a few more.
    private static func job(_ count: Int) throws -> Job {
        let addition = Addition(
            untrustedDescription: [UInt8](repeating: 1, count: count), untrustedFiles: nil, state: nil)
        let change = RepositoryChange(
            repository: try RepositoryName(parsing: "extra"), architecture: try Architecture(parsing: "x86_64"),
            predecessorSerial: 1, additions: [addition], removals: [], expectedDatabase: other, expectedFiles: other)
        return Job(kind: .update, changes: [change], evidence: [])
    }

    @Test(
        "of a large job the outcome is asked after first, and the job is sent if nothing is known of it",
        arguments: [(1_000, false, [2]), (70_000, false, [3, 2]), (70_000, true, [3])] as [(Int, Bool, [UInt8])])
    func outcomeFirst(count: Int, isKnown: Bool, kinds: [UInt8]) async throws {
        let job = try Self.job(count)
        let signed = AnswerBody.outcome(
            JobOutcome(
                jobHash: job.hash, repositories: [], packageSignatures: [], firstLeafIndex: 0, leaves: [],
                checkpointNote: []))
        var enclave = PlayedEnclave()
        enclave.logSize = 0
        enclave.body = { asked in
            if case .outcome = asked, !isKnown { return .unknownJob }
            return signed
        }
        let (socket, head, played) = (place.socket, place.head, enclave)
        let served = Background { try played.serve(at: socket) }
        let answer = try await Background { try Place.ask(.job(job), socket: socket, head: head) }.value
        #expect(answer.body == signed)
        #expect(try await served.value.map(\.kind) == kinds)
    }

    @Test(
        "a line that breaks is tried again while there is patience",
        arguments: [(0, false), (60, true)] as [(UInt64, Bool)])
    func patience(seconds: UInt64, isAnswered: Bool) async throws {
        var enclave = PlayedEnclave()
        enclave.vanishes = 2
        let (socket, head, vanishing) = (place.socket, place.head, enclave)
        let served = Background { try vanishing.serve(at: socket) }
        let answer = try? await Background {
            try Place.ask(.outcome(of: other), socket: socket, head: head, patience: seconds)
        }.value
        #expect((answer != nil) == isAnswered)
        // An enclave that was not asked often enough still waits.
        if isAnswered { _ = try await served.value }
    }

    @Test(
        "an enclave whose host is short of something is asked three times, however much patience there is",
        arguments: [(2, true), (3, false)])
    func unable(times: Int, isAnswered: Bool) async throws {
        var enclave = PlayedEnclave()
        (enclave.vanishes, enclave.reason) = (times, "unable: a jail did not start")
        let (socket, head, short) = (place.socket, place.head, enclave)
        let served = Background { try short.serve(at: socket) }
        let answer = try? await Background {
            try Place.ask(.outcome(of: other), socket: socket, head: head, patience: 60)
        }.value
        #expect((answer != nil) == isAnswered)
        if isAnswered { _ = try await served.value }
    }

    @Test(
        "a refusal to say what became of a large job stands for it only if it is about the job",
        arguments: [true, false])
    func refusedOutcome(isAboutTheJob: Bool) async throws {
        let job = try Self.job(70_000)
        var enclave = PlayedEnclave()
        enclave.logSize = 0
        enclave.body = { asked in
            if case .outcome = asked { .refused([.enclaveLocked(reason: "restart")]) } else { .refused([.revoked]) }
        }
        if !isAboutTheJob {
            enclave.changeRecord = { record in
                AnswerRecord(
                    body: record.body, job: .zeros, nonce: record.nonce, request: record.request,
                    logSize: record.logSize, logRoot: record.logRoot, time: record.time)
            }
        }
        let answer = try await place.ask(.job(job), enclave)
        #expect(answer.body == .refused([isAboutTheJob ? .enclaveLocked(reason: "restart") : .revoked]))
    }

    @Test("a request above 1 MiB is sent from a file that nobody sees, and comes whole", arguments: [true, false])
    func fromFile(deflates: Bool) async throws {
        let job = try Self.job(3_000_000)
        var enclave = PlayedEnclave()
        enclave.logSize = 0
        enclave.body = { asked in asked == .job(job) ? .refused([.quarantined]) : .unknownJob }
        let answer = try await place.ask(.job(job), enclave, deflating: deflates)
        #expect(answer.body == .refused([.quarantined]))
        #expect(answer.record.job == job.hash)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path("."))
        #expect(!names.contains { $0.contains("request") })
    }

    @Test("a request above 1 MiB is not sent where there is no room for its file")
    func noRoom() async throws {
        let job = try Self.job(3_000_000)
        let (socket, head) = (place.socket, place.folder.path("missing/head"))
        let error = await #expect(throws: EnclaveClientError.self) {
            _ = try await Background { try Place.ask(.job(job), socket: socket, head: head) }.value
        }
        guard case .requestNotKept = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a refusal is an answer")
    func refusal() async throws {
        var enclave = PlayedEnclave()
        enclave.body = { _ in .refused([.staleSerial(current: 4)]) }
        let job = Job(kind: .refresh, changes: [], evidence: [])
        let answer = try await place.ask(.job(job), enclave)
        #expect(answer.body == .refused([.staleSerial(current: 4)]))
        #expect(answer.record.job == job.hash)
    }

    @Test("a lie is not believed, and leaves no head behind", arguments: Lie.all)
    func lies(_ lie: Lie) async throws {
        await #expect(throws: lie.error) { _ = try await place.ask(lie.asked, lie.enclave) }
        #expect(!FileManager.default.fileExists(atPath: place.head))
        #expect(lie.error.nextStep.hasSuffix("."))
    }

    @Test("a request counts from a minute ago to in ten minutes, and names its enclave")
    func window() async throws {
        let (socket, head) = (place.socket, place.head)
        let served = Background { try PlayedEnclave().serve(at: socket) }
        _ = try await Background { try Place.ask(.outcome(of: other), socket: socket, head: head) }.value
        let token = try #require(try await served.value.first)
        #expect(token.notBefore == 940)
        #expect(token.notAfter == 1_600)
        #expect(token.schedulerID.text == "scheduler")
        #expect(token.logOrigin == "log.example/1")
    }

    @Test("a log that shrank is refused, and the head stays")
    func forgetful() async throws {
        var enclave = PlayedEnclave()
        _ = try await place.ask(.outcome(of: other), enclave)
        enclave.logSize = 9
        let error = EnclaveClientError.forgetfulEnclave(known: 10, shown: 9)
        let forgetful = enclave
        await #expect(throws: error) { _ = try await place.ask(.outcome(of: other), forgetful) }
        #expect(try String(contentsOfFile: place.head, encoding: .utf8).hasPrefix("log.example/1\n10\n"))
    }

    @Test("a log that grew proves it, and its head is kept", arguments: [11, 16, 17, 1_000] as [UInt64])
    func grown(size: UInt64) async throws {
        var enclave = PlayedEnclave()
        _ = try await place.ask(.outcome(of: other), enclave)
        enclave.logSize = size
        _ = try await place.ask(.outcome(of: other), enclave)
        #expect(try place.checkpoint() == Checkpoint(origin: "log.example/1", size: size, root: enclave.root(size)))
    }

    /// The outcome of a job that added these leaves.
    private static func outcome(from first: UInt64, to size: UInt64, of enclave: PlayedEnclave) -> AnswerBody {
        .outcome(
            JobOutcome(
                jobHash: other, repositories: [], packageSignatures: [], firstLeafIndex: first,
                leaves: (first..<size).map(enclave.leaf), checkpointNote: []))
    }

    @Test("a log that grew by the leaves of the answer needs no further request", arguments: [11, 12, 16] as [UInt64])
    func followed(size: UInt64) async throws {
        var enclave = PlayedEnclave()
        _ = try await place.ask(.outcome(of: other), enclave)
        enclave.logSize = size
        enclave.body = { [enclave] _ in Self.outcome(from: 10, to: size, of: enclave) }
        let (socket, head, grown) = (place.socket, place.head, enclave)
        let served = Background { try grown.serve(at: socket) }
        _ = try await Background { try Place.ask(.outcome(of: other), socket: socket, head: head) }.value
        #expect(try await served.value.map(\.kind) == [3])
        #expect(try place.checkpoint() == Checkpoint(origin: "log.example/1", size: size, root: enclave.root(size)))
    }

    @Test("leaves that begin elsewhere, or are others, are followed by a proof", arguments: [9, 10] as [UInt64])
    func followedByProof(first: UInt64) async throws {
        var enclave = PlayedEnclave()
        _ = try await place.ask(.outcome(of: other), enclave)
        enclave.logSize = 12
        enclave.body = { [enclave] _ in Self.outcome(from: first, to: first == 9 ? 12 : 11, of: enclave) }
        let (socket, head, grown) = (place.socket, place.head, enclave)
        let served = Background { try grown.serve(at: socket) }
        _ = try await Background { try Place.ask(.outcome(of: other), socket: socket, head: head) }.value
        #expect(try await served.value.map(\.kind) == [3, 6, 6])
        #expect(try place.checkpoint().size == 12)
    }

    @Test(
        "a range that is lost or damaged is asked for when the log grew", arguments: [nil, "", "no range of anything"])
    func lostRange(text: String?) async throws {
        var enclave = PlayedEnclave()
        let old = try Checkpoint(origin: "log.example/1", size: 10, root: enclave.root(10))
        try old.text.write(toFile: place.head, atomically: true, encoding: .utf8)
        try text?.write(toFile: place.range, atomically: true, encoding: .utf8)
        enclave.logSize = 11
        _ = try await place.ask(.outcome(of: other), enclave)
        let range = try CompactRange(parsing: Array(Data(contentsOf: URL(filePath: place.range))))
        #expect(range.size == 11)
        #expect(range.root == enclave.root(11))
    }

    @Test("a range that is not that of the head is refused", arguments: [[], [other]])
    func falseRange(hashes: [SHA256Digest]) async throws {
        var enclave = PlayedEnclave()
        enclave.range = .proof(hashes)
        let lying = enclave
        await #expect(throws: EnclaveClientError.splitLog(size: 10)) {
            _ = try await place.ask(.outcome(of: other), lying)
        }
        #expect(!FileManager.default.fileExists(atPath: place.head))
    }

    @Test("a first log without leaves needs no proof when it grows") func firstLeaves() async throws {
        var enclave = PlayedEnclave()
        enclave.logSize = 0
        _ = try await place.ask(.outcome(of: other), enclave)
        enclave.logSize = 3
        enclave.proof = .unknownJob
        _ = try await place.ask(.outcome(of: other), enclave)
        #expect(try String(contentsOfFile: place.head, encoding: .utf8).hasPrefix("log.example/1\n3\n"))
    }

    @Test("a log that does not go on from the one that is known is named, and the head stays", arguments: Fork.all)
    func forked(_ fork: Fork) async throws {
        _ = try await place.ask(.outcome(of: other), PlayedEnclave())
        let before = try String(contentsOfFile: place.head, encoding: .utf8)
        await #expect(throws: fork.error) { _ = try await place.ask(.outcome(of: other), fork.enclave) }
        #expect(try String(contentsOfFile: place.head, encoding: .utf8) == before)
        #expect(fork.error.nextStep.hasSuffix("."))
    }

    @Test("a log of the same size with another root is refused")
    func split() async throws {
        var enclave = PlayedEnclave()
        _ = try await place.ask(.outcome(of: other), enclave)
        enclave.shownRoot = other
        let split = enclave
        await #expect(throws: EnclaveClientError.splitLog(size: 10)) {
            _ = try await place.ask(.outcome(of: other), split)
        }
    }

    @Test(
        "a head file that cannot be read or is of another log stops everything",
        arguments: [
            "", "other.example\n1\nAA\n", "log.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nno\n",
        ])
    func headFile(text: String) throws {
        try text.write(toFile: place.head, atomically: true, encoding: .utf8)
        let error = #expect(throws: EnclaveClientError.self) {
            _ = try Place.ask(.status, socket: place.socket, head: place.head)
        }
        guard case .headFile = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
