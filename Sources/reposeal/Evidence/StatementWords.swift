import ALPMTypes
import Attestation
import Cryptography

/// A statement in sentences, for people who are about to sign it or want to know what was signed.
struct StatementWords {
    let statement: Statement

    /// The lines of the description.
    var lines: [String] {
        let header = statement.header
        return [
            "\(Terminal.styled(title, .strong)) by \(header.signer)",
            "for the distribution \(header.distribution), under its policy \(header.policyVersion)",
            "counts from \(time(header.notBefore)) until \(time(header.notAfter))",
        ] + matter
    }

    private var title: String {
        switch statement {
        case .sourceApproval: "source approval"
        case .packageApproval: "package approval"
        case .buildRecord: "build record"
        case .removal: "removal"
        case .move: "move"
        case .repositoryImport: "import approval"
        case .policyApproval: "policy approval"
        case .versionOverride: "override"
        case .revocation: "revocation"
        case .clockConfirmation: "confirmation of the time"
        case .headConfirmation: "confirmation of the log's head"
        }
    }

    private var matter: [String] {
        switch statement {
        case .sourceApproval(let approval):
            ["to build \(approval.pkgbase) \(approval.version) for \(approval.repository)"]
                + ["    from the source manifest \(approval.sourceManifest)"]
                + approval.packages.map { "    as \($0.name) for \($0.architecture)" }
        case .packageApproval(let approval):
            ["to admit to \(approval.repository)\(approval.together ? ", all at once or not at all" : "")"]
                + approval.packages.flatMap(Self.describe)
        case .buildRecord(let record):
            ["that \(record.pkgbase) \(record.version) was built for \(record.repository)"]
                + [
                    "    from the source manifest \(record.sourceManifest)",
                    "    in the environment \(record.environment)",
                ]
                + record.packages.map(\.identity).flatMap(Self.describe)
        case .removal(let removal):
            ["to remove from \(removal.repository) for \(removal.architecture)"]
                + removal.packages.flatMap(Self.describe)
        case .move(let move):
            ["to move from \(move.repository) to \(move.target) for \(move.architecture)"]
                + move.packages.flatMap(Self.describe)
        case .repositoryImport(let approval):
            ["that \(approval.repository) for \(approval.architecture) begins with \(approval.entries) entries"]
                + ["    entry set \(approval.entrySet)"]
        case .policyApproval(let approval) where approval.isForRecovery:
            [
                "that version \(approval.version) of the policy is announced in a recovery",
                "    policy \(approval.policy)",
            ]
        case .policyApproval(let approval):
            ["that version \(approval.version) of the policy comes into force", "    policy \(approval.policy)"]
        case .versionOverride(let override):
            ["to admit to \(override.repository) for \(override.architecture), although the name had a newer version"]
                + override.packages.flatMap(Self.describe)
        case .revocation(let revocation):
            ["never to admit again, anywhere, because it is \(revocation.reason.rawValue)"]
                + revocation.packages.flatMap(Self.describe)
        case .clockConfirmation(let clock):
            ["that it is \(time(clock.time))", "    at the log's size \(clock.logSize)", "    root \(clock.logRoot)"]
        case .headConfirmation(let head):
            [
                "that the log has the size \(head.logSize) and nothing after it", "    root \(head.logRoot)",
                "    for the enclave's start \(Hex.encode(head.start))",
            ]
        }
    }

    /// A package's file and digests.
    static func describe(_ package: PackageIdentity) -> [String] {
        [
            "    \(package.fileName), \(package.size) bytes", "        sha256 \(package.sha256)",
            "        desc   \(package.desc)", "        files  \(package.files)",
        ]
    }

    private static func describe(_ package: PackageArtefact) -> [String] {
        ["    \(package.name) \(package.version)", "        sha256 \(package.sha256)"]
    }

    private func time(_ seconds: UInt64) -> String { Timestamp(seconds: seconds)?.text ?? "second \(seconds)" }
}
