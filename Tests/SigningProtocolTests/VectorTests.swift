import ALPMTypes
import Attestation
import Cryptography
import Foundation
import SigningProtocol
import TestSupport
import Testing

@Suite("Messages made by another implementation")
struct VectorTests {
    let vectors: [String: String]

    init() throws {
        let data = try Data(contentsOf: URL(filePath: RepositoryRoot.vector("protocol/vectors.json")))
        vectors = try JSONDecoder().decode([String: String].self, from: data)
    }

    private func vector(_ name: String) throws -> [UInt8] { try Hex.decode(try #require(vectors[name])) }

    @Test("a token is read as it was meant and written the same")
    func token() throws {
        let expected = RequestToken(
            schedulerID: try SignerID(parsing: "scheduler"), logOrigin: "log.example", epoch: 1,
            nonce: Array(0..<32), notBefore: 1_000, notAfter: 2_000, asking: 1, body: SHA256.digest(of: []))
        #expect(try RequestToken(decoding: try vector("statusToken")) == expected)
        #expect(expected.encoded == (try vector("statusToken")))
    }

    @Test("a job is read as it was meant, written the same and has the same hash")
    func job() throws {
        let change = RepositoryChange(
            repository: try RepositoryName(parsing: "extra"), architecture: try Architecture(parsing: "x86_64"),
            predecessorSerial: 4,
            additions: [Addition(untrustedDescription: Array("desc".utf8), untrustedFiles: nil, state: nil)],
            removals: [try PackageName(parsing: "acl")],
            expectedDatabase: try SHA256Digest(bytes: [UInt8](repeating: 0x33, count: 32)),
            expectedFiles: try SHA256Digest(bytes: [UInt8](repeating: 0x44, count: 32)))
        let expected = Job(kind: .update, changes: [change], evidence: [])
        #expect(try Job(decoding: try vector("job"), limits: generous) == expected)
        #expect(expected.encoded == (try vector("job")))
        #expect(expected.hash.hex == vectors["jobHash"])
    }
}
