import Foundation
import Publisher
import TestSupport
import Testing

@Suite("The lock of a repository in a published directory")
struct AbandonedLocksTests {
    /// Who made a lock, and whether the next publication removes it.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        /// Who is in the lock file.
        let owner: Maker
        /// Who is in the file of those who publish.
        let publisher: Maker?
        /// How long ago the lock was made, in seconds.
        let age: TimeInterval
        let isRemoved: Bool

        init(_ name: String, _ owner: Maker, publisher: Maker?, age: TimeInterval = 5, isRemoved: Bool) {
            (testDescription, self.owner, self.publisher, self.age) = (name, owner, publisher, age)
            self.isRemoved = isRemoved
        }
    }

    enum Maker { case ended, another, running, lost, oneself, nobody, words }

    private static let boot =
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "none\n"

    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(
        "goes with the next publication if one that was killed left it, and stays where anybody else may be behind it",
        arguments: [
            Case("of a publication that was killed", .ended, publisher: .ended, isRemoved: true),
            Case("of one whose number this process has now", .oneself, publisher: .oneself, isRemoved: true),
            Case("of one whose number another has now", .running, publisher: .running, isRemoved: false),
            Case("of one without power, whose number another has now", .running, publisher: .lost, isRemoved: true),
            Case("of somebody who does not publish", .ended, publisher: nil, isRemoved: false),
            Case("of somebody else than was killed", .another, publisher: .ended, isRemoved: false),
            Case("in which nobody is yet", .nobody, publisher: .ended, isRemoved: false),
            Case("in which nobody came to be", .nobody, publisher: .ended, age: 3600, isRemoved: true),
            Case("in which nobody is, and nobody was killed", .nobody, publisher: nil, age: 3600, isRemoved: false),
            Case("in which somebody is in words", .words, publisher: .ended, age: 3600, isRemoved: false),
        ])
    func lock(_ found: Case) throws {
        let lock = try folder.write("extra/os/x86_64/extra.db.tar.gz.lck", text: "\(text(of: found.owner))\n")
        if found.owner == .nobody { try Data().write(to: URL(filePath: lock)) }
        if let publisher = found.publisher {
            let boot = publisher == .lost ? "another-run\n" : Self.boot
            _ = try folder.write(".reposeal/publication.lock", text: "\(text(of: publisher)) \(boot)")
        }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -found.age)], ofItemAtPath: lock)
        let held = try TreeLock(waitingFor: .publication, of: PublishedTree(folder.path))
        #expect(FileManager.default.fileExists(atPath: lock) == !found.isRemoved)
        _ = held
    }

    @Test("is taken for that of a killed publication only while none ended after it")
    func ended() throws {
        let tree = PublishedTree(folder.path)
        let file = TreeLock.path(of: .publication, in: tree)
        for _ in 0..<2 {
            let held = try TreeLock(waitingFor: .publication, of: tree)
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "\(text(of: .oneself)) \(Self.boot)")
            _ = consume held
            #expect(try String(contentsOfFile: file, encoding: .utf8).isEmpty)
        }
    }

    private func text(of maker: Maker) -> String {
        switch maker {
        // Above what the kernel gives (proc(5), pid_max).
        case .ended: "4194305"
        case .another: "4194306"
        case .running, .lost: "1"
        case .oneself: "\(ProcessInfo.processInfo.processIdentifier)"
        case .nobody: ""
        case .words: "frozen by bob"
        }
    }
}
