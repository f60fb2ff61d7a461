import ALPMTypes
import ArgumentParser
import Cryptography
import SchedulerDirectory
import SigningProtocol

/// `reposeal enclave`: asks the enclave about itself.
struct EnclaveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enclave",
        abstract: "Ask the enclave about itself.",
        subcommands: [Status.self])

    /// `reposeal enclave status`.
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what the enclave says of itself.",
            discussion: """
                The answer is signed by the enclave for exactly this request. An enclave whose log forgot or changed what \
                was seen of it before is not believed.

                    $ reposeal enclave status --scheduler /srv/reposeal
                """)

        @OptionGroup var scheduler: SchedulerOptions

        @Flag(help: "Print the status as JSON.")
        var json = false

        private struct Document: Encodable {
            struct Database: Encodable {
                let repository, architecture: String
                let serial: UInt64
                let database: String
            }
            let programVersion, state, time: String
            let policyVersion: UInt64
            let policyDigest, distribution: String
            let databases: [Database]
            let logSize: UInt64
            let logRoot, codec, codecLibrary: String
        }

        func run() throws {
            let status = try scheduler.home().enclaveStatus()
            if json {
                return try printJSON(
                    Document(
                        programVersion: status.programVersion, state: status.state, time: status.time.timeText,
                        policyVersion: status.policyVersion, policyDigest: status.policyDigest.hex,
                        distribution: status.distribution.hex,
                        databases: status.repositories.map {
                            Document.Database(
                                repository: $0.repository.text, architecture: $0.architecture.text,
                                serial: $0.serial, database: $0.database.hex)
                        },
                        logSize: status.logSize, logRoot: status.logRoot.hex, codec: status.codecID.hex,
                        codecLibrary: status.codecLibrary))
            }
            print("state         \(status.state)")
            print("version       \(status.programVersion)")
            print("time          \(status.time.timeText)")
            print("policy        \(status.policyVersion) (\(status.policyDigest.hex))")
            print("distribution  \(status.distribution.hex)")
            print("log           \(status.logSize) leaves, root \(status.logRoot.hex)")
            print("codec         \(status.codecLibrary) (\(status.codecID.hex))")
            for database in status.repositories {
                print(
                    "database      \(database.repository)/\(database.architecture) serial \(database.serial) "
                        + database.database.hex)
            }
        }
    }
}
