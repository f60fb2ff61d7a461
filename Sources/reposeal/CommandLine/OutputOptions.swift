import ArgumentParser
import EvidenceSigning

/// Where the result goes.
struct OutputOptions: ParsableArguments {
    @Option(
        name: [.short, .long], help: ArgumentHelp("Where the result goes.", valueName: "file"), completion: .file())
    var output: String

    @Flag(help: "Replace the file if it is there already.")
    var force = false

    /// Says early that a file is in the way, before anybody is asked for a passphrase.
    func expectFree() throws(FileProblem) {
        if !force, WholeFile.exists(output) {
            throw FileProblem(file: output, reason: "expected no file of this name (--force replaces it)")
        }
    }

    func write(_ bytes: [UInt8]) throws(EvidenceSigningError) {
        try WholeFile.write(bytes, to: output, replacing: force)
    }
}
