import ALPMTypes
import ArgumentParser
import SchedulerClient
import SchedulerCore
import SchedulerDirectory
import SchedulerDocuments

/// `reposeal status`: what a scheduler knows.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show every submission, what it waits for, and every signed database.",
        discussion: """
            Every submission ends as published, refused with a reason, withdrawn by somebody, or quarantined after five jobs \
            in a row that came to nothing. Until then it is waiting, and the line says what for, ready, asked in a job, or \
            signed and not yet published. Files that were turned away before they became a submission are listed with the \
            reason. Nothing is changed and the enclave is not asked; what it says of itself is shown by reposeal enclave status.

                $ reposeal status --scheduler /srv/reposeal

            With --server the submissions alone are shown, as a scheduler's service knows them. With --watch each of them is \
            shown again whenever it changes, until the command is interrupted.

                $ reposeal status --server https://a.example,https://b.example --watch
            """)

    @OptionGroup var place: SchedulerPlace

    @Flag(help: "Print the status as JSON.")
    var json = false

    @Flag(help: "Go on, and show each submission that changes.")
    var watch = false

    func validate() throws {
        if json, watch { throw ValidationError("expected one of --json and --watch") }
    }

    private struct Document: Encodable {
        struct Database: Encodable {
            let repository, architecture: String
            let serial: UInt64
            let signedAt, expiresAt, freshness: String
        }
        let submissions: [SubmissionDocument]
        let databases: [Database]
        let turnedAway: [TurnedAwayJSON]
        let incoming: Int
        let logSize: UInt64
    }

    func run() async throws {
        switch try place.choice() {
        case .directory(let home):
            if watch { try await StatusWatch { try home.status().submissions.map(SubmissionDocument.init) }.run() }
            try show(home.status())
        case .servers(let servers):
            let client = SchedulerClient(servers)
            if watch { try await StatusWatch { try await client.submissions() }.run() }
            let submissions = try await client.submissions()
            if json { return try printJSON(SubmissionPage(submissions: submissions, next: nil)) }
            for submission in submissions { print(submission.line) }
        }
    }

    private func show(_ status: StatusReport) throws {
        if json {
            return try printJSON(
                Document(
                    submissions: status.submissions.map(SubmissionDocument.init),
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
