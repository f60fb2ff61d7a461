import ArgumentParser
import Attestation
import Cryptography
import SigningProtocol

/// Where a running monitor is asked.
struct DeskOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The desk of the running monitor, as 'serve' was given it.", valueName: "path"))
    var desk: String
}

/// Asks the running monitor at its console: `reposeal-enclave status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Print what the running monitor says of itself, at its own console.",
        discussion: """
            The monitor must have been started with --desk. A locked monitor signs no job and says why.

            $ reposeal-enclave status --desk /run/reposeal-enclave/desk
            """)

    @OptionGroup var place: DeskOptions

    @Flag(help: "Print the status as JSON, in which numbers are text.")
    var json = false

    func run() throws {
        guard case .status(let status) = try DeskVisit.ask(.status, at: place.desk) else {
            throw MonitorError.file(place.desk, "expected a status")
        }
        let lines = status.lines
        guard json else {
            for (name, value) in lines { print(name + String(repeating: " ", count: 14 - name.count) + value) }
            return
        }
        // Keys of canonical JSON are letters, digits and `_`.
        var object = Dictionary(lines.map { (Self.key($0.name), JSONValue.string($0.value)) }) { first, _ in first }
        object["database"] = nil
        object["databases"] = .array(status.databases.map(JSONValue.string))
        print(String(decoding: CanonicalJSON.encode(.object(object)), as: UTF8.self))
    }

    private static func key(_ name: String) -> String {
        String(name.map { $0 == " " || $0 == "-" ? "_" : $0 })
    }
}

extension EnclaveStatus {
    /// What people are told, in its order.
    fileprivate var lines: [(name: String, value: String)] {
        var lines = [
            ("state", state + (health.lock.isEmpty ? "" : " (\(health.lock))")), ("start", Hex.encode(start)),
            ("version", programVersion), ("system", system.isEmpty ? "unknown" : system), ("time", Self.text(time)),
            ("policy", "\(policyVersion) (\(policyDigest.hex))"),
        ]
        if let recovery {
            lines.append(
                ("recovery", "policy \(recovery.version) (\(recovery.digest.hex)) in \(recovery.secondsLeft) s"))
        }
        lines += [
            ("distribution", distribution.hex), ("log", "\(logSize) leaves, root \(logRoot.hex)"),
            ("codec", "\(codecLibrary) (\(codecID.hex))"),
        ]
        lines += databases.map { ("database", $0) }
        lines += [
            ("disk", "\(health.diskFree >> 20) MiB free"), ("quarantine", "\(health.quarantined) jobs"),
            ("equivocation", "\(health.equivocations) contents"), ("self-test", Self.text(health.selfTestAt)),
            ("last error", health.lastError.isEmpty ? "none" : "\(Self.text(health.lastErrorAt)) \(health.lastError)"),
        ]
        return lines.map { (name: $0.0, value: $0.1) }
    }

    fileprivate var databases: [String] {
        repositories.map { "\($0.repository)/\($0.architecture) serial \($0.serial) \($0.database.hex)" }
    }

    private static func text(_ seconds: UInt64) -> String { Timestamp(seconds: seconds)?.text ?? "unknown" }
}
