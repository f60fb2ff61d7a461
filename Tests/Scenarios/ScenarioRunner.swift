import Foundation
import TestSupport
import Testing

@Suite("Transcripts of the programs", .ownThreads)
struct ScenarioRunner {
    /// What a person types, and what the clients of a repository make of it.
    static let folders = ["transcripts", "clients"]

    @Test("the programs print what the transcript says", arguments: folders.flatMap(Transcript.all))
    func replay(_ transcript: Transcript) throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: "\(ReleaseBinaries.directory)/reposeal"),
            "expected the programs in \(ReleaseBinaries.directory): build them with make build, or set REPOSEAL_BIN")
        // Not the usual temporary folder: the path of a gpg-agent's socket has room for about 100 bytes.
        let folder = "/tmp/rs-\(UInt32.random(in: .min ... .max))"
        for (path, mode) in [(folder, 0o755), ("\(folder)/.gnupg", 0o700)] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: mode])
        }
        defer { Self.remove(folder) }
        let shell = TranscriptShell(
            folder: folder,
            environment: [
                "CLIENTS": "\(Transcript.scenarios)/clients", "FIXTURES": "\(RepositoryRoot.path)/Tests/Fixtures",
                "GNUPGHOME": "\(folder)/.gnupg",
                "PATH": "\(ReleaseBinaries.directory):/usr/sbin:/usr/bin:/sbin:/bin",
                "TRANSCRIPTS": "\(Transcript.scenarios)/transcripts",
            ])
        try shell.replay(transcript)
    }

    /// Ends what gpg left running in the folder and removes the folder.
    private static func remove(_ folder: String) {
        let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for path in paths where path.hasSuffix("/pubring.kbx") {
            let home = "\(folder)/\(path.dropLast("/pubring.kbx".count))"
            _ = try? Tool("gpgconf", "--homedir", home, "--kill", "all").run()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
