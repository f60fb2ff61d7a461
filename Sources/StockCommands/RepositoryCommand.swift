public import PackageArchive
import RepositoryDirectory
import RepositoryUpdate

/// `repo-add` and `repo-remove`: pacman 7.1's options, messages and exit statuses.
public struct RepositoryCommand: Sendable {
    private let program: StockProgram
    private let version: String
    private let details: String
    private let environment: [String: String]
    private let console: Console

    /// Where a command's text goes.
    public struct Console: Sendable {
        /// Whether standard error shows colours.
        public let isColourful: Bool
        /// Takes text for standard output.
        public let output: @Sendable (String) -> Void
        /// Takes text for standard error.
        public let complaint: @Sendable (String) -> Void
        /// Shows how far the reading of packages is; nothing where nobody would see it.
        public let progress: @Sendable (ReadingProgress) -> Void

        /// Joins the four.
        public init(
            isColourful: Bool, output: @escaping @Sendable (String) -> Void,
            complaint: @escaping @Sendable (String) -> Void,
            progress: @escaping @Sendable (ReadingProgress) -> Void = { _ in }
        ) {
            self.isColourful = isColourful
            self.output = output
            self.complaint = complaint
            self.progress = progress
        }
    }

    /// Answers as `program`, which is not vercmp; `version` is the line that its help and `--version` begin with, and
    /// `details` follow in the latter.
    public init(
        _ program: StockProgram, version: String, details: String, environment: [String: String], console: Console
    ) {
        self.program = program
        self.version = version
        self.details = details
        self.environment = environment
        self.console = console
    }

    /// Does what the arguments ask for and returns the exit status: 0, 1 after an error, 2 if the lock is busy.
    public func run(_ arguments: [String]) async -> Int32 {
        switch arguments.first {
        case "-h", "--help":
            console.output(program.usage(version: version))
            return 0
        case "-V", "--version":
            console.output("\(version)\n\(details)\n")
            return 0
        default: break
        }
        do throws(StockUsageError) {
            return await run(try StockOptions(parsing: arguments))
        } catch {
            console.complaint("\(program.rawValue): \(error)\n")
            return 1
        }
    }

    private func run(_ options: StockOptions) async -> Int32 {
        guard let database = options.operands.first else {
            console.output(program.usage(version: version))
            return 1
        }
        let messages = StockMessages(
            isQuiet: options.isQuiet, isColourful: options.mayColour && console.isColourful, output: console.output,
            complaint: console.complaint)
        guard let names = try? DatabaseFileNames(parsing: database) else {
            messages.error("'\(database)' does not have a valid database archive extension.")
            return 1
        }
        Interruption.setFarewell { messages.sayFarewell(after: $0) }
        let update = RepositoryUpdate(of: names, settings(options)) { messages.tell($0, of: database) }
        do throws(RepositoryUpdateError) {
            try await run(update, options)
            return 0
        } catch {
            return messages.tell(error)
        }
    }

    private func run(_ update: RepositoryUpdate, _ options: StockOptions) async throws(RepositoryUpdateError) {
        let arguments = Array(options.operands.dropFirst())
        // With -s, the databases are signed anew after they were verified.
        let onlyVerifies = options.verifies && arguments.isEmpty && (!options.signs || program == .repoRemove)
        if onlyVerifies { return try await update.verify() }
        if program == .repoRemove {
            _ = try await update.remove(arguments)
        } else {
            let isShown = !options.isQuiet
            _ = try await update.add(arguments) { if isShown { console.progress($0) } }
        }
    }

    private func settings(_ options: StockOptions) -> UpdateSettings {
        var settings = UpdateSettings()
        settings.options = options.update
        settings.profile = options.profile
        settings.signs = options.signs
        settings.key = (options.key ?? environment["GPGKEY"]).flatMap { $0.isEmpty ? nil : $0 }
        settings.verifies = options.verifies
        settings.waits = options.waits
        settings.dropsSignatures = options.dropsSignatures
        settings.environment = environment
        return settings
    }
}
