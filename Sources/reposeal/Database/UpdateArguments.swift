import ArgumentParser
import FoundationEssentials
import RepositoryDirectory
import RepositoryUpdate

/// What adding and removing have in common.
struct UpdateArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The database, such as os/x86_64/extra.db.tar.gz.", valueName: "database"),
        completion: .file())
    var database: DatabaseFileNames

    @Flag(help: "Delete the package files that no entry needs any more, after publication.")
    var removeOld = false

    @Flag(help: "Sign both databases with gpg.")
    var sign = false

    @Option(help: ArgumentHelp("The key to sign with (default: $GPGKEY, then gpg's own choice).", valueName: "key"))
    var key: String?

    @Flag(help: "Verify the present signatures first.")
    var verify = false

    @Flag(help: "Wait until the lock is free.")
    var wait = false

    @Flag(help: "Publish without signatures where there were some.")
    var dropSignatures = false

    @Flag(help: "Print what happened as JSON.")
    var json = false

    /// The settings that these options make.
    var settings: UpdateSettings {
        let environment = ProcessInfo.processInfo.environment
        var settings = UpdateSettings()
        settings.options.removesOldPackages = removeOld
        settings.signs = sign
        settings.key = (key ?? environment["GPGKEY"]).flatMap { $0.isEmpty ? nil : $0 }
        settings.verifies = verify
        settings.waits = wait
        settings.dropsSignatures = dropSignatures
        settings.environment = environment
        return settings
    }
}
