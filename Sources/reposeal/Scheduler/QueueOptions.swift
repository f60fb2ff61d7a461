import ALPMTypes
import ArgumentParser
import SchedulerDirectory
import SchedulerDocuments

/// Which submissions a person means, on the command line.
struct QueueOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A package's name, or at least eight digits with which its SHA-256 begins.", valueName: "package"))
    var package: String

    @Option(name: .customLong("version"), help: ArgumentHelp("Only of this version.", valueName: "version"))
    var packageVersion: String?

    @Option(help: ArgumentHelp("Only for this repository.", valueName: "name"))
    var repository: String?

    @OptionGroup var scheduler: SchedulerOptions

    @Flag(help: "Print what became of them as JSON.")
    var json = false

    /// What was said, parsed.
    func selection() throws -> SubmissionSelection {
        SubmissionSelection(
            package, version: try packageVersion.map { try Version(parsing: $0) },
            repository: try repository.map { try RepositoryName(parsing: $0) })
    }

    /// Prints what became of the submissions; a failure if nothing was changed.
    func show(_ report: QueueReport, cannot reason: String) throws {
        if json {
            try printJSON(QueueJSON(report))
        } else {
            for submission in report.changed { print(submission.line) }
            for submission in report.unchanged { print("\(submission.line) (\(reason))") }
        }
        if !report.changed.isEmpty { return }
        if report.unchanged.isEmpty {
            throw FileProblem(file: scheduler.scheduler, reason: "expected a submission called \(package)")
        }
        throw ExitCode.failure
    }
}

private struct QueueJSON: Encodable {
    let changed, unchanged: [SubmissionDocument]

    init(_ report: QueueReport) {
        changed = report.changed.map(SubmissionDocument.init)
        unchanged = report.unchanged.map(SubmissionDocument.init)
    }
}
