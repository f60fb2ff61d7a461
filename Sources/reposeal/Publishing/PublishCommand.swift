import ALPMTypes
import ArgumentParser
import EvidenceSigning
import Publisher
import SchedulerDirectory

/// `reposeal publish`: puts what was signed where clients find it.
struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish every signed database and its packages into a directory.",
        discussion: """
            Writes DIRECTORY/REPOSITORY/os/ARCHITECTURE: packages with their signatures first, then both databases with \
            their signatures in one step, and then verifies what it wrote as a client or an auditor sees it. Nothing \
            without a good signature is published. Packages lie in DIRECTORY/pool/packages, and beside the databases are \
            links to them. The directory can be served as it is, or be what mirrors fetch with rsync. \
            DIRECTORY/lastupdate holds the time of the last change.

            Where a database is there already with a higher serial than the scheduler has, nothing is published, and the error \
            begins with publishedIsNewer: such a scheduler is from a backup and must get its databases back first. \
            --replace-newer publishes all the same, which takes updates back from clients; that is right only where an enclave \
            was provisioned anew, whose serials begin at 1, or where what is there is none of the enclave's.

            --keyring writes the certificates of the policy's repository keys, which clients add once:

                $ reposeal publish --scheduler /srv/reposeal --to /srv/mirror --keyring reposeal.gpg
                $ pacman-key --add reposeal.gpg
            """)

    @OptionGroup var scheduler: SchedulerOptions

    @Option(help: ArgumentHelp("Where to publish.", valueName: "directory"), completion: .directory)
    var to: String?

    @Option(help: ArgumentHelp("Write the repository certificates there.", valueName: "file"), completion: .file())
    var keyring: String?

    @Flag(help: "Replace databases that are published with a higher serial than the scheduler has.")
    var replaceNewer = false

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard to != nil || keyring != nil else { throw ValidationError("Missing --to DIRECTORY or --keyring FILE") }
    }

    func run() throws {
        let home = try scheduler.home()
        let reports = try to.map { try home.publish(to: $0, replacingNewer: replaceNewer) }
        // What is refused leaves the keyring as it is, too: the policy may be as old.
        if let keyring { try WholeFile.write(try home.keyring(), to: keyring, replacing: true) }
        guard let reports else { return }
        if json { return try printJSON(reports.map(PublicationJSON.init)) }
        for report in reports {
            guard let audit = report.audit else { continue }
            let absent = audit.packagesAbsent == 0 ? "" : ", \(audit.packagesAbsent) absent"
            print(
                "\(audit.repository)/\(audit.architecture): serial \(audit.serial ?? 0) "
                    + "\(report.isChanged ? Terminal.styled("published", .good) : "is published already"), "
                    + "\(audit.entries) entries, \(audit.packagesPresent) packages present"
                    + " (\(report.packagesCopied) new)\(absent)")
        }
        if reports.isEmpty { print("nothing is signed yet") }
    }

    private struct PublicationJSON: Encodable {
        let audit: AuditJSON?
        let packagesCopied: Int
        let changed: Bool

        init(_ report: PublicationReport) {
            audit = report.audit.map(AuditJSON.init)
            packagesCopied = report.packagesCopied
            changed = report.isChanged
        }
    }
}

/// An audit as JSON.
struct AuditJSON: Encodable {
    struct Found: Encodable { let file, problem: String }
    let repository, architecture: String
    let serial: UInt64?
    let expires: String?
    let entries, packagesPresent, packagesAbsent: Int
    let findings: [Found]

    init(_ report: AuditReport) {
        repository = report.repository.text
        architecture = report.architecture.text
        serial = report.serial
        expires = report.expires.map(\.timeText)
        entries = report.entries
        packagesPresent = report.packagesPresent
        packagesAbsent = report.packagesAbsent
        findings = report.findings.map { Found(file: $0.file, problem: $0.problem) }
    }
}
