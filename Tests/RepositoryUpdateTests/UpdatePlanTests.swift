import RepositoryDatabase
import SyncDatabase
import Testing

@testable import RepositoryUpdate

@Suite struct UpdatePlanTests {
    static func entry(_ directory: String, file: String? = nil, files: Bool = false, note: String = "") throws
        -> SyncEntry
    {
        let name = try EntryName(parsing: directory)
        let fileName = file ?? "\(directory)-any.pkg.tar.zst"
        let desc =
            "%FILENAME%\n\(fileName)\n\n%NAME%\n\(name.name)\n\n%VERSION%\n\(name.version)\n\n%DESC%\n\(note)\n\n%ARCH%\nany\n\n"
        return SyncEntry(
            directory: name, desc: Array(desc.utf8), files: files ? Array("%FILES%\n\(note)usr/\n".utf8) : nil)
    }

    static func package(_ directory: String, in folder: String = "pool", file: String? = nil) throws -> NewPackage {
        NewPackage(
            path: "\(folder)/\(file ?? "\(directory)-any.pkg.tar.zst")",
            entry: try entry(directory, file: file, files: true))
    }

    static func plan(
        _ packages: [String], to present: [String], _ change: (inout UpdateOptions) -> Void = { _ in }
    ) throws -> UpdatePlan {
        var options = UpdateOptions()
        change(&options)
        return UpdatePlan(
            adding: try packages.map { try package($0) }, to: try present.map { try entry($0) }, options: options)
    }

    @Test(
        "a package replaces every entry of its name, and only those",
        arguments: [
            ("a-2-1", ["a-1-1"], ["a-1-1"]), ("a-2-1", ["a-1-1", "a-0-1", "b-1-1"], ["a-0-1", "a-1-1"]),
            ("a-2-1", [], []), ("a-2-1", ["a-b-1-1", "aa-1-1"], []),
            ("a-1-1", ["a-2-1"], ["a-2-1"]),
        ])
    func replaces(_ package: String, _ present: [String], _ replaced: [String]) throws {
        let plan = try Self.plan([package], to: present)
        let change = plan.change(of: try present.map { try Self.entry($0) }, in: .db)
        #expect(Set(change.removing.map(\.text)) == Set(replaced))
        #expect(change.adding.map(\.directory.text) == [package])
        let files = plan.change(of: [], in: .files)
        #expect(files.removing.isEmpty)
        #expect(files.adding == [try Self.package(package).entry])
    }

    @Test("the same version with other content is replaced, with the same content nothing changes")
    func sameVersion() throws {
        let plan = try Self.plan(["a-1-1"], to: ["a-1-1"])
        #expect(plan.change(of: [try Self.entry("a-1-1")], in: .db).isEmpty)
        #expect(plan.change(of: [try Self.entry("a-1-1", files: true)], in: .files).isEmpty)
        let other = plan.change(of: [try Self.entry("a-1-1", note: "x")], in: .db)
        #expect(other.removing.map(\.text) == ["a-1-1"])
        #expect(other.adding.map(\.directory.text) == ["a-1-1"])
        #expect(plan.change(of: [try Self.entry("a-1-1", files: true, note: "x")], in: .files).adding.count == 1)
    }

    @Test(
        "onlyNew skips exactly the version that is there; preventsDowngrade what is older by vercmp",
        arguments: [
            ("a-1-1", "a-1-1", true, true), ("a-2-1", "a-1-1", false, false), ("a-1-1", "a-2-1", false, true),
            ("a-1-1", "a-01-1", false, false), ("a-1-1", "a-1:0-1", false, true),
        ])
    func skips(_ package: String, _ present: String, _ whenOnlyNew: Bool, _ whenEither: Bool) throws {
        let onlyNew = try Self.plan([package], to: [present]) { $0.onlyNew = true }
        #expect(onlyNew.change(of: [try Self.entry(present)], in: .files).isEmpty == whenOnlyNew)
        let either = try Self.plan([package], to: [present]) {
            $0.onlyNew = true
            $0.preventsDowngrade = true
        }
        #expect(either.change(of: [try Self.entry(present)], in: .files).isEmpty == whenEither)
    }

