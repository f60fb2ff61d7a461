import Cryptography
import Descriptors
import JailClients
import JailRecords
import Logging
import OpenPGPFormat
import Policy

extension Monitor {
    /// Lets every key sign a fixed text and verifies it; throws if one fails.
    mutating func selfTest() throws {
        try testKeys(of: policy)
        health.testedAt = SystemClock.realtimeSeconds()
        if health.locks.remove(.selfTest) != nil { logger.notice("every key signs again") }
    }

    /// Tests again once the time has come; while a key fails, no job is signed, and it is tried each minute.
    mutating func selfTestIfDue(every seconds: UInt64) {
        guard SystemClock.monotonicNanoseconds() >= health.nextTest else { return }
        var pause = seconds
        do { try selfTest() } catch {
            lock(.selfTest, because: error)
            pause = min(seconds, Self.secondsBetweenFailedTests)
        }
        health.nextTest = SystemClock.monotonicNanoseconds() + pause * 1_000_000_000
    }

    private static var secondsBetweenFailedTests: UInt64 { 60 }

    /// How long to wait for the next test.
    var millisecondsToSelfTest: UInt64 {
        let now = SystemClock.monotonicNanoseconds()
        return health.nextTest > now ? (health.nextTest - now) / 1_000_000 + 1 : 0
    }

    /// Lets every key with which a policy has something signed sign a fixed text, and verifies it.
    ///
    /// A key that no repository names is for clients only, who trust older signatures by it: it need not be here.
    func testKeys(of policy: SigningPolicy) throws {
        let job = SHA256.digest(of: SelfTest.signedBytes)
        let used = Set(policy.repositories.map(\.key))
        for key in policy.enclave.repositoryKeys where used.contains(key.fingerprint) {
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
