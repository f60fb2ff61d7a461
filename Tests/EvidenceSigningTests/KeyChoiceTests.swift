import Attestation
import Cryptography
import OpenPGPFormat
import Testing

@testable import EvidenceSigning

@Suite("The choice among a person's keys")
struct KeyChoiceTests {
    private static let alice = try? SignerID(parsing: "alice")

    /// A certificate for one key that certifies and signs.
    private static func certificate(created: UInt32) throws -> Certificate {
        let key = try Ed25519PrivateKey.generate()
        let draft = try CertificateDraft(
            material: .ed25519(key.publicKey), creationTime: created, userID: "alice <alice@example.org>")
        return try draft.certificate(rawSignature: key.sign(draft.digest.bytes).bytes)
    }

    private static func secret(
        _ certificate: Certificate, maySign: Bool = true, hindrance: String? = nil
    ) -> GPG.SecretKey {
        GPG.SecretKey(fingerprint: certificate.fingerprint, maySign: maySign, hindrance: hindrance)
    }

    @Test("the newest key that gpg has is taken")
    func newest() throws {
        let (old, new) = (try Self.certificate(created: 1000), try Self.certificate(created: 2000))
        let signer = try #require(Self.alice)
        let both = [Self.secret(old), Self.secret(new)]
        #expect(try GPG.pick(from: both, of: signer, in: [new, old], choice: nil).fingerprint == new.fingerprint)
        #expect(
            try GPG.pick(from: [Self.secret(old)], of: signer, in: [new, old], choice: nil).fingerprint
                == old.fingerprint)
        #expect(
            try GPG.pick(from: both, of: signer, in: [new, old], choice: old.fingerprint).fingerprint == old.fingerprint
        )
    }

    @Test("a key that the policy does not have is never taken")
    func onlyTheirs() throws {
        let (theirs, other) = (try Self.certificate(created: 1000), try Self.certificate(created: 2000))
        let signer = try #require(Self.alice)
        #expect(throws: EvidenceSigningError.noSecretKey(signer: "alice", wanted: [theirs.fingerprint.hex])) {
            try GPG.pick(from: [Self.secret(other)], of: signer, in: [theirs], choice: nil)
        }
        #expect(throws: EvidenceSigningError.noSuchKey(signer: "alice", choice: other.fingerprint.hex)) {
            try GPG.pick(from: [Self.secret(other)], of: signer, in: [theirs], choice: other.fingerprint)
        }
    }

    @Test("an expired key and one that may not sign are not taken")
    func unusable() throws {
        let certificate = try Self.certificate(created: 1000)
        let signer = try #require(Self.alice)
        let expired = Self.secret(certificate, hindrance: "expired")
        #expect(
            throws: EvidenceSigningError.unusableKeys(signer: "alice", keys: ["\(certificate.fingerprint) (expired)"])
        ) { try GPG.pick(from: [expired], of: signer, in: [certificate], choice: nil) }
        #expect(throws: EvidenceSigningError.noSecretKey(signer: "alice", wanted: [certificate.fingerprint.hex])) {
            try GPG.pick(from: [Self.secret(certificate, maySign: false)], of: signer, in: [certificate], choice: nil)
        }
    }

    @Test("gpg's listing is read by its documented columns, stubs left out")
    func listing() throws {
        let listing = """
            sec:u:255:22:D59DE721783E55DC:1795248963:1858320963::u:::cSC:::+::ed25519:::0:
            fpr:::::::::5AEF3B2F2862E13DE3FE4A6ED59DE721783E55DC:
            grp:::::::::3BED3DB6BB640E7AD79BE67CA976CAEA60026A15:
            uid:u::::1795248963::6C0E26485BFEEB48E4C4212DA6111AD763107243::A <a@example.org>::::::::::0:
            ssb:u:255:22:3ED6816DCA3C7D1B:1795248963::::::s:::+::ed25519::
            fpr:::::::::7EB07432F20FA227EB4523FD3ED6816DCA3C7D1B:
            ssb:e:255:22:3ED6816DCA3C7D1C:1795248963::::::s:::D2760001240102010006037000000000::ed25519::
            fpr:::::::::7EB07432F20FA227EB4523FD3ED6816DCA3C7D1C:
            ssb:u:255:22:3ED6816DCA3C7D1D:1795248963::::::s:::#::ed25519::
            fpr:::::::::7EB07432F20FA227EB4523FD3ED6816DCA3C7D1D:
            """
        let keys = GPG.secretKeys(inListing: listing)
        #expect(
            keys.map(\.fingerprint.hex) == [
                "5AEF3B2F2862E13DE3FE4A6ED59DE721783E55DC", "7EB07432F20FA227EB4523FD3ED6816DCA3C7D1B",
                "7EB07432F20FA227EB4523FD3ED6816DCA3C7D1C",
            ])
        #expect(keys.map(\.maySign) == [false, true, true])
        #expect(keys.map(\.hindrance) == [nil, nil, "expired"])
    }
}