    @Test("a remark tells of the same version, or else of a newer one, in words for the plain downgrade too")
    func remarks() throws {
        func remarks(_ package: String, _ present: [String]) throws -> [UpdatePlan.Remark] {
            guard case .adds(_, _, let remarks) = try Self.plan([package], to: present).steps[0] else { return [] }
            return remarks
        }
        #expect(try remarks("a-1-1", ["a-1-1"]) == [.alreadyThere(try EntryName(parsing: "a-1-1"))])
        #expect(try remarks("a-1-1", ["a-0-1", "a-2-1"]) == [.newerPresent(try EntryName(parsing: "a-2-1"))])
        #expect(try remarks("a-1-1", ["a-1-1", "a-2-1"]) == [.alreadyThere(try EntryName(parsing: "a-1-1"))])
        #expect(try remarks("a-1-1", ["a-01-1"]).isEmpty)
    }

    @Test("later packages see what earlier ones did")
    func order() throws {
        let plan = try Self.plan(["a-1-1", "a-3-1", "a-2-1"], to: []) { $0.preventsDowngrade = true }
        let change = plan.change(of: [], in: .db)
        #expect(change.adding.map(\.directory.text) == ["a-3-1"])
        #expect(change.removing.isEmpty)
    }

    @Test("removing takes all versions of a name; a name that is not there, or no more, is unknown")
    func removal() throws {
        let present = try ["a-1-1", "a-2-1", "a-b-1-1"].map { try Self.entry($0) }
        let plan = UpdatePlan(removing: ["a", "c", "a"], from: present, in: "repo", options: UpdateOptions())
        #expect(plan.unknownNames == ["c", "a"])
        #expect(plan.obsoleteFiles.isEmpty)
        #expect(plan.change(of: present, in: .files).removing.map(\.text) == ["a-1-1", "a-2-1"])
    }

    @Test("the old file is looked for beside the new package, or in the repository of a removed one")
    func obsoleteFiles() throws {
        let added = try Self.plan(["a-2-1"], to: ["a-1-1"]) { $0.removesOldPackages = true }
        #expect(added.obsoleteFiles.map(\.directory) == ["pool"])
        #expect(added.obsoleteFiles.map(\.fileName) == ["a-1-1-any.pkg.tar.zst"])
        #expect(added.obsoleteFiles.map(\.isSafe) == [true])
        var options = UpdateOptions()
        options.removesOldPackages = true
        let removed = UpdatePlan(removing: ["a"], from: [try Self.entry("a-1-1")], in: "repo", options: options)
        #expect(removed.obsoleteFiles.map(\.directory) == ["repo"])
    }

    @Test("no file goes without an older entry, for the same version, or while an entry needs it")
    func keptFiles() throws {
        for present in [[], ["b-1-1"], ["a-2-1"]] {
            let plan = try Self.plan(["a-2-1"], to: present) { $0.removesOldPackages = true }
            #expect(plan.obsoleteFiles.isEmpty)
        }
        var options = UpdateOptions()
        options.removesOldPackages = true
        let again = UpdatePlan(
            adding: [try Self.package("a-2-1", file: "a.pkg.tar.zst")],
            to: [try Self.entry("a-1-1", file: "a.pkg.tar.zst")], options: options)
        #expect(again.obsoleteFiles.isEmpty)
    }

    @Test(
        "only a file name that makepkg gives to this very package is safe to delete",
        arguments: [
            ("a-1-1-any.pkg.tar.zst", true), ("a-1-1-any.pkg.tar", true), ("a-1-1-any.pkg.tar.gz", true),
            ("../a-1-1-any.pkg.tar.zst", false), ("b-1-1-any.pkg.tar.zst", false), ("a-2-1-any.pkg.tar.zst", false),
            ("a-1-1-x86_64.pkg.tar.zst", false), ("a-1-1-any.pkg.tar.zst.sig", false), ("a-1-1-any.db.tar.gz", false),
            ("/etc/passwd", false), ("", false), ("-rf", false), ("a-1-1-any.pkg.tar.zst/", false),
        ])
    func safety(_ fileName: String, _ expected: Bool) throws {
        #expect(ObsoleteFile(of: try Self.entry("a-1-1", file: fileName), in: ".").isSafe == expected)
    }
}
