public import Policy
public import Refusals
public import SigningProtocol

/// Whether a request is one that this enclave answers: asked by a scheduler of the policy, for this log and epoch, now.
public enum RequestReview {
    /// Why the request is not answered; nil if it is.
    ///
    /// The body is read only after this.
    public static func refusal(
        of request: SignedRequest, header: RequestHeader, under policy: SigningPolicy, now: UInt64
    ) -> Refusal? {
        guard let scheduler = policy.scheduler(header.schedulerID), header.logOrigin == policy.enclave.logOrigin,
            header.epoch == policy.enclave.epoch
        else { return .requestForAnotherEnclave }
        guard request.isSigned(by: scheduler.publicKey) else { return .signatureInvalid }
        return (header.notBefore...max(header.notBefore, header.notAfter)).contains(now) ? nil : .requestExpired
    }
}
