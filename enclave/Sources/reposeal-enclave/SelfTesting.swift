import Cryptography
import JailClients
import JailRecords
import OpenPGPFormat
import Policy

extension Monitor {
    /// Lets every key sign a fixed text and verifies it; a key that fails keeps the link closed.
    func selfTest() throws {
        let job = SHA256.digest(of: SelfTest.signedBytes)
        for key in policy.enclave.repositoryKeys {
            let signature = try broker.signSelfTest(key: .openPGP(key.fingerprint), job: job)
            let isValid =
                switch key.stated.certificate.primary.material {
                case .ed25519(let material): Self.isSelfTest(signature, by: material)
                case let material:
                    material.isValidSignature(
                        signature, digest: SHA256.digest(of: SelfTest.signedBytes).bytes, hash: .sha256)
                }
            guard isValid else { throw MonitorError.wrongSignature("the self-test of \(key.fingerprint)") }
        }
        for key in [policy.enclave.logKey, policy.enclave.answerKey] {
            let signature = try broker.signSelfTest(key: .ed25519(key), job: job)
            guard Self.isSelfTest(signature, by: key) else {
                throw MonitorError.wrongSignature("the self-test of \(key.hex)")
            }
        }
    }

    private static func isSelfTest(_ signature: [UInt8], by key: Ed25519PublicKey) -> Bool {
        (try? Ed25519Signature(bytes: signature)).map { key.isValidSignature($0, over: SelfTest.signedBytes) } ?? false
    }
}
