public import Policy
public import Refusals
public import SigningProtocol

/// Whether a request is one that this enclave answers: asked by a scheduler of the policy, for this log and epoch, now.
public enum RequestReview {
    /// Why the request is not answered; nil if it is.
    ///
    /// The body is taken only after this.
    public static func refusal(
        of signed: SignedToken, _ token: RequestToken, under policy: SigningPolicy, now: UInt64
    ) -> Refusal? {
        guard let scheduler = policy.scheduler(token.schedulerID), token.logOrigin == policy.enclave.logOrigin,
            token.epoch == policy.enclave.epoch
        else { return .requestForAnotherEnclave }
        guard signed.isSigned(by: scheduler.publicKey) else { return .signatureInvalid }
        return expiry(of: token, now: now)
    }

    /// Whether the time of a request is over, or has not come; its body may have taken longer than it holds.
    public static func expiry(of token: RequestToken, now: UInt64) -> Refusal? {
        (token.notBefore...max(token.notBefore, token.notAfter)).contains(now) ? nil : .requestExpired
    }
}
