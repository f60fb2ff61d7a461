import ALPMTypes
import ArgumentParser
import FoundationEssentials
import Policy
import Publisher
import SchedulerDirectory

/// `reposeal verify`: what an auditor runs against a mirror.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a published repository against a policy.",
        discussion: """
            Needs no scheduler, no enclave and no key, only the published files and the policy. Both databases must have the \
            canonical form and the same entries. Their signatures must be good by the key that the policy names, not \
            expired, and made for this repository, this architecture and one serial. Every package that is present must have \
            the size and SHA-256 of its entry and a good signature.

            DIRECTORY is what reposeal publish wrote, with REPOSITORY/os/ARCHITECTURE in it, or the one folder that holds \
            REPOSITORY.db; then the folder's name or --architecture says for which architecture it is. The exit status is 1 \
            if anything is found.

                $ reposeal verify /srv/mirror --repository extra --policy policy.json
            """)

    @Argument(help: ArgumentHelp("The published directory.", valueName: "directory"), completion: .directory)
    var directory: String

    @Option(help: ArgumentHelp("The repository.", valueName: "name"))
    var repository: RepositoryName

    @Option(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
    var policy: String

    @Option(help: ArgumentHelp("Only this architecture (default: all of the repository's).", valueName: "name"))
    var architecture: Architecture?

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() throws {
        let policy = try PolicyFile(reading: policy).policy
        guard let rules = policy.repository(repository) else {
            throw FileProblem(file: self.policy, reason: "repositories: expected one named \(repository)")
        }
        var reports: [AuditReport] = []
        for architecture in architecture.map({ [$0] }) ?? architecture(ofFolder: rules) ?? rules.architectures {
            guard let trust = policy.trust(repository, architecture) else {
                throw FileProblem(
                    file: self.policy, reason: "repositories: expected \(repository) to have \(architecture)")
            }
            reports.append(try RepositoryAudit(trust: trust, now: secondsNow()).verify(folder(of: architecture)))
        }
        if json {
            try printJSON(reports.map(AuditJSON.init))
        } else {
            for report in reports { show(report) }
        }
        if reports.contains(where: { !$0.findings.isEmpty }) { throw ExitCode.failure }
    }

    /// The architecture that the directory's own name states, if it holds the database itself.
    private func architecture(ofFolder rules: RepositoryPolicy) -> [Architecture]? {
        guard FileManager.default.fileExists(atPath: "\(directory)/\(repository).db") else { return nil }
        let name = directory.split(separator: "/").last.map(String.init)
        return rules.architectures.filter { $0.text == name || rules.architectures.count == 1 }
    }

    private func folder(of architecture: Architecture) throws -> String {
        let nested = "\(directory)/\(repository)/os/\(architecture)"
        for folder in [nested, directory]
        where FileManager.default.fileExists(atPath: "\(folder)/\(repository).db") {
            return folder
        }
        throw FileProblem(
            file: nested,
            reason: "there is no \(repository).db; name what reposeal publish wrote, or the folder that holds it")
    }

    private func show(_ report: AuditReport) {
        let place = "\(report.repository)/\(report.architecture)"
        for finding in report.findings { print("\(place): \(Terminal.styled("finding", .bad)): \(finding)") }
        let serial = report.serial.map { "serial \($0)" } ?? "no serial"
        let expires = report.expires.map { ", expires \($0.timeText)" } ?? ""
        print(
            "\(place): \(report.findings.isEmpty ? Terminal.styled("good", .good) : Terminal.styled("bad", .bad)), "
                + "\(serial)\(expires), \(report.entries) entries, \(report.packagesPresent) packages verified, "
                + "\(report.packagesAbsent) absent")
    }
}
