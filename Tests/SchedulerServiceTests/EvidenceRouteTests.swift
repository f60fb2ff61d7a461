import ALPMTypes
import Attestation
import Cryptography
import Descriptors
import EvidenceSigning
import Foundation
import HTTPTypes
import SchedulerDocuments
import SchedulerSamples
import Testing

@testable import SchedulerClient
@testable import SchedulerService

@Suite("Evidence by HTTP")
struct EvidenceRouteTests {
    private let fixture: CollectingFixture

    init() throws { fixture = try CollectingFixture() }

    private func evidence(by signer: String, key: String) throws -> [UInt8] {
        let now = SystemClock.realtimeSeconds()
        let header = try StatementHeader(
            distribution: fixture.distribution, policyVersion: 1, notBefore: now - 60, notAfter: now + 3000,
            nonce: [UInt8](repeating: 1, count: 16), signer: SignerID(parsing: signer))
        let identity = PackageIdentity(
            fileName: try PackageFileName(parsing: "hello-1.0-1-any.pkg.tar.zst"), size: 5, sha256: .zeros,
            desc: .zeros,
            files: .zeros)
        let approval = try PackageApproval(
            header: header, repository: RepositoryName(parsing: "core"), packages: [identity])
        return try Statement.packageApproval(approval).sealed(by: BuilderPolicy.key(key)).dsseBytes
    }

    private func send(_ bytes: [UInt8], type: String = "application/json") async throws -> Curl.Answer {
        try await fixture.serving { client in
            try await client.execute(
                uri: "/api/v1/evidence", method: .post, headers: [.contentType: type], body: bytes)
        }
    }

    @Test("evidence by somebody whom the policy knows lies in incoming, and is answered with its digest")
    func accepted() async throws {
        let bytes = try evidence(by: "builder1", key: "builder1")
        let answer = try await send(bytes)
        #expect(answer.status == .accepted)
        let digest = try JSONDecoder().decode(EvidenceDocument.self, from: Data(answer.body)).digest
        #expect(fixture.files(in: "incoming") == ["\(SHA256.digest(of: bytes))/\(digest).dsse.json": bytes.count])
    }

    @Test("evidence that came in begins a pass at once", .timeLimit(.minutes(5))) func rings() async throws {
        let bytes = try evidence(by: "builder1", key: "builder1")
        try await fixture.serving { client in
            let answer = try await client.execute(
                uri: "/api/v1/evidence", method: .post, headers: [.contentType: "application/json"], body: bytes)
            #expect(answer.status == .accepted)
            await client.arrival()
        }
    }

    @Test("all other bytes end in a problem, and nothing is stored")
    func refused() async throws {
        let good = try evidence(by: "builder1", key: "builder1")
        let cases: [(bytes: [UInt8], type: String, status: HTTPResponse.Status, words: String)] = [
            (good, "text/plain", .unsupportedMediaType, "Content-Type"),
            ([], "application/json", .badRequest, "byte 0"),
            (Array("{}".utf8), "application/json", .badRequest, "signatures"),
            (try evidence(by: "builder1", key: "builder2"), "application/json", .forbidden, "signatureInvalid: "),
            (try evidence(by: "mallory", key: "mallory"), "application/json", .forbidden, "unknownSigner: "),
            ([UInt8](repeating: 0x20, count: 5 << 20), "application/json", .contentTooLarge, ""),
        ]
        for (bytes, type, status, words) in cases {
            let answer = try await send(bytes, type: type)
            #expect(answer.status == status)
            let problem = try JSONDecoder().decode(ProblemDocument.self, from: Data(answer.body))
            #expect((problem.detail ?? "").hasPrefix(words))
        }
        #expect(fixture.files(in: "incoming").isEmpty)
    }
}
