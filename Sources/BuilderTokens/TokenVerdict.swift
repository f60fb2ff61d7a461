public import Cryptography
public import Policy

/// Why a well-formed token gives no right.
public enum TokenRefusal: String, CaseIterable, Sendable {
    /// The policy has no machine of this id.
    case unknownBuilder
    /// The machine's key did not sign the token.
    case signatureInvalid
    /// The token is for another distribution.
    case anotherDistribution
    /// The token is for something else than uploading.
    case anotherScope
    /// The token is for another method.
    case anotherMethod
    /// The token's window is empty or longer than an hour.
    case windowTooLong
    /// The token counts later.
    case notYetValid
    /// The token counted earlier.
    case expired

    /// The stable code.
    public var code: String { rawValue }

    /// One sentence.
    public var sentence: String {
        switch self {
        case .unknownBuilder: "the policy has no machine with the builder's id"
        case .signatureInvalid: "the builder's key did not sign this token"
        case .anotherDistribution: "the token is for another distribution"
        case .anotherScope: "the token's scope is not \(UploadToken.scope)"
        case .anotherMethod: "the token is for another method"
        case .windowTooLong: "the token's window must be 0 to \(UploadToken.maximumWindow) seconds long"
        case .notYetValid: "the token is not valid yet; compare the clocks"
        case .expired: "the token has expired"
        }
    }
}

/// What a token is worth.
public enum TokenVerdict: Hashable, Sendable {
    /// The builder may do what the token says.
    case admitted(UploadToken)
    /// Nobody may do anything with it, and why.
    case refused(TokenRefusal)
}

extension SignedUploadToken {
    /// Decides with the policy alone, so that every scheduler with the same policy decides the same; `now` is Unix time.
    ///
    /// Nothing that the token says is answered before its signature was checked.
    public func verdict(
        under policy: SigningPolicy, distribution: SHA256Digest, method: String, now: UInt64
    ) -> TokenVerdict {
        let token = untrustedToken
        guard let machine = policy.machine(token.package.builder) else { return .refused(.unknownBuilder) }
        guard isSigned(by: machine.publicKey) else { return .refused(.signatureInvalid) }
        guard token.distribution == distribution else { return .refused(.anotherDistribution) }
        guard token.scope == UploadToken.scope else { return .refused(.anotherScope) }
        guard token.method == method else { return .refused(.anotherMethod) }
        guard token.notBefore <= token.notAfter, token.notAfter - token.notBefore <= UploadToken.maximumWindow else {
            return .refused(.windowTooLong)
        }
        guard token.notBefore <= now else { return .refused(.notYetValid) }
        guard now <= token.notAfter else { return .refused(.expired) }
        return .admitted(token)
    }
}
