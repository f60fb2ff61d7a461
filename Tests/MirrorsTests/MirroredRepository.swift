import Foundation
import Publisher
import PublishingSamples
import RepositoryDirectory
import Synchronization
import TestSupport

@testable import Mirrors

/// A published repository whose generations are known, so that a reader can tell which files belong together.
struct MirroredRepository: Sendable {
    let repository: SignedRepository
    /// What each signature of a database belongs to.
    private let generations = Generations()

    private final class Generations: Sendable {
        struct Generation { let database: [UInt8]; let packages: [String] }
        let bySignature = Mutex<[[UInt8]: Generation]>([:])
    }

    init() throws {
        repository = try SignedRepository()
        try FileManager.default.createDirectory(atPath: path(""), withIntermediateDirectories: true)
    }

    var published: PublishedTree { PublishedTree(repository.mirror) }
    var now: UInt64 { repository.present }

    /// Publishes packages, made where they are not there yet.
    func publish(_ names: [String], serial: UInt64) throws {
        for name in names {
            let (file, content) = (SignedRepository.file(name), SignedRepository.content(name))
            guard !FileManager.default.fileExists(atPath: repository.folder.path("packages/\(file)")) else { continue }
            try repository.folder.write("packages/\(file)", content)
            try repository.folder.write("packages/\(file).sig", repository.gpg.sign(content, by: repository.key))
        }
        let databases = try repository.databases(of: names, serial: serial)
        for (signature, database) in [
            (databases.databaseSignature, databases.database), (databases.filesSignature, databases.files),
        ] {
            generations.bySignature.withLock {
                $0[signature] = .init(database: database, packages: names.map(SignedRepository.file))
            }
        }
        let lock = try TreeLock(waitingFor: .publication, of: published)
        try repository.publish(databases, serial: serial)
        _ = lock
    }

    /// The configuration with these mirrors, each a JSON object, of another published directory than ours if there is one.
    func configuration(
        _ mirrors: [String], fields: String = "", published: String? = nil
    ) throws -> MirrorConfiguration {
        let (published, mirrors) = (published ?? repository.mirror, mirrors.joined(separator: ","))
        let text = #"{"published": "\#(published)"\#(fields), "mirrors": [\#(mirrors)]}"#
        return try MirrorConfiguration(reading: repository.folder.write("\(UUID()).json", text: text))
    }

    /// A mirror that is a folder beside the published one.
    func folderMirror(_ name: String, fields: String = "") -> String {
        #"{"name": "\#(name)", "address": "\#(path(name))", "firstWaitMilliseconds": 1\#(fields)}"#
    }

    /// Where such a folder is.
    func path(_ mirror: String) -> String { repository.folder.path("mirrors/\(mirror)") }

    func sync(_ configuration: MirrorConfiguration, now: UInt64? = nil) async throws -> MirrorSyncReport {
        try await MirrorSync(configuration, trusts: [repository.trust]).run(now: now ?? self.now)
    }

    func check(_ configuration: MirrorConfiguration, now: UInt64? = nil) async throws -> [MirrorStatus] {
        try await MirrorCheck(configuration, trusts: [repository.trust]).run(now: now ?? self.now)
    }

    /// What is wrong with what a mirror shows at this moment; nil if nothing is, or if it changed while it was read.
    func violation(at root: String) -> String? {
        func read(_ name: String) -> [UInt8]? {
            (try? Data(contentsOf: URL(filePath: "\(root)/core/os/x86_64/\(name)"))).map { Array($0) }
        }
        for name in ["core.db", "core.files"] {
            let before = read("\(name).sig")
            let shown = read(name)
            guard let signature = before else {
                if shown != nil, read("\(name).sig") == nil { return "\(name) without a signature" }
                continue
            }
            let known = generations.bySignature.withLock { $0[signature] }
            let absent = known?.packages.first { read($0) == nil || read("\($0).sig") == nil }
            guard read("\(name).sig") == signature else { continue }
            guard let known else { return "\(name).sig of no generation" }
            if shown != known.database { return "\(name) beside another's signature" }
            if let absent { return "\(name) names \(absent), which is not there" }
        }
        return nil
    }

    /// The serial that a mirror shows; nil if it shows nothing or nothing that was published.
    func shownPackages(at root: String) -> [String]? {
        let signature = try? Data(contentsOf: URL(filePath: "\(root)/core/os/x86_64/core.db.sig"))
        return signature.flatMap { signature in generations.bySignature.withLock { $0[Array(signature)]?.packages } }
    }

    /// Every path below a mirror's folder, with where links point.
    func tree(_ root: String) throws -> Set<String> {
        let result = try Tool("find", root, "-mindepth", "1", "-printf", "%P %l\n").run()
        return Set(result.text.split(separator: "\n").map(String.init))
    }
}
