public import ALPMTypes
import Attestation
public import Cryptography
import Policy
import RepositoryDatabase
import SigningProtocol

/// A leaf of kind `equivocation`: a second content that was asked for with all the evidence that admits it.
public struct EquivocationRecord: Hashable, Sendable {
    let context: LogContext
    let package: PackageArtefact
    let signed: SHA256Digest

    /// The architecture of the database that it was asked for.
    public var architecture: Architecture { context.location.architecture }
    /// The name of both packages.
    public var name: PackageName { package.name }
    /// The version that was asked for; the signed one is equal to it by vercmp.
    public var version: Version { package.version }
    /// The content that was asked for.
    public var sha256: SHA256Digest { package.sha256 }

    var members: [String: JSONValue] {
        context.members.merging(context.evidenceMember) { $1 }.merging(artefactMembers(package)) { $1 }
            .merging(["kind": .string("equivocation"), "signed": .string(signed.hex)]) { $1 }
    }
}

extension JobReview {
    /// H21: the packages of a refused job that evidence would have admitted, had not another content been signed before.
    ///
    /// Somebody who approved both lies, or many keys are in wrong hands; one attacker alone cannot make the enclave write.
    func equivocations(in changes: [ReviewedChange], _ findings: [Finding]) -> [EquivocationRecord] {
        guard job.kind == .update else { return [] }
        return changes.flatMap { change in
            change.additions.compactMap { package in
                let subject = change.subject(package.entry)
                let isApproved = findings.contains {
                    $0.rule == .evidence && $0.subject == subject && $0.refusals.isEmpty
                }
                // What this very job brings elsewhere is not signed.
                let claims = memory.claims.filter {
                    $0.name == package.entry.name && $0.location.architecture == change.location.architecture
                }
                guard isApproved, let claim = contradicted(by: package, among: claims, in: change) else { return nil }
                let evidence = applicableEvidence(for: package, in: change).filter {
                    $0.statement.admits(package.entry)
                }
                return EquivocationRecord(
                    context: LogContext(
                        location: change.location, job: job.hash, evidence: evidence.map(\.digest).sorted(), time: now),
                    package: PackageArtefact(package.entry), signed: claim.content.sha256)
            }
        }
    }
}
