import ByteCoding
import Cryptography
import Descriptors
import JailRecords
import KeyVault
import Logging
import OpenPGPFormat
import Sandbox

/// Answers signing requests: each by one signer, in a jail of its own, with the one key that was asked for.
struct SigningDesk {
    let signers: [KeySelector: Signer]
    let log: Logger

    /// A key with the jails of the program that signs with it.
    final class Signer {
        let key: any SigningKey
        let jails: JailStock
        /// A token that did not sign is left alone until the next start: with a wrong PIN each try brings it nearer to its end.
        var isLeftAlone = false

        init(key: any SigningKey, jails: JailStock) {
            self.key = key
            self.jails = jails
        }
    }

    private static let requestMilliseconds: UInt64 = 10_000

    /// Lets each key sign the fixed text once, so that what does not work is known before anybody asks.
    func testEveryKey() throws {
        for selector in signers.keys.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            let none = try SHA256Digest(bytes: [UInt8](repeating: 0, count: SHA256Digest.byteCount))
            do {
                let answer = try self.answer(to: SigningRequest(key: selector, job: none, content: .selfTest))
                let signatures = try SigningResponse(parsing: answer, count: 1).result.get()
                guard let token = signers[selector]?.key as? TokenKey else { continue }
                let digest = SHA256.digest(of: SelfTest.signedBytes).bytes
                guard token.publicMaterial.isValidSignature(signatures[0], digest: digest, hash: .sha256) else {
                    throw KeyVaultError.anotherTokenKey
                }
            } catch {
                let isToken = signers[selector]?.key is TokenKey
                throw isToken
                    ? BrokerError.tokenDoesNotWork(selector, reason: "\(error)")
                    : BrokerError.keyDoesNotWork(selector, reason: "\(error)")
            }
        }
    }

    /// Has signers wait for what is asked next.
    func fill() { for signer in signers.values { signer.jails.fill() } }

    /// Answers requests until the monitor goes; anything that is no request ends the connection.
    func serve(_ monitor: borrowing Descriptor) throws {
        try monitor.setNonblocking()
        while true {
            let first = try monitor.read(atMost: 1)
            if first.isEmpty { return }
            let deadline = Deadline(milliseconds: Self.requestMilliseconds)
            let header =
                first + (try monitor.readExactly(SigningRequest.headerByteCount - 1, deadline: deadline))
            let count = try SigningRequest.contentByteCount(afterHeader: header)
            let request = try SigningRequest(
                parsing: header + (try monitor.readExactly(count, deadline: deadline)))
            let response: [UInt8]
            do {
                response = try answer(to: request)
            } catch {
                log.error("the signer for \(request.key) failed: \(error)")
                response = SigningResponse(job: request.job, result: .failure(.signerFailed)).bytes
            }
            try monitor.writeAll(response, deadline: Deadline(milliseconds: Self.requestMilliseconds))
            // Nobody waits for a signer after the answer.
            if case .answer = request.content { fill() }
        }
    }

    /// The bytes that answer a request: the signer's, once they have been read as a response to this very request.
    private func answer(to request: SigningRequest) throws -> [UInt8] {
        guard let signer = signers[request.key] else {
            return SigningResponse(job: request.job, result: .failure(.keyUnknown)).bytes
        }
        guard request.isAllowed(for: signer.key.use) else {
            return SigningResponse(job: request.job, result: .failure(.useNotAllowed)).bytes
        }
        guard !signer.isLeftAlone else { throw SigningResponse.Refusal.signerFailed }
        var jail = try signer.jails.take()
        // Until it has signed.
        signer.isLeftAlone = signer.key is TokenKey
        try signer.key.write(to: jail.memory)
        try jail.send(request.bytes)
        let limit = SigningResponse.byteCount(signatures: request.signatureCount)
        let response = try SigningResponse(
            parsing: try jail.finish(limit: limit), count: request.signatureCount)
        guard response.job == request.job else { throw SigningResponse.Refusal.signerFailed }
        signer.isLeftAlone = false
        return response.bytes
    }
}
