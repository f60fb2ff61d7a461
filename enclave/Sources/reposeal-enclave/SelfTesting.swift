import Cryptography
import Descriptors
import JailClients
import JailRecords
import Ledger
import Logging
import OpenPGPFormat
import Policy

extension Monitor {
    /// Lets every key sign a fixed text and verifies it; throws if one fails.
    mutating func selfTest() throws {
        health.lastTest = SystemClock.monotonicNanoseconds()
        try testKeys(of: policy)
        noteGoodTest()
        try noteMutedKeys()
    }

    /// Says of each repository's key that its certificate lets it sign no more, as when it has expired.
    ///
    /// That is no lock: the jobs of this repository are refused, and the others go on.
    private mutating func noteMutedKeys() throws {
        guard let now = try now() else { return }
        for key in policy.mutedKeys(at: now) {
            let error = MonitorError.keyMuted(key)
            health.note(error)
            logger.error("a repository has no key that signs", metadata: ["reason": "\(error)"])
        }
    }

    /// Every key of the policy in force has signed the text just now.
    mutating func noteGoodTest() {
        health.testedAt = SystemClock.realtimeSeconds()
        if health.locks.remove(.selfTest) != nil { logger.notice("every key signs again") }
    }

    /// Tests every key; while one does not sign, no job is signed.
    ///
    /// Throws if it is the broker that fails, without which nothing can be answered either.
    mutating func testOrLock() throws {
        do { try selfTest() } catch let error where Self.isOfOneKey(error) { lock(.selfTest, because: error) }
    }

    /// Tests again once the time has come, and looks after a policy that waits; while a key fails, no job is signed.
    mutating func selfTestIfDue(every seconds: UInt64) {
        if millisecondsToSelfTest(every: seconds) == 0 {
            do { try selfTest() } catch { lock(.selfTest, because: error) }
        }
        guard millisecondsToRecovery(every: seconds) == 0 else { return }
        do { try attendRecovery() } catch let error as LedgerError { lock(because: error) } catch {
            health.note(error)
            logger.error("an announced policy waits", metadata: ["reason": "\(error)"])
        }
    }

    /// How long nothing is due but to wait for a scheduler.
    func millisecondsToDuty(every seconds: UInt64) -> UInt64 {
        min(millisecondsToSelfTest(every: seconds), millisecondsToRecovery(every: seconds))
    }

    /// How long to wait for the next test: at most a minute while a key fails.
    private func millisecondsToSelfTest(every seconds: UInt64) -> UInt64 {
        let pause = (health.locks.contains(.selfTest) ? min(seconds, 60) : seconds) * 1_000_000_000
        let passed = SystemClock.monotonicNanoseconds() - health.lastTest
        return passed < pause ? (pause - passed) / 1_000_000 + 1 : 0
    }

    /// Lets every key with which a policy has something signed sign a fixed text, and verifies it.
    ///
    /// A key that no repository names is for clients only, who trust older signatures by it: it need not be here.
    func testKeys(of policy: SigningPolicy) throws {
        let job = SHA256.digest(of: SelfTest.signedBytes)
        let used = Set(policy.repositories.map(\.key))
        for key in policy.enclave.repositoryKeys where used.contains(key.fingerprint) {
            if try !key.isDemonstration && broker.isOfThisUser() { throw MonitorError.keyWithinReach(key.fingerprint) }
            let signature = try broker.signSelfTest(key: .openPGP(key.fingerprint), job: job)
            let isValid =
                switch key.signingKey?.material {
                case .ed25519(let material)?: Self.isSelfTest(signature, by: material)
                case let material?:
                    material.isValidSignature(
                        signature, digest: SHA256.digest(of: SelfTest.signedBytes).bytes, hash: .sha256)
                case nil: false
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

    /// Whether a test failed because of the key, and not because nobody answers.
    private static func isOfOneKey(_ error: any Error) -> Bool {
        switch error {
        case MonitorError.wrongSignature, MonitorError.keyWithinReach, JailClientError.refused: true
        default: false
        }
    }

    private static func isSelfTest(_ signature: [UInt8], by key: Ed25519PublicKey) -> Bool {
        (try? Ed25519Signature(bytes: signature)).map { key.isValidSignature($0, over: SelfTest.signedBytes) } ?? false
    }
}
