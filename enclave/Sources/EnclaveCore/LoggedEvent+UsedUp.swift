public import Attestation
public import Cryptography

extension LoggedEvent {
    private static let kindsThatUseUp: Set = [
        "policy", "recoveryAnnounced", "removal", "override", "revocation", "clock", "head",
    ]

    /// The statements that the leaf of this event used up (H2), and the job, or the time of the motion, that used them; nil
    /// where events of its kind use up none.
    public func usedUpStatements(
        in untrustedLeaf: [UInt8]
    ) throws(AttestationError) -> (statements: [SHA256Digest], by: JSONValue)? {
        // Policy 1 comes in at the console; nothing could use its approvals again.
        if case .policy(version: 1, digest: _) = self { return nil }
        guard case .object(let members) = try CanonicalJSON.parse(untrustedLeaf, maximumDepth: 2),
            case .string(let kind)? = members["kind"], Self.kindsThatUseUp.contains(kind)
        else { return nil }
        guard case .array(let evidence)? = members["evidence"], let user = members["job"] ?? members["time"] else {
            throw .malformedField(path: "evidence", expected: "a list of statements")
        }
        var statements: [SHA256Digest] = []
        for element in evidence {
            guard case .string(let hex) = element, let digest = try? SHA256Digest(parsingHex: hex) else {
                throw .malformedField(path: "evidence", expected: "digests of statements")
            }
            statements.append(digest)
        }
        return (statements, user)
    }
}
