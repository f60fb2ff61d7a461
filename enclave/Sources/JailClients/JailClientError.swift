public import ByteCoding
public import Descriptors
public import JailRecords
public import OpenPGPFormat
public import Sandbox

/// Why a verifier or the broker gave no answer that counts.
public enum JailClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The verifier's jail did not work.
    case jail(SandboxError)
    /// The verifier or the broker answered something else than its format.
    case malformedAnswer(ByteCodingError)
    /// The two implementations do not say the same about one signature (H3).
    case implementationsDisagree(gpgme: SignatureVerification, openSSL: SignatureVerification)
    /// The answer belongs to another request.
    case foreignAnswer
    /// The broker cannot be reached or does not answer.
    case broker(DescriptorError)
    /// The broker refused.
    case refused(SigningResponse.Refusal)

    /// One sentence.
    public var description: String {
        switch self {
        case .jail(let error): "the verifier did not work: \(error)"
        case .malformedAnswer(let error): "an answer is malformed: \(error)"
        case .implementationsDisagree(let gpgme, let openSSL):
            "two implementations disagree about one OpenPGP signature: gpg calls it \(Self.word(gpgme)), "
                + "OpenSSL calls it \(Self.word(openSSL))"
        case .foreignAnswer: "an answer belongs to another request"
        case .broker(let error): "the broker does not answer: \(error)"
        case .refused(let refusal): refusal.description
        }
    }

    /// Whether it is this machine that failed, and not what the verifier was given.
    public var isOurs: Bool {
        switch self {
        case .jail(.failed), .jail(.killed), .jail(.answerTooLong): false
        case .malformedAnswer, .implementationsDisagree, .foreignAnswer: false
        case .jail, .broker, .refused: true
        }
    }

    /// Whether the verifier was ended because it took too long.
    public var tookTooLong: Bool {
        switch self {
        case .jail(.timedOut): true
        default: false
        }
    }

    private static func word(_ outcome: SignatureVerification) -> String {
        if case .valid(let verdict) = outcome { "valid by \(verdict.signingFingerprint)" } else { "\(outcome)" }
    }
}
