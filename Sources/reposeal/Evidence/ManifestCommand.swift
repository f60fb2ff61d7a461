import ArgumentParser
import Cryptography
import SourceManifest

/// `reposeal manifest`: what a source approval binds.
struct ManifestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: "Print the manifest of a source directory.",
        discussion: """
            The manifest names every file of the directory with its sha256, and for every source that is fetched the checksum \
            or commit that pins it. It is computed from .SRCINFO without running any code of the PKGBUILD; a source that \
            nothing pins is refused. The sha256 of the text is the digest that approvals and build records bind.

                $ makepkg --printsrcinfo >.SRCINFO
                $ reposeal manifest . | sha256sum
            """)

    @Argument(help: ArgumentHelp("The directory with PKGBUILD and .SRCINFO.", valueName: "directory"))
    var directory: String

    @Flag(help: "Print only the digest.")
    var digest = false

    func run() throws {
        let manifest = try SourceDirectory.manifest(of: directory)
        print(
            digest ? manifest.digest.hex : String(decoding: manifest.bytes, as: UTF8.self),
            terminator: digest ? "\n" : "")
    }
}

/// A directory with a PKGBUILD.
enum SourceDirectory {
    /// The manifest; errors name the directory.
    static func manifest(of directory: String) throws(FileProblem) -> SourceManifest {
        try naming(directory) { () throws(SourceManifestError) in try SourceManifest.make(directory: directory) }
    }
}
