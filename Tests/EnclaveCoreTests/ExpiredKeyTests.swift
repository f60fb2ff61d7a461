import Attestation
import Cryptography
import EnclaveCore
import OpenPGPFormat
import SigningProtocol
import Testing

@Suite("A repository's subkey that expires")
struct ExpiredKeyTests {
    private static let end = Distribution.start + 3600

    private static func key(_ seed: UInt8) throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
    }

    /// A primary key with a signing subkey until the end.
    private static func certificate() throws -> (certificate: Certificate, subkey: Fingerprint) {
        let primary = try key(91)
        let subkey = try key(92)
        let draft = try CertificateDraft(
            material: .ed25519(primary.publicKey), creationTime: UInt32(Distribution.start - 1000), userID: "offline")
        let certificate = try draft.certificate(rawSignature: primary.sign(draft.digest.bytes).bytes)
        let wish = try CertificationRequestDraft(
            material: .ed25519(subkey.publicKey), creationTime: UInt32(Distribution.start - 900),
            primary: certificate.primary, expirationTime: end)
        let request = try wish.request(rawSignature: subkey.sign(wish.digest.bytes).bytes)
        let binding = try SubkeyBindingDraft(answering: request, with: certificate, at: Distribution.start - 800)
        return (
            try binding.certificate(rawSignature: primary.sign(binding.digest.bytes).bytes), request.subkey.fingerprint
        )
    }

    @Test("signs until its last second; after it an admitted job has no key", arguments: [0, 1] as [UInt64])
    func expiry(secondsPast: UInt64) throws {
        let (certificate, subkey) = try Self.certificate()
        let distribution = try Distribution { document in
            guard case .object(var enclave) = document["enclave"],
                case .array(var repositories) = document["repositories"]
            else { return }
            enclave["repositoryKeys"] = .array([
                .object([
                    "fingerprint": .string(subkey.hex), "certificate": .string(Base64.encode(certificate.bytes)),
                    "demonstration": .string("yes"),
                ])
            ])
            for index in repositories.indices {
                guard case .object(var repository) = repositories[index] else { return }
                repository["key"] = .string(subkey.hex)
                repositories[index] = .object(repository)
            }
            document["enclave"] = .object(enclave)
            document["repositories"] = .array(repositories)
        }
        var enclave = PaperEnclave(distribution)
        enclave.now = Self.end - 1 + secondsPast
        let package = try SamplePackage("tree", "1.0-1")
        let job = try enclave.job(adding: [package])
        guard case .admitted(let admission) = try enclave.decision(job, enclave.evidence(for: [package])) else {
            Issue.record("refused")
            return
        }
        let plan = {
            try SigningPlan(
                signing: admission, of: job.hash, under: distribution.policy, remembering: enclave.memory,
                firstLeafIndex: 1, at: enclave.now)
        }
        if secondsPast == 0 {
            #expect(try !plan().requests.isEmpty)
        } else {
            let error = #expect(throws: SigningPlanError.self) { try plan() }
            #expect(error?.description.contains("the repository key \(subkey)") == true)
        }
    }
}
