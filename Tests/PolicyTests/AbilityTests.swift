import Attestation
import OpenPGPFormat
import Policy
import TestSupport
import Testing

/// What stops a person of the policy, or the enclave, from signing.
enum Inability: CaseIterable {
    case revoked, certifiesOnly, expired, subkeyRevoked, subkeyRevokedByPolicy

    /// A certificate in which nothing signs, and the keys that the policy revokes.
    func certificate() throws -> (certificate: Certificate, revoked: [Fingerprint]) {
        let home = try GnuPGHome()
        let isPrimary = self == .revoked || self == .expired
        let primary = try home.generateKey(
            "dave <dave@reposeal.example>", algorithm: "ed25519", usage: isPrimary ? "sign" : "cert",
            expires: self == .expired ? "1y" : "never",
            options: self == .expired ? ["--faked-system-time", "20200101T000000!"] : [])
        if self == .revoked { try home.revoke(primary) }
        if self == .subkeyRevoked || self == .subkeyRevokedByPolicy {
            _ = try home.gpg("--quick-add-key", primary, "ed25519", "sign", "never")
        }
        if self == .subkeyRevoked { try home.revokeSubkey(of: primary) }
        let certificate = try Certificate(parsing: home.exportCertificate(primary))
        return (certificate, self == .subkeyRevokedByPolicy ? [certificate.keys[1].fingerprint] : [])
    }
}

private func policy(dave certificate: Certificate, revoked: [Fingerprint]) throws -> SigningPolicy {
    try PolicySample.policy(
        Edit("people", 3, "certificates", 0, to: .object(PolicySample.stated(certificate))),
        Edit("people", 3, "revokedFingerprints", to: .array(revoked.map { .string($0.hex) })))
}

@Test("whoever has no key that signs is not among the holders of a role", arguments: Inability.allCases)
func unablePeople(inability: Inability) throws {
    let (certificate, revoked) = try inability.certificate()
    #expect(
        try policy(dave: certificate, revoked: revoked).unsoundness
            == ["import", "recovery"].map { "the \($0) quorum needs 3 holders of the role sysop, but there are 2" })
}

@Test("a subkey that signs is enough for a person")
func signingSubkey() throws {
    let (certificate, revoked) = try Inability.subkeyRevokedByPolicy.certificate()
    #expect(certificate.signingKeys(at: SampleEvidence.now) == revoked)
    #expect(try policy(dave: certificate, revoked: []).unsoundness == [])
}

@Test("a repository key whose own certificate does not let it sign is unsound", arguments: Inability.allCases)
func unableRepositoryKeys(inability: Inability) throws {
    let certificate = try inability.certificate().certificate
    let stated = PolicySample.stated(certificate).merging(["demonstration": "yes"]) { $1 }
    let policy = try PolicySample.policy(Edit("enclave", "repositoryKeys", 0, to: .object(stated)))
    #expect(policy.unsoundness.contains("the repository key \(certificate.fingerprint) cannot sign"))
}

@Test(
    "a repository key outlives the first database that it signs under the policy, or the policy is unsound",
    arguments: [("2026-01-10", true), ("2026-02-10", false)])
func fleetingRepositoryKeys(end: String, isFleeting: Bool) throws {
    let home = try GnuPGHome()
    let name = try home.generateKey(
        "repository <r@reposeal.example>", algorithm: "ed25519", usage: "sign", expires: end,
        options: ["--faked-system-time", "20251201T000000!"])
    let certificate = try Certificate(parsing: home.exportCertificate(name))
    let key = certificate.fingerprint
    let stated = PolicySample.stated(certificate).merging(["demonstration": "yes"]) { $1 }
    let policy = try PolicySample.policy(
        Edit("enclave", "repositoryKeys", 0, to: .object(stated)),
        Edit("repositories", 0, "key", to: .string(key.hex)), Edit("repositories", 1, "key", to: .string(key.hex)),
        Edit("repositories", 2, "key", to: .string(key.hex)))
    let reasons = ["core", "extra", "testing"].map {
        "the repository key \(key) expires before a database of \($0) that it signs at once"
    }
    #expect(policy.unsoundness == (isFleeting ? reasons : []))
    let expiry = try #require(certificate.expirationTime(of: key))
    #expect(policy.mutedKeys(at: expiry - 1) == [] && policy.mutedKeys(at: expiry) == [key])
}

@Test("a repository key may be a subkey of its certificate, and counts by its own signatures alone")
func repositorySubkey() throws {
    let certificate = try Inability.subkeyRevokedByPolicy.certificate().certificate
    let subkey = try #require(certificate.signingKeys(at: SampleEvidence.now).first)
    let entries = { (keys: [(Fingerprint, String)]) throws in
        try PolicySample.policy(
            Edit(
                "enclave", "repositoryKeys",
                to: .array(
                    keys.sorted { $0.0 < $1.0 }.map { key, isDemonstration in
                        .object(
                            PolicySample.stated(certificate).merging([
                                "fingerprint": .string(key.hex), "demonstration": .string(isDemonstration),
                            ]) { $1 })
                    })))
    }
    let policy = try entries([(subkey, "yes")])
    #expect(!policy.unsoundness.contains { $0.contains("the repository key") || $0.contains("share a key") })
    let key = try #require(policy.enclave.repositoryKey(subkey))
    #expect(key.signingKey?.fingerprint == subkey && key.signingKey?.isSubkey == true)
    for signing in certificate.keys.map(\.fingerprint) {
        let verdict = SignatureVerdict(
            primaryFingerprint: certificate.fingerprint, signingFingerprint: signing, creationTime: 0,
            expirationTime: nil)
        #expect(key.made(verdict) == (signing == subkey))
    }
    let mixed = try entries([(subkey, "yes"), (certificate.fingerprint, "no")])
    let reason = "the repository key \(subkey) is for demonstrations, and another one of its certificate is not"
    #expect(mixed.unsoundness.contains(reason))
    #expect(!mixed.unsoundness.contains { $0.contains("share a key") })
}
