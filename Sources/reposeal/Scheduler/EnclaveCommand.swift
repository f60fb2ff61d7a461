import ALPMTypes
import ArgumentParser
import Cryptography
import SchedulerDirectory
import SigningProtocol

/// `reposeal enclave`: asks the enclave about itself, and to change something about itself.
struct EnclaveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enclave",
        abstract: "Ask the enclave about itself, and propose changes.",
        subcommands: [Status.self, Propose.self, Resume.self])

    /// `reposeal enclave status`.
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what the enclave says of itself.",
            discussion: """
                The answer is signed by the enclave for exactly this request. An enclave whose log forgot or changed what \
                was seen of it before is not believed. A locked enclave signs no job and says why.

                    $ reposeal enclave status --scheduler /srv/reposeal

                With --metrics the numbers among it, what the link has seen included, come as Prometheus reads them, which a \
                timer may write for node_exporter's textfile collector.

                    $ reposeal enclave status --scheduler /srv/reposeal --metrics > reposeal.prom.new &&
                        mv reposeal.prom.new /var/lib/prometheus/node-exporter/reposeal.prom
                """)

        @OptionGroup var scheduler: AskingOptions

        @Flag(help: "Print the status as JSON.")
        var json = false

        @Flag(help: "Print the numbers in Prometheus' text format.")
        var metrics = false

        func validate() throws {
            if json, metrics { throw ValidationError("expected one of --json and --metrics") }
        }

        private struct Document: Encodable {
            struct Database: Encodable {
                let repository, architecture: String
                let serial: UInt64
                let database: String
            }
            let programVersion, system, state, start, time: String
            let policyVersion: UInt64
            let policyDigest, distribution: String
            let databases: [Database]
            let logSize: UInt64
            let logRoot, codec, codecLibrary: String
            let recovery: Recovery?
            let health: Health
        }

        /// A policy that waits, as JSON has it.
        private struct Recovery: Encodable {
            let version: UInt64
            let digest: String
            let secondsLeft: UInt64
        }

        /// An enclave's health as JSON has it; what never was is left out.
        private struct Health: Encodable {
            struct Job: Encodable {
                struct Step: Encodable {
                    let name: String
                    let microseconds: UInt64
                }
                let job: String
                let steps: [Step]
            }
            let lock: String?
            let diskFree, quarantined, equivocations: UInt64
            let selfTestAt: String
            let lastError, lastErrorAt: String?
            let jobs: [Job]
            let link: [String: UInt64]

            init(_ health: EnclaveHealth) {
                lock = health.lock.isEmpty ? nil : health.lock
                diskFree = health.diskFree
                quarantined = health.quarantined
                equivocations = health.equivocations
                selfTestAt = health.selfTestAt.timeText
                lastError = health.lastError.isEmpty ? nil : health.lastError
                lastErrorAt = health.lastErrorAt == 0 ? nil : health.lastErrorAt.timeText
                link = Dictionary(health.link.map { ($0.name, $0.count) }) { first, _ in first }
                jobs = health.jobs.map { job in
                    Job(job: job.job.hex, steps: job.steps.map { .init(name: $0.name, microseconds: $0.microseconds) })
                }
            }
        }

        func run() throws {
            let status = try scheduler.home().enclaveStatus()
            if metrics { return print(EnclaveMetrics(status).text, terminator: "") }
            if json {
                return try printJSON(
                    Document(
                        programVersion: status.programVersion, system: status.system, state: status.state,
                        start: Hex.encode(status.start), time: status.time.timeText,
                        policyVersion: status.policyVersion, policyDigest: status.policyDigest.hex,
                        distribution: status.distribution.hex,
                        databases: status.repositories.map {
                            Document.Database(
                                repository: $0.repository.text, architecture: $0.architecture.text,
                                serial: $0.serial, database: $0.database.hex)
                        },
                        logSize: status.logSize, logRoot: status.logRoot.hex, codec: status.codecID.hex,
                        codecLibrary: status.codecLibrary,
                        recovery: status.recovery.map {
                            Recovery(version: $0.version, digest: $0.digest.hex, secondsLeft: $0.secondsLeft)
                        }, health: Health(status.health)))
            }
            let lock = status.health.lock
            print("state         \(status.state)\(lock.isEmpty ? "" : " (\(lock))")")
            print("start         \(Hex.encode(status.start))")
            print("version       \(status.programVersion)")
            print("system        \(status.system.isEmpty ? "unknown" : Terminal.plain(status.system))")
            print("time          \(status.time.timeText)")
            print("policy        \(status.policyVersion) (\(status.policyDigest.hex))")
            if let recovery = status.recovery {
                print("recovery      policy \(recovery.version) (\(recovery.digest.hex)) in \(recovery.secondsLeft) s")
            }
            print("distribution  \(status.distribution.hex)")
            print("log           \(status.logSize) leaves, root \(status.logRoot.hex)")
            print("codec         \(status.codecLibrary) (\(status.codecID.hex))")
            for database in status.repositories {
                print(
                    "database      \(database.repository)/\(database.architecture) serial \(database.serial) "
                        + database.database.hex)
            }
            for line in Self.lines(of: status.health) { print(line) }
        }

        private static func lines(of health: EnclaveHealth) -> [String] {
            let error =
                health.lastError.isEmpty ? "none" : "\(health.lastErrorAt.timeText) \(Terminal.plain(health.lastError))"
            let jobs = health.jobs.map { job in
                let steps = job.steps.map { "\($0.name) \($0.microseconds / 1000)" }
                return "job           \(job.job.hex.prefix(16)), in ms: \(steps.joined(separator: ", "))"
            }
            // What never happened on a good line is left out.
            let link = health.link.filter { $0.count > 0 }.map { "\(Terminal.plain($0.name)) \($0.count)" }
                .joined(separator: ", ")
            return [
                "disk          \(health.diskFree >> 20) MiB free", "quarantine    \(health.quarantined) jobs",
                "equivocation  \(health.equivocations) contents",
                "self-test     \(health.selfTestAt.timeText)", "last error    \(error)",
                "link          \(link)",
            ] + jobs
        }
    }
}
