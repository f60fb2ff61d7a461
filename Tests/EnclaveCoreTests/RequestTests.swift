import Attestation
import Cryptography
import EnclaveCore
import Refusals
import SigningProtocol
import Testing

@Suite("Requests") struct RequestTests {
    let distribution: Distribution

    init() throws { distribution = try Distribution() }

    /// What the enclave says to a request at the fixture's start, its signature made with the key of a seed.
    func refusal(
        by scheduler: String = "scheduler", seed: UInt8 = 30, log: String = "example.org/log", epoch: UInt64 = 1,
        from: UInt64 = Distribution.start - 10, until: UInt64 = Distribution.start + 10, changing bit: Bool = false
    ) throws -> Refusal? {
        let token = RequestToken(
            schedulerID: try SignerID(parsing: scheduler), logOrigin: log, epoch: epoch,
            nonce: [UInt8](repeating: 1, count: 32), notBefore: from, notAfter: until, asking: 1,
            body: SHA256.digest(of: []))
        let key = try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
        var signed = try SignedToken(signing: token, with: key)
        if bit {
            var data = signed.data
            data[data.count - 1] ^= 1
            signed = SignedToken(data: data, signature: signed.signature)
        }
        return RequestReview.refusal(of: signed, token, under: distribution.policy, now: Distribution.start)
    }

    @Test("a scheduler of the policy is heard, in its window, for this log and epoch") func heard() throws {
        #expect(try refusal() == nil)
        #expect(try refusal(from: Distribution.start, until: Distribution.start) == nil)
    }

    @Test("a request for another log or epoch, or by an unknown scheduler, is for another enclave")
    func anotherEnclave() throws {
        #expect(try refusal(log: "example.org/other") == .requestForAnotherEnclave)
        #expect(try refusal(epoch: 2) == .requestForAnotherEnclave)
        #expect(try refusal(by: "intruder") == .requestForAnotherEnclave)
    }

    @Test("a request that another key signed, or that was changed, is refused") func forged() throws {
        #expect(try refusal(seed: 31) == .signatureInvalid)
        #expect(try refusal(changing: true) == .signatureInvalid)
    }

    @Test(
        "a request outside its window is refused, also one whose window is turned around",
        arguments: [(-20, -1), (1, 20), (10, -10)])
    func window(from: Int, until: Int) throws {
        let start = Int(Distribution.start)
        #expect(try refusal(from: UInt64(start + from), until: UInt64(start + until)) == .requestExpired)
    }
}
