import ALPMTypes
import ArgumentParser
import SchedulerCore
import SchedulerDirectory

/// `reposeal status`: what a scheduler knows.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show every submission, what it waits for, and every signed database.",
        discussion: """
            Every submission ends as published, refused with a reason, withdrawn by somebody, or quarantined after five jobs \
            in a row that came to nothing. Until then it is waiting, and the line says what for, ready, asked in a job, or \
            signed and not yet published. Files that were turned away before they became a submission are listed with the \
            reason. Nothing is changed and the enclave is not asked; what it says of itself is shown by reposeal enclave status.

                $ reposeal status --scheduler /srv/reposeal
            """)

    @OptionGroup var scheduler: SchedulerOptions

    @Flag(help: "Print the status as JSON.")
    var json = false

    private struct Document: Encodable {
        struct Database: Encodable {
            let repository, architecture: String
            let serial: UInt64
            let signedAt, expiresAt, freshness: String
        }
        let submissions: [SubmissionJSON]
        let databases: [Database]
        let turnedAway: [TurnedAwayJSON]
        let incoming: Int
        let logSize: UInt64
    }

    func run() throws {
        let status = try scheduler.home().status()
        if json {
            return try printJSON(
                Document(
                    submissions: status.submissions.map(\.json),
                    databases: status.databases.map {
                        Document.Database(
                            repository: $0.repository.text, architecture: $0.architecture.text, serial: $0.serial,
                            signedAt: $0.signedAt.timeText, expiresAt: $0.expiresAt.timeText,
                            freshness: $0.freshness.rawValue)
                    },
                    turnedAway: status.turnedAway.map(TurnedAwayJSON.init), incoming: status.incoming,
                    logSize: status.logSize))
        }
        for submission in status.submissions { print(submission.line) }
        for file in status.turnedAway {
            print("\(file.file): \(Terminal.styled("turned away", .bad)) \(file.at.timeText): \(file.reason)")
        }
        for database in status.databases {
            print(
                "\(database.repository)/\(database.architecture): serial \(database.serial), "
                    + "signed \(database.signedAt.timeText), expires \(database.expiresAt.timeText)"
                    + (database.freshness == .alarm ? ", \(Terminal.styled("refresh overdue", .bad))" : ""))
        }
        if status.incoming > 0 { print("\(status.incoming) in incoming, not looked at yet") }
        print("log: \(status.logSize) leaves seen")
    }
}
