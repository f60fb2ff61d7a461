import ByteCoding
import JailRecords
public import OpenPGPFormat
import Sandbox

/// A signature with the verifiers that look at it, each in a jail of its own.
public struct SignatureCheck {
    private let first: VerifierCheck
    private let second: VerifierCheck?

    init(_ first: VerifierCheck, _ second: VerifierCheck?) {
        self.first = first
        self.second = second
    }

    /// Waits for the verdict, which two verifiers must give alike (H3); asked for once.
    public func outcome() throws(JailClientError) -> SignatureVerification {
        let verdict = try first.outcome()
        guard let second else { return verdict }
        let otherVerdict = try second.outcome()
        guard verdict == otherVerdict else {
            throw .implementationsDisagree(gpgme: verdict, openSSL: otherVerdict)
        }
        return verdict
    }
}

/// One request to one verifier, from the start of its jail to its answer; the jail is killed when this goes.
final class VerifierCheck {
    private var jail: Jail?
    private var kind = SignedMessageRequest.kind

    init(in jails: JailStock) throws(JailClientError) {
        do throws(SandboxError) { jail = try jails.take() } catch { throw .jail(error) }
    }

    /// Sends a whole request.
    func send(_ request: VerificationRequest) throws(JailClientError) {
        kind = request.kind
        try send(request.bytes)
    }

    /// Sends the last part of a request.
    func send(_ end: [UInt8]) throws(JailClientError) {
        do throws(SandboxError) { try jail?.send(end) } catch { throw .jail(error) }
    }

    /// Sends a part of a request, after which more comes.
    func write(_ part: [UInt8]) throws(JailClientError) {
        do throws(SandboxError) { try jail?.write(part) } catch { throw .jail(error) }
    }

    /// Waits for the answer.
    func outcome() throws(JailClientError) -> SignatureVerification {
        guard let jail = jail.take() else { throw .foreignAnswer }
        let untrustedAnswer: [UInt8]
        do throws(SandboxError) {
            untrustedAnswer = try jail.finish(limit: VerificationResponse.byteCount)
        } catch {
            throw .jail(error)
        }
        do throws(ByteCodingError) {
            let response = try VerificationResponse(parsing: untrustedAnswer)
            if response.kind == kind { return response.outcome }
        } catch {
            throw .malformedAnswer(error)
        }
        throw .foreignAnswer
    }
}
