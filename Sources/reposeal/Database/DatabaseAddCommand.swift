import ArgumentParser
import Descriptors
import PackageArchive
import RepositoryUpdate
import StockCommands

/// `reposeal database add`: puts packages into a repository's databases.
struct DatabaseAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add packages to a repository's databases, or replace those of the same name.",
        discussion: """
            Packages are read in parallel, each once, and nothing in them is ever run. If one of them cannot be added, \
            nothing is written. A database that is not there is made. The packages stay where they are.

                $ reposeal database add os/x86_64/extra.db.tar.gz os/x86_64/*.pkg.tar.zst
            """)

    @OptionGroup var update: UpdateArguments

    @Argument(help: ArgumentHelp("The packages.", valueName: "package"), completion: .file())
    var packages: [String] = []

    @Flag(help: "Skip packages whose exact version is there already.")
    var onlyNew = false

    @Flag(help: "Skip packages that are older than the entry that is there.")
    var preventDowngrade = false

    @Flag(help: "Embed PACKAGE.sig in the entries.")
    var includeSignatures = false

    @Option(
        help: ArgumentHelp("Whose entries are written: those of repo-add 7.1 (default) or 6.0.", valueName: "release"),
        transform: { release in
            guard let profile = RepoAddProfile(ofRelease: release) else { throw ValidationError("Either 7.1 or 6.0.") }
            return profile
        })
    var profile = RepoAddProfile.descv2

    func run() async throws {
        // Whoever reads the messages may go away; the update goes on to its end.
        ThisProcess.ignoreBrokenPipeSignal()
        var settings = update.settings
        settings.options.onlyNew = onlyNew
        settings.options.preventsDowngrade = preventDowngrade
        settings.options.includesSignatures = includeSignatures
        settings.profile = profile
        let report = UpdateReport(isJSON: update.json)
        let progress = ReadingBar(isShown: !update.json)
        let outcome = try await RepositoryUpdate(of: update.database, settings, tell: report.tell)
            .add(packages, progress: progress.show)
        try report.finish(outcome, of: update.database)
    }
}
