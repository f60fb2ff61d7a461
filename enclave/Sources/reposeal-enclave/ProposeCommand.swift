import ArgumentParser
import Attestation
import Cryptography
import Descriptors
import Refusals
import SigningProtocol

/// Hands the running monitor what sysops state about it: `reposeal-enclave propose`.
struct ProposeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Hand the running monitor what sysops state about it, at its own console.",
        discussion: """
            What the statements are about, all of them the same, says what is to change: the clock, contents that are revoked, the \
            head of the log (give the newest published checkpoint as well: an old memory is known by it), or the next policy (give that as well). It is decided as if it \
            had come from the scheduler.

            $ reposeal-enclave propose erin.dsse.json frank.dsse.json --checkpoint checkpoint \\
                --desk /run/reposeal-enclave/desk
            """)

    @Argument(help: "The statements, as 'reposeal approve' and 'reposeal policy approve' write them.")
    var statements: [String]

    @Option(
        help: ArgumentHelp(
            "The newest published checkpoint, for statements about the head; the monitor's own if it is not given.",
            valueName: "file"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("The next policy, for approvals of it.", valueName: "file"))
    var policy: String?

    @OptionGroup var place: DeskOptions

    func run() throws {
        let evidence = try statements.map { path in
            try named(path) { try Envelope(parsingDSSE: Self.read(path, limit: 4 << 20)) }
        }
        let first = statements[0]
        let statement = try named(first) { try Statement(parsing: evidence[0].payload) }
        let motion = Motion(try content(of: statement, in: first), evidence: evidence)
        switch try DeskVisit.ask(.motion(motion), at: place.desk) {
        case .outcome(let outcome):
            print("motion: in force" + (outcome.leaves.isEmpty ? "" : ", leaf \(outcome.firstLeafIndex) of the log"))
        case .refused(let refusals):
            for refusal in refusals { print("motion: refused: \(refusal.code): \(refusal)") }
            throw ExitCode.failure
        default: throw MonitorError.file(place.desk, "expected an outcome or refusals")
        }
    }

    private func content(of statement: Statement, in file: String) throws -> Motion.Content {
        switch statement {
        case .clockConfirmation(let confirmed):
            return .clock(time: confirmed.time, logSize: confirmed.logSize, logRoot: confirmed.logRoot)
        case .revocation(let revocation): return .revocation(revocation.reason, revocation.packages)
        case .headConfirmation:
            return .resumption(note: try note())
        case .policyApproval(let approval):
            guard let policy else { throw MonitorError.file(file, "is about a policy: expected --policy") }
            let bytes = try Self.read(policy, limit: 8 << 20)
            return approval.isForRecovery ? .recovery(bytes) : .policy(bytes)
        default: throw MonitorError.file(file, "expected a statement about clock, head, policy, or contents to revoke")
        }
    }

    /// What the log's head is confirmed by: before anything was published, nobody has another checkpoint than the monitor.
    private func note() throws -> [UInt8] {
        if let checkpoint { return try Self.read(checkpoint, limit: 1 << 16) }
        guard case .status(let status) = try DeskVisit.ask(.status, at: place.desk) else {
            throw MonitorError.file(place.desk, "expected a status")
        }
        return status.checkpointNote
    }

    private static func read(_ path: String, limit: Int) throws -> [UInt8] {
        try Descriptor.reading(path).readToEnd(limit: limit)
    }

    private func named<Value>(_ path: String, _ work: () throws -> Value) throws -> Value {
        do { return try work() } catch let error as AttestationError { throw MonitorError.file(path, "\(error)") }
    }
}
