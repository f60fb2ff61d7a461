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
        let owner: Maker?
        /// Who is in the file of those who publish.
        let publisher: Maker?
        /// How long ago the lock was made, in seconds.
        let age: TimeInterval
        let isRemoved: Bool

        init(_ name: String, _ owner: Maker?, publisher: Maker?, age: TimeInterval = 5, isRemoved: Bool) {
            (testDescription, self.owner, self.publisher, self.age) = (name, owner, publisher, age)
            self.isRemoved = isRemoved
        }
    }

    enum Maker { case ended, another, running, oneself }

    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test(
        "goes with the next publication if one that was killed left it, and stays where anybody else may be behind it",
        arguments: [
            Case("of a publication that was killed", .ended, publisher: .ended, isRemoved: true),
            Case("of one whose number this process has now", .oneself, publisher: .oneself, isRemoved: true),
            Case("of one whose number another has now", .running, publisher: .running, isRemoved: false),
            Case("of somebody who does not publish", .ended, publisher: nil, isRemoved: false),
            Case("of somebody else than was killed", .another, publisher: .ended, isRemoved: false),
            Case("in which nothing is yet", nil, publisher: nil, isRemoved: false),
            Case("in which nothing came to be", nil, publisher: nil, age: 3600, isRemoved: true),
            Case("of before the machine started", .another, publisher: nil, age: 1e9, isRemoved: true),
        ])
    func lock(_ found: Case) throws {
        let lock = try folder.write("extra/os/x86_64/extra.db.tar.gz.lck", text: found.owner.map(text) ?? "")
        if let publisher = found.publisher {
            _ = try folder.write(".reposeal/publication.lock", text: text(of: publisher))
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
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "\(ProcessInfo.processInfo.processIdentifier)\n")
            _ = consume held
            #expect(try String(contentsOfFile: file, encoding: .utf8).isEmpty)
        }
    }

    private func text(of maker: Maker) -> String {
        switch maker {
        // Above what the kernel gives (proc(5), pid_max).
        case .ended: "4194305\n"
        case .another: "4194306\n"
        case .running: "1\n"
        case .oneself: "\(ProcessInfo.processInfo.processIdentifier)\n"
        }
    }
}
