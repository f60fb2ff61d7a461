package import ALPMTypes
package import Attestation
import Cryptography

extension Statement {
    /// What evidence is found by: the digests of packages, and `BASE VERSION` for sources.
    package var evidenceSubjects: Set<String> {
        switch self {
        case .sourceApproval(let approval): ["\(approval.pkgbase) \(approval.version)"]
        case .packageApproval(let approval): Set(approval.packages.map(\.sha256.hex))
        case .buildRecord(let record): Set(record.packages.map(\.identity.sha256.hex))
        case .versionOverride(let override): Set(override.packages.map(\.sha256.hex))
        case .move(let move): Set(move.packages.map(\.sha256.hex))
        case .removal(let removal): Set(removal.packages.map(\.sha256.hex))
        case .repositoryImport, .policyApproval, .revocation, .clockConfirmation, .headConfirmation: []
        }
    }

    /// The repository that evidence about packages names: where somebody wants them.
    package var repositoryOfPackages: RepositoryName? {
        switch self {
        case .sourceApproval(let approval): approval.repository
        case .packageApproval(let approval): approval.repository
        case .buildRecord(let record): record.repository
        case .move(let move): move.target
        case .removal, .repositoryImport, .policyApproval, .versionOverride, .revocation, .clockConfirmation,
            .headConfirmation:
            nil
        }
    }
}
