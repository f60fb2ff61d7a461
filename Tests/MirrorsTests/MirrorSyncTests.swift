import Foundation
import Publisher
import PublishingSamples
import Synchronization
import TestSupport
import Testing

@testable import Mirrors

@Suite struct MirrorSyncTests {
    let mirrored: MirroredRepository

    init() throws {
        mirrored = try MirroredRepository()
        try mirrored.publish(["a", "b"], serial: 1)
    }

    @Test("an rsync daemon, ssh and a folder get the same, which clients read by HTTP or rsync and auditors verify")
    func threeWays() async throws {
        for name in ["daemon", "shell"] {
            try FileManager.default.createDirectory(atPath: mirrored.path(name), withIntermediateDirectories: true)
        }
        let keys = try TemporaryDirectory()
        let daemon = try await Server.rsyncDaemon(serving: mirrored.path("daemon"))
        let shell = try await Server.secureShell(keysIn: keys)
        let web = try await Server.web(serving: mirrored.path("daemon"))
        let password = try mirrored.repository.folder.write("password", text: "secret\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password)
        let configuration = try mirrored.configuration([
            #"""
            {"name": "daemon", "address": "rsync://mirror@127.0.0.1:\#(daemon.port)/harbour", "passwordFile": "password",
             "readBack": "http://127.0.0.1:\#(web.port)"}
            """#,
            #"""
            {"name": "shell", "address": "\#(NSUserName())@127.0.0.1:\#(mirrored.path("shell"))",
             "ssh": {"port": \#(shell.port), "identity": "\#(keys.path("id"))", "knownHosts": "\#(keys.path("hosts"))"}}
            """#,
            mirrored.folderMirror("folder"),
        ])
        for (serial, names) in [["a", "b"], ["a", "b", "d"]].enumerated() {
            try mirrored.publish(names, serial: UInt64(serial + 1))
            let report = try await mirrored.sync(configuration)
            #expect(report.isComplete, "\(report)")
            #expect(report.mirrors.map(\.attempts) == [1, 1, 1])
            for name in ["daemon", "shell", "folder"] {
                let folder = "\(mirrored.path(name))/core/os/x86_64"
                let audit = try RepositoryAudit(trust: mirrored.repository.trust, now: mirrored.now).verify(folder)
                #expect(audit.findings == [])
                #expect(audit.serial == UInt64(serial + 1))
                #expect(audit.packagesPresent == names.count)
                #expect(try mirrored.tree(mirrored.path(name)) == mirrored.tree(mirrored.path("daemon")))
                let times = try ["core.db.sig", "core.files.sig"].flatMap { file in
                    try [folder, mirrored.repository.directory].map { place in
                        try #require(try FileStatus(of: "\(place)/\(file)")).changed / 1_000_000_000
                    }
                }
                #expect(times[0] == times[1] && times[2] == times[3])
            }
        }
        _ = (daemon, shell, web)
    }

    @Test("two who copy to one mirror at once are one too many; no other mirror's report is kept back by that")
    func busy() async throws {
        let configuration = try mirrored.configuration(["one", "two"].map { mirrored.folderMirror($0) })
        #expect(try await mirrored.sync(configuration).isComplete)
        try mirrored.publish(["a", "b", "c"], serial: 2)
        let lock = try TreeLock(waitingFor: .mirror("one"), of: mirrored.published)
        let report = try await mirrored.sync(configuration)
        #expect(report.mirrors.map(\.name) == ["one", "two"])
        #expect(report.mirrors[0].failure?.contains("another process has this lock") == true)
        #expect(report.mirrors.map(\.status.state) == [.lagging, .current])
        #expect(report.mirrors.map(\.attempts) == [0, 1])
        _ = consume lock
        #expect(try await mirrored.sync(configuration).isComplete)
    }

    /// Publishes once, at the first look, and counts looks.
    private final class Looks: Sendable {
        let count = Atomic<Int>(0)
        let failure = Mutex<(any Error)?>(nil)

        func look(publishing: () throws -> Void) {
            guard count.add(1, ordering: .relaxed).oldValue == 0 else { return }
            do { try publishing() } catch { failure.withLock { $0 = error } }
        }
    }

    @Test("a mirror is not wrong because something is published while it is looked at") func switched() async throws {
        let configuration = try mirrored.configuration([mirrored.folderMirror("one")])
        #expect(try await mirrored.sync(configuration).isComplete)
        let looks = Looks()
        let check = MirrorCheck(configuration, trusts: [mirrored.repository.trust]) { [mirrored] in
            looks.look { try mirrored.publish(["a", "b", "e"], serial: 2) }
        }
        let status = try #require(try await check.run(now: mirrored.now).first)
        #expect(looks.failure.withLock { $0 } == nil)
        #expect(status.findings.map(\.sentence) == ["core/os/x86_64: shows serial 1, published is 2"])
        #expect(looks.count.load(ordering: .relaxed) == 2)
    }

    /// Says when nobody has to read any more.
    private final class Gate: Sendable { let isOver = Atomic<Bool>(false) }

    @Test(
        "whoever reads a mirror at any moment finds databases that match their signatures, and the packages they name")
    func polled() async throws {
        let mirrored = self.mirrored
        let configuration = try mirrored.configuration(["one", "two"].map { mirrored.folderMirror($0) })
        let gate = Gate()
        defer { gate.isOver.store(true, ordering: .relaxed) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let reading = Background { () -> (polls: Int, violations: Set<String>) in
                var (polls, violations) = (0, Set<String>())
                while !gate.isOver.load(ordering: .relaxed) {
                    for name in ["one", "two"] {
                        if let violation = mirrored.violation(at: mirrored.path(name)) { violations.insert(violation) }
                    }
                    polls += 1
                }
                return (polls, violations)
            }
            let publication = Background {
                for serial in 2...7 {
                    let names = ["a"] + (1...serial).map { "p\($0 % 5)" }.suffix(3)
                    try mirrored.publish(names, serial: UInt64(serial))
                }
            }
            let sync = MirrorSync(configuration, trusts: [mirrored.repository.trust])
            group.addTask { try await publication.value }
            group.addTask {
                for _ in 1...3 { _ = try await sync.run(now: mirrored.now) }
            }
            try await group.waitForAll()
            let report = try await sync.run(now: mirrored.now)
            gate.isOver.store(true, ordering: .relaxed)
            let (polls, violations) = try await reading.value
            #expect(report.isComplete, "\(report)")
            #expect(violations == [])
            #expect(polls > 100)
        }
    }

    @Test("wherever a transfer is cut off, readers have the databases before or after, and the next one ends the work")
    func cutOff() async throws {
        let configuration = try mirrored.configuration([mirrored.folderMirror("folder")])
        let (mirror, root) = (configuration.mirrors[0], mirrored.path("folder"))
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        var shown: [[String]?] = [nil]
        for round in 1...3 {
            // The last round is of a published folder that was made anew, whose numbers begin again.
            if round == 3 { try FileManager.default.removeItem(atPath: mirrored.repository.mirror) }
            let names = ["a", "r\(round)"]
            try mirrored.publish(names, serial: UInt64(round + 1))
            let snapshot = try MirrorSnapshot(of: mirrored.published, for: "folder", now: mirrored.now)
            guard let lock = try TreeLock(.mirror("folder"), of: mirrored.published) else {
                throw TestSupportError("somebody else copies to the mirror")
            }
            for pass in TransferPass.all(for: snapshot) {
                try await Rsync(mirror: mirror).run(pass, holding: lock) { _ in }
                #expect(mirrored.violation(at: root) == nil, "\(pass.name)")
                let now = mirrored.shownPackages(at: root)
                if shown.last != now { shown.append(now) }
            }
            snapshot.remove()
        }
        #expect(shown == [nil] + (1...3).map { ["a", "r\($0)"].map(SignedRepository.file) })
        #expect(try await mirrored.sync(configuration).isComplete)
    }

    @Test("a mirror with a higher serial than the published one is left as it is, unless a person says so")
    func newer() async throws {
        let configuration = try mirrored.configuration(["one", "two"].map { mirrored.folderMirror($0) })
        try mirrored.publish(["a", "d"], serial: 3)
        #expect(try await mirrored.sync(configuration).isComplete)
        let before = try mirrored.tree(mirrored.path("one"))
        // What a scheduler from a backup publishes where nothing is left, and a mirror that is new.
        try FileManager.default.removeItem(atPath: mirrored.repository.mirror)
        try FileManager.default.removeItem(atPath: mirrored.path("two"))
        try mirrored.publish(["a", "b"], serial: 2)
        let report = try await mirrored.sync(configuration)
        #expect(
            report.mirrors[0].failure?.hasPrefix(
                "publishedIsNewer: core/x86_64 is published as serial 3, but serial 2 was to replace it") == true)
        #expect(report.mirrors[0].attempts == 1)
        #expect(report.mirrors.map(\.status.state) == [.wrong, .current])
        #expect(try mirrored.tree(mirrored.path("one")) == before)
        let replacing = MirrorSync(configuration, trusts: [mirrored.repository.trust], replacingNewer: true)
        #expect(try await replacing.run(now: mirrored.now).isComplete)
    }

    @Test("a mirror that fails is tried again by itself, as often as it says, and does not hold up the others")
    func retries() async throws {
        func mirror(_ name: String, at path: String, attempts: Int) -> String {
            #"{"name": "\#(name)", "address": "\#(mirrored.path(path))", "attempts": \#(attempts), "firstWaitMilliseconds": 1}"#
        }
        let configuration = try mirrored.configuration([
            mirror("later", at: "missing/later", attempts: 100), mirror("never", at: "nowhere/at/all", attempts: 3),
            mirrored.folderMirror("good"),
        ])
        let missing = mirrored.path("missing")
        let sync = MirrorSync(configuration, trusts: [mirrored.repository.trust]) { event in
            guard case .retry("later", _, _) = event else { return }
            try? FileManager.default.createDirectory(atPath: missing, withIntermediateDirectories: true)
        }
        let report = try await sync.run(now: mirrored.now)
        #expect(report.mirrors.map(\.name) == ["later", "never", "good"])
        #expect(report.mirrors[0].attempts >= 2)
        #expect(report.mirrors[0].status.state == .current)
        #expect(report.mirrors[1].attempts == 3)
        #expect(report.mirrors[1].failure?.hasPrefix("rsync ended with status ") == true)
        #expect(report.mirrors[1].status.state == .unreachable)
        #expect(report.mirrors[2].attempts == 1)
        #expect(report.mirrors[2].status.state == .current)
        #expect(!report.isComplete)
    }

    @Test("what was cleaned away here goes there, after the databases, and what is not ours stays")
    func removals() async throws {
        let configuration = try mirrored.configuration(
            [mirrored.folderMirror("folder")], fields: #", "keepSeconds": 60"#)
        #expect(try await mirrored.sync(configuration).isComplete)
        let root = mirrored.path("folder")
        let strangers = ["README", "iso/a.iso", "core/notes", "core/os/x86_64/notes", "pool/packages/notes"]
        for name in strangers { try mirrored.repository.folder.write("mirrors/folder/\(name)", text: "x") }
        try mirrored.publish(["b"], serial: 2)
        try mirrored.publish(["b", "d"], serial: 3)
        #expect(try await mirrored.sync(configuration).cleaning?.waiting == 2)
        #expect(try mirrored.tree(root).contains { $0.hasPrefix("pool/packages/a-1.0-1") })
        let cleaning = try #require(try await mirrored.sync(configuration, now: mirrored.now + 60).cleaning)
        #expect(cleaning.removed.count == 2)
        let names = try mirrored.tree(root)
        #expect(!names.contains { $0.contains("a-1.0-1") })
        #expect(strangers.allSatisfy { names.contains("\($0) ") })
        // Of each database the published generation and the one before are left.
        #expect(names.count { $0.contains("/.reposeal/core.db.tar.gz/") && $0.hasSuffix("core.db.tar.gz ") } == 2)
    }
}
