import Cryptography
import Descriptors
import Foundation
import JailClients
import JailRecords
import OpenPGPFormat
import TestSupport
import Testing
import TransparencyLog

@Suite("The broker and its signers", .serialized)
struct BrokerTests {
    static let origin = "reposeal.example/log"
    let job = SHA256.digest(of: Array("job".utf8))

    @Test("signatures over databases verify with gpg", arguments: ["ed25519", "rsa4096"])
    func databaseSignatures(algorithm: String) throws {
        var name = ""
        let broker = try RunningBroker { broker in
            name = try broker.generate(use: "openpgp", algorithm: algorithm, label: "Repository <r@example.org>")
        }
        let certificate = try Certificate(
            parsing: Array(try Data(contentsOf: URL(filePath: broker.directory.path("\(name).pub")))))
        let files = try TemporaryDirectory()
        let contents = (0..<3).map { Array("database \($0)".utf8) }
        let template = try SignatureTemplate(
            key: try #require(certificate.primary.material.algorithm), issuer: certificate.fingerprint,
            creationTime: UInt32(Date().timeIntervalSince1970), validitySeconds: 3600)
        let digests = contents.map { template.digest(over: $0) }
        let raw = try BrokerConnection(socketPath: broker.socket)
            .sign(digests: digests, key: certificate.fingerprint, job: job)
        #expect(raw.count == 3)

        try Data(certificate.bytes).write(to: URL(filePath: files.path("certificate")))
        #expect(
            try Tool("gpg", "--homedir", files.path, "--batch", "--import", files.path("certificate")).run().status == 0
        )
        for (index, content) in contents.enumerated() {
            let packet = template.packet(digest: digests[index], rawSignature: raw[index])
            try Data(packet).write(to: URL(filePath: files.path("sig")))
            try Data(content).write(to: URL(filePath: files.path("content")))
            let words = ["gpg", "--homedir", files.path, "--batch", "--status-fd", "1", "--verify"]
            let result = try Tool(words + [files.path("sig"), files.path("content")]).run()
            #expect(result.status == 0 && result.text.contains("VALIDSIG \(certificate.fingerprint)"))
        }
    }

    @Test("checkpoints, answers and self tests verify with the public key, each key for its one use")
    func otherKeys() throws {
        var (log, answer) = ("", "")
        let broker = try RunningBroker { broker in
            log = try broker.generate(use: "log", algorithm: "ed25519", label: Self.origin)
            answer = try broker.generate(use: "answer", algorithm: "ed25519", label: "answers")
        }
        let (logKey, answerKey) = (try Ed25519PublicKey(parsingHex: log), try Ed25519PublicKey(parsingHex: answer))
        let connection = try BrokerConnection(socketPath: broker.socket)
        let checkpoint = try Checkpoint(origin: Self.origin, size: 12, root: SHA256.digest(of: [1]))
        let signature = try connection.signCheckpoint(
            origin: checkpoint.origin, logKey: logKey, size: 12, root: checkpoint.root, job: job)
        #expect(logKey.isValidSignature(signature, over: Array(checkpoint.text.utf8)))

        let record = AnswerRecord(
            body: job, job: job, nonce: job.bytes, request: job, logSize: 1, logRoot: job, time: 2)
        let answerSignature = try connection.signAnswer(record, answerKey: answerKey)
        #expect(answerKey.isValidSignature(answerSignature, over: record.signedBytes))
        let selfTest = try connection.signSelfTest(key: .ed25519(logKey), job: job)
        #expect(logKey.isValidSignature(try Ed25519Signature(bytes: selfTest), over: SelfTest.signedBytes))

        #expect(throws: JailClientError.refused(.useNotAllowed)) {
            try connection.signAnswer(record, answerKey: logKey)
        }
        #expect(throws: JailClientError.refused(.useNotAllowed)) {
            try connection.signCheckpoint(
                origin: checkpoint.origin, logKey: answerKey, size: 1, root: job, job: job)
        }
        #expect(throws: JailClientError.refused(.useNotAllowed)) {
            try connection.signCheckpoint(origin: "another/log", logKey: logKey, size: 1, root: job, job: job)
        }
        let unknown = try Fingerprint(bytes: [UInt8](repeating: 9, count: 20))
        #expect(throws: JailClientError.refused(.keyUnknown)) {
            try connection.sign(digests: [job], key: unknown, job: job)
        }
    }

    @Test("bytes that are no request end the connection, and the broker goes on")
    func malformed() throws {
        var log = ""
        let broker = try RunningBroker { log = try $0.generate(use: "log", algorithm: "ed25519", label: Self.origin) }
        for bytes in [
            [UInt8](repeating: 0, count: 80), Array("GET / HTTP/1.1\r\n".utf8) + [UInt8](repeating: 10, count: 80),
        ] {
            let raw = try Descriptor.connecting(toUnixSocket: broker.socket)
            try raw.writeAll(bytes)
            #expect((try? raw.readToEnd(limit: 1, deadline: Deadline(milliseconds: 5000))) ?? [] == [])
        }
        let connection = try BrokerConnection(socketPath: broker.socket)
        let key = KeySelector.ed25519(try Ed25519PublicKey(parsingHex: log))
        #expect(try connection.signSelfTest(key: key, job: job).count == 64)
        #expect(broker.complaints.contains("a connection was ended: signing request: expected"))
        #expect(!broker.complaints.contains("passphrase"))
    }

    @Test("H22: a monitor under the broker's own user is refused unless every key is for demonstrations")
    func sameUser() throws {
        for isDemonstration in [true, false] {
            var name = ""
            let broker = try RunningBroker { broker in
                name = try broker.generate(
                    use: "openpgp", algorithm: "ed25519", label: "R <r@x>", isDemonstration: isDemonstration)
            }
            let words = [broker.binaries.path("JailProbe"), "broker", broker.socket, name]
            let same = try Tool(UnprivilegedAccount.broker.command(words)).run()
            #expect((same.text == "signed 64 bytes\n") == isDemonstration)
            #expect(broker.complaints.contains("must not run under the broker's user") != isDemonstration)
            guard UnprivilegedAccount.areDistinct else { continue }
            let other = try Tool(UnprivilegedAccount.monitor.command(words)).run()
            #expect(other.text == "signed 64 bytes\n")
        }
    }

    @Test("a broker with no keys, or with a passphrase that others can read, says so and does not start")
    func refusesToStart() throws {
        let empty = try RunningBroker(stopsAtStart: true) { _ in }
        #expect(empty.complaints.contains("must contain at least one sealed key"))
        let open = try RunningBroker(stopsAtStart: true) { broker in
            _ = try broker.generate(use: "log", algorithm: "ed25519", label: Self.origin)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: broker.directory.path("passphrase"))
        }
        #expect(open.complaints.contains("only its owner can read and write"))
    }
    @Test(
        "a key with a label or an algorithm that its use does not allow is refused in one sentence",
        arguments: [
            ("log", "ed25519", "two words", "--label must be 1 to 255 bytes without spaces, + and control characters"),
            ("answer", "ed25519", "a\tb", "--label must be at most 255 bytes without control characters"),
            ("openpgp", "ed25519", "", "--label must be 1 to 255 bytes of printable text"),
            ("log", "rsa4096", "log", "keys of the log and of the answers must be Ed25519"),
        ])
    func refusesToGenerate(use: String, algorithm: String, label: String, sentence: String) throws {
        _ = try RunningBroker(stopsAtStart: true) { broker in
            let error = #expect(throws: TestSupportError.self) {
                try broker.generate(use: use, algorithm: algorithm, label: label)
            }
            #expect(error.map { "\($0)".contains("reposeal-broker: \(sentence)\n") } == true)
        }
    }
}
