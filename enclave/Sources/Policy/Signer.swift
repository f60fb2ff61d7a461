public import Attestation
public import Cryptography
public import OpenPGPFormat
public import Refusals

/// Who made a statement, known from the verification of its signature and not from its text.
public enum Signer: Hashable, Sendable {
    /// A person, by the primary key of the certificate that verified.
    case person(SignerID, Fingerprint)
    /// A machine and who runs it.
    case machine(SignerID, operator: String)

    /// The id that the statement must name.
    public var id: SignerID {
        switch self {
        case .person(let id, _), .machine(let id, _): id
        }
    }
}

/// A statement whose signature two implementations verified.
public struct VerifiedStatement: Hashable, Sendable {
    /// What was stated.
    public let statement: Statement
    /// The digest of the signed bytes, `Envelope.digest`.
    public let digest: SHA256Digest
    /// Who stated it.
    public let signer: Signer

    /// Only for who just verified the signature over the canonical bytes of this statement.
    public init(uncheckedAfterVerification statement: Statement, digest: SHA256Digest, signer: Signer) {
        self.statement = statement
        self.digest = digest
        self.signer = signer
    }
}

/// What a signature by someone is verified with.
public enum VerificationKey: Hashable, Sendable {
    /// The certificates of a person; a signature by any of them will do.
    case openPGP([Certificate])
    /// The key of a machine.
    case ed25519(Ed25519PublicKey)
}

/// Whether the owner of a verified key is who the statement names.
public enum SignerVerdict: Hashable, Sendable {
    /// The signer, to be counted by.
    case signer(Signer)
    /// Why the statement counts for nobody.
    case refused(Refusal)
}

extension SigningPolicy {
    /// What verifies the signatures of the person or machine that a statement names; nil if the policy has no such id.
    public func verificationKey(for id: SignerID) -> VerificationKey? {
        if let person = person(id) { return .openPGP(person.certificates.map(\.certificate)) }
        return machine(id).map { .ed25519($0.publicKey) }
    }

    /// The person named by a statement, if the OpenPGP signature that verified was made by a key of theirs.
    public func signer(claimed id: SignerID, primary: Fingerprint, signing: Fingerprint) -> SignerVerdict {
        guard let person = person(id), let owned = person.certificates.first(where: { $0.fingerprint == primary }),
            owned.certificate.keys.contains(where: { $0.fingerprint == signing })
        else { return .refused(.unknownSigner) }
        guard !person.revokedFingerprints.contains(where: { $0 == primary || $0 == signing }) else {
            return .refused(.signerRevoked)
        }
        return .signer(.person(id, primary))
    }

    /// What a verification against one certificate of the person means; nil if another certificate may know the key.
    public func signer(claimed id: SignerID, after verification: SignatureVerification) -> SignerVerdict? {
        switch verification {
        case .valid(let verdict):
            signer(claimed: id, primary: verdict.primaryFingerprint, signing: verdict.signingFingerprint)
        case .unknownKey: nil
        case .expiredSignature: .refused(.evidenceExpired)
        case .revokedKey: .refused(.signerRevoked)
        case .expiredKey: .refused(.unknownSigner)
        case .bad, .malformed, .unsupportedAlgorithm: .refused(.signatureInvalid)
        }
    }

    /// The machine named by a statement, whose key verified the signature.
    public func signer(claimedMachine id: SignerID) -> SignerVerdict {
        machine(id).map { .signer(.machine(id, operator: $0.operator)) } ?? .refused(.unknownSigner)
    }

    /// Why a statement cannot count at this time, whatever it is for; nil if it can.
    ///
    /// `distribution` is the digest of policy 1. The window includes both of its ends.
    public func refusal(for verified: VerifiedStatement, distribution: SHA256Digest, now: UInt64) -> Refusal? {
        refusal(for: verified.statement.header, distribution: distribution, now: now)
            ?? refusal(forSignerOf: verified)
    }

    /// Why a statement with this header cannot count at this time, whoever signed it; nil if it can.
    public func refusal(for header: StatementHeader, distribution: SHA256Digest, now: UInt64) -> Refusal? {
        guard header.distribution == distribution, header.policyVersion <= version,
            version - header.policyVersion <= limits.acceptedEarlierPolicies
        else { return .evidenceForAnotherPolicy }
        if now < header.notBefore { return .evidenceNotYetValid }
        return now > header.notAfter ? .evidenceExpired : nil
    }

    /// Why a statement cannot count for its signer, whatever it says; nil if it can.
    public func refusal(forSignerOf verified: VerifiedStatement) -> Refusal? {
        guard verified.statement.header.signer == verified.signer.id else { return .unknownSigner }
        switch verified.signer {
        case .person(let id, let primary):
            guard case .refused(let refusal) = signer(claimed: id, primary: primary, signing: primary) else {
                return nil
            }
            return refusal
        case .machine(let id, let operatorName):
            return machine(id)?.operator == operatorName ? nil : .unknownSigner
        }
    }

    /// Whether the statement's signer is in this policy, holds the role and is not revoked; nil role asks for any.
    func countedPerson(_ verified: VerifiedStatement, role: String?) -> String? {
        guard case .person(let id, let primary) = verified.signer, verified.statement.header.signer == id,
            let person = person(id), person.holds(primary), role.map(person.roles.contains) ?? true
        else { return nil }
        return id.text
    }

    /// The same for a machine: its operator, under which it counts.
    func countedOperator(_ verified: VerifiedStatement, role: String?) -> String? {
        guard case .machine(let id, let operatorName) = verified.signer, verified.statement.header.signer == id,
            let machine = machine(id), machine.operator == operatorName, role.map(machine.roles.contains) ?? true
        else { return nil }
        return operatorName
    }
}
