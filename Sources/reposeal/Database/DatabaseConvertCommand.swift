import ArgumentParser
import FoundationEssentials
import Publisher
import RepositoryDatabase
import SyncDatabase

/// `reposeal database convert`: the same entries in another form.
struct DatabaseConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a database anew, in another compression or in the canonical form.",
        discussion: """
            Reads any database that pacman reads and writes its entries, byte for byte, in the compression that the name of \
            the result says: .tar.gz is Reposeal's canonical form, which updates at the cost of the change; any other \
            goes through the program that repo-add would use, or the one that COMPRESSXZ and its like name. A .files \
            database becomes a .db one without its lists. Two files with the same entries become the same bytes. Links \
            and signatures beside the file are left alone.

                $ reposeal database convert extra.db.tar.xz extra.db.tar.gz
            """)

    @OptionGroup var database: DatabaseArgument

    @Argument(
        help: ArgumentHelp("Where the result goes, such as extra.db.tar.gz.", valueName: "result"), completion: .file())
    var result: String

    @Flag(help: "Replace the file if it is there already.")
    var force = false

    func run() async throws {
        guard let compression = Compression(ofFileName: result) else {
            throw FileProblem(
                file: result, reason: "expected a name that ends in .tar, .tar.gz, .tar.zst or their like")
        }
        guard force || !DurableFile.exists(result) else {
            throw FileProblem(file: result, reason: "expected no file of this name (--force replaces it)")
        }
        let file = try database.open().file
        let kind = DatabaseKind(ofFile: result)
        guard file.kind == kind || kind == .db else {
            throw FileProblem(file: result, reason: "expected the name of a .db database, as its source has no lists")
        }
        try await DurableFile.make(at: result) { path in
            try await file.update(
                as: kind, compression: compression, environment: ProcessInfo.processInfo.environment, to: path)
        }
    }
}
