import ArgumentParser
import Glibc
import Logging
import SchedulerDirectory
import SchedulerService
import ServiceLifecycle
import UnixSignals

extension Program {
    /// `reposeal-scheduler run`.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Work on a directory and serve its API until interrupted.",
            discussion: """
                Makes a pass at once when something comes over the network, within a second when something lies in the \
                incoming folder, and otherwise once a minute, for what may be asked again. Serves HTTP on 127.0.0.1:7480, or \
                where the setting http.listen says; other machines reach it through a server in front that speaks TLS. Where \
                the directory has a mirrors.json, what was signed is published and copied to the mirrors. SIGTERM or SIGINT \
                end the program after the current \
                pass and the answers under way; a second one ends it at once, which loses nothing. With --once it makes one \
                pass without serving, and its exit status is that of reposeal sign.

                    $ reposeal-scheduler run /srv/reposeal
                """)

        @OptionGroup var options: SettingsOptions

        @Flag(help: "Make one pass and end.")
        var once = false

        @Option(
            help: ArgumentHelp(
                "How long to try again where the line to the enclave breaks (default: 600 for a serial line, 0 for a socket).",
                valueName: "seconds"))
        var patience: UInt64?

        func validate() throws {
            guard (0...86_400).contains(patience ?? 0) else {
                throw ValidationError("--patience: expected 0 to 86400 seconds")
            }
        }

        func run() async throws {
            FreeMemory.keepLittle()
            let configuration = try ServiceConfiguration(options.settings(), directory: options.directory)
            let logger = Self.logger(configuration, directory: options.directory)
            let (transfers, link) = (TransferLog(logger), LinkUse())
            let home = try SchedulerHome(
                options.directory, record: configuration.scheduler, programVersion: Program.version,
                linkPatience: patience ?? configuration.patience,
                linkProgress: { progress in
                    transfers.note(progress)
                    link.note(progress)
                })
            if once {
                let report = try home.sign()
                logger.log(report)
                if report.hasRefusals { throw ExitCode.failure }
                return
            }
            let services = try services(configuration, home, link, logger)
            logger.info("started", metadata: ["version": "\(Program.version)"])
            try await ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            ).run()
            logger.info("stopped")
        }

        private func services(
            _ configuration: ServiceConfiguration, _ home: SchedulerHome, _ link: LinkUse, _ logger: Logger
        ) throws -> [any Service] {
            let health = ServiceHealth()
            let metrics = PrometheusMetrics()
            let mirrors = try home.mirrorConfigurationIfPresent().map {
                MirrorService(over: home, $0, metrics: metrics, logger: logger)
            }
            let collecting = Collecting(into: home, evidenceTime: .seconds(configuration.idleSeconds))
            let passes = PassService(
                over: home, collecting: collecting, idleSeconds: configuration.passSeconds, health: health,
                metrics: metrics, logger: logger
            ) { mirrors?.note($0) }
            var services: [any Service] = [passes, collecting.sweep(logger: logger)]
            if let mirrors { services.insert(mirrors, at: 0) }
            for address in configuration.addresses {
                services.append(
                    SchedulerServer(
                        on: address, configuration, reading: home, collecting: collecting, link: link, health: health,
                        metrics: metrics, version: Program.version, logger: logger))
            }
            // Services shut down in turn, the last one first.
            return services + [SecondSignal()]
        }

        private static func logger(_ configuration: ServiceConfiguration, directory: String) -> Logger {
            var logger = Logger(label: "reposeal-scheduler") { label in
                switch configuration.logFormat {
                case .json: JSONLogHandler.standardError
                case .text: StreamLogHandler.standardError(label: label)
                }
            }
            logger.logLevel = configuration.logLevel
            logger[metadataKey: "directory"] = "\(directory)"
            return logger
        }
    }
}

/// Lets a signal that comes while the service group shuts down end the program at once.
private struct SecondSignal: Service {
    func run() async throws {
        try? await gracefulShutdown()
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}
