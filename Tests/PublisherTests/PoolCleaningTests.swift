import Foundation
import PublishingSamples
import TestSupport
import Testing

@testable import Publisher

@Suite struct PoolCleaningTests {
    let repository: SignedRepository
    let tree: PublishedTree
    let a = SignedRepository.file("a")

    init() throws {
        repository = try SignedRepository()
        tree = PublishedTree(repository.mirror)
        try repository.publish(repository.databases(of: ["a", "b"], serial: 1), serial: 1)
    }

    private func publish(_ names: String..., serial: UInt64) throws {
        try repository.publish(repository.databases(of: names, serial: serial), serial: serial)
    }

    /// Cleans as if so many seconds had gone by, with an hour of grace.
    private func clean(after seconds: UInt64) throws -> PoolCleaning.Report {
        try PoolCleaning(of: tree, grace: 3600, now: repository.now + seconds).run()
    }

    private func exists(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: "\(repository.mirror)/\(path)")) != nil
    }

    private var placesOfA: [String] {
        [a, "\(a).sig"].flatMap { ["core/os/x86_64/\($0)", "pool/packages/\($0)"] }
    }

    @Test("a package goes once neither the database nor the one before names it, and the time of grace is over")
    func removesAfterGrace() throws {
        try publish("b", serial: 2)
        #expect(try clean(after: 0) == .init(removed: [], waiting: 0))
        try publish("b", "c", serial: 3)
        #expect(try clean(after: 10).waiting == 2)
        #expect(try clean(after: 3609) == .init(removed: [], waiting: 2))
        #expect(placesOfA.allSatisfy(exists))
        #expect(try clean(after: 3610).removed == ["core/os/x86_64/\(a)", "pool/packages/\(a)"])
        #expect(!placesOfA.contains(where: exists))
        #expect(try clean(after: 9999) == .init(removed: [], waiting: 0))
        #expect(try repository.audit().findings == [])
        #expect(try repository.audit().packagesPresent == 1)
    }

    @Test("what a publication that was killed left goes after a day, and nothing else that begins with a dot")
    func leftByCrash() throws {
        let folders = ["core/os/x86_64", "pool/packages", ".reposeal", ""]
        let left = folders.map { "\($0)/.new-1-2" }
        let others = folders.map { "\($0)/.others" }
        for path in left + others { try repository.folder.write("mirror/\(path)", text: "half") }
        try FileManager.default.createSymbolicLink(
            atPath: "\(repository.mirror)/core/os/x86_64/.new-3-4", withDestinationPath: "nowhere")
        _ = try clean(after: 24 * 3600 - 60)
        #expect((left + ["core/os/x86_64/.new-3-4"]).allSatisfy(exists))
        _ = try clean(after: 25 * 3600)
        #expect(!(left + ["core/os/x86_64/.new-3-4"]).contains(where: exists))
        #expect(others.allSatisfy(exists) && exists("core/os/x86_64/.reposeal"))
    }

    @Test("a package that comes back in time stays, and its time begins anew when it goes again") func comesBack()
        throws
    {
        try publish("b", serial: 2)
        try publish("b", "c", serial: 3)
        #expect(try clean(after: 0).waiting == 2)
        try publish("a", "b", serial: 4)
        #expect(try clean(after: 3600) == .init(removed: [], waiting: 0))
        try publish("b", serial: 5)
        try publish("b", "c", serial: 6)
        #expect(try clean(after: 3601) == .init(removed: [], waiting: 2))
    }

    /// What may happen to a published database.
    enum Damage: CaseIterable {
        case overwritten, lost

        func befall(_ directory: String) throws {
            let store = "\(directory)/.reposeal/core.db.tar.gz"
            switch self {
            case .overwritten: try Data("?".utf8).write(to: URL(filePath: "\(store)/3/core.db.tar.gz"))
            case .lost: try FileManager.default.removeItem(atPath: "\(store)/3")
            }
        }
    }

    @Test("nothing is removed while a database cannot be read, nor while one is lost", arguments: Damage.allCases)
    func failsClosed(damage: Damage) throws {
        try publish("b", serial: 2)
        try publish("b", "c", serial: 3)
        #expect(try clean(after: 0).waiting == 2)
        try damage.befall(repository.directory)
        #expect(throws: PublisherError.self) { try clean(after: 9999) }
        #expect(placesOfA.allSatisfy(exists))
    }

    @Test("what is no package of ours stays") func leavesOthers() throws {
        let names = ["pool/packages/README", "core/os/x86_64/notes.txt", "iso/latest.iso", "pool/other/\(a)"]
        for name in names { try repository.folder.write("mirror/\(name)", text: "something else") }
        _ = try clean(after: 0)
        #expect(try clean(after: 9999) == .init(removed: [], waiting: 0))
        #expect(names.allSatisfy(exists))
    }
}
