extension Refusal: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .notEnoughApprovals(let kind, let role, let have, let need):
            "Of \(need) statements of the kind \(kind) by distinct holders of the role \(role), \(have) are here."
        case .alreadySigned(let identity, let sha256):
            "\(identity) exists already with the content \(sha256), and a name and version has one content for ever."
        case .downgrade(let identity, let highest): "\(identity) is not newer than \(highest), which the name once had."
        case .staleSerial(let current): "The change does not build on the current serial, \(current)."
        case .databaseMismatch(let expected, let computed):
            "The change should lead to the database \(expected), but leads to \(computed)."
        case .evidenceExpired: "A statement is past its time."
        case .evidenceNotYetValid: "A statement's time has not come."
        case .evidenceForAnotherPolicy: "A statement is for another distribution or another policy."
        case .unknownRepository: "The policy knows no such repository and architecture."
        case .unknownSigner: "A statement's signer or key is not in the policy."
        case .signerRevoked: "A statement's key is revoked."
        case .roleNotHeld: "There would be enough statements, but their signers do not hold the role."
        case .notInRepository(let name): "\(name) is not in the repository with the version and content stated."
        case .rateLimited(let retryAfter): "Too much was asked in a short time; ask again in \(retryAfter) seconds."
        case .jobTooLarge(let limit): "The job is above the limit of \(limit)."
        case .requestExpired: "The request is outside its time window."
        case .clockSuspect: "The enclave's clock needs to be confirmed by sysops."
        case .signatureInvalid: "A statement's signature does not verify with its signer's keys."
        case .requestForAnotherEnclave:
            "The request is for another enclave, or by a scheduler that the policy does not know."
        case .policyExpired: "The policy is past its time and admits nothing but refreshes and its successor."
        case .policyQuorumNotMet: "Too few sysops approved the policy."
        case .policyVersionNotNext: "The policy does not follow the one in force."
        case .keyUnavailable: "A key that the job needs is not loaded."
        case .quarantined: "What is asked for is held back."
        case .revoked: "The package was revoked."
        case .databaseTooLarge(let limit): "The database would be larger than \(limit) bytes."
        case .entryInvalid(let field): "The field \(field) of an entry is not what the rules or the evidence say."
        case .policyUnsound(let reason): "The policy is unsound: \(reason)."
        case .refreshTooEarly: "The database's signature is too young to be refreshed."
        case .statementConsumed: "A statement that counts once was used before."
        case .incompleteTogether(let name):
            "\(name) was built together with packages that are neither here nor present."
        case .enclaveLocked(reason: "restored"):
            "The enclave was restored from a backup and decides nothing until sysops confirm the newest published head."
        case .enclaveLocked(reason: "checkpoint"):
            "The enclave is locked for ever by a checkpoint: its memory lacks a head that its log had."
        case .enclaveLocked(let reason): "The enclave is locked and decides nothing: \(reason)."
        }
    }
}
