import ALPMTypes
import RepositoryDatabase
import TestSupport
import Testing

struct EntrySetTests {
    @Test("a name has one entry: adding is refused, replacing returns the old one, removing returns it too")
    func oneEntryForEachName() throws {
        let (old, new) = (try Samples.entry(version: "1-1"), try Samples.entry(version: "2-1"))
        var set = try EntrySet([old])
        #expect(throws: RepositoryDatabaseError.nameTwice(old.name)) { try set.add(new) }
        #expect(set[old.name] == old)
        #expect(set.replace(with: new) == old)
        #expect(set.count == 1)
        #expect(set.remove(new.name) == new)
        #expect(set.remove(new.name) == nil)
        #expect(set.isEmpty)
    }

    @Test("entries are sorted by the bytes of their directory names")
    func order() throws {
        let names = ["a.b", "a-b", "a", "a+"]
        let set = try EntrySet(names.map { try Samples.entry(name: $0) })
        #expect(set.entries.map(\.name.text) == ["a+", "a", "a-b", "a.b"])
    }

    @Test("any history that ends in the same entries gives the same digest and the same databases")
    func historyDoesNotMatter() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let target = try EntrySet((0..<40).map { try Samples.entry(name: "package\($0)", version: "5-1") })
        for _ in 0..<5 {
            var set = EntrySet()
            for step in 0..<400 {
                let entry = try Samples.entry(
                    name: "package\(Int.random(in: 0..<60, using: &random))", version: "\(step)-1",
                    paths: Bool.random(using: &random) ? nil : ["usr/\(step)"])
                if Bool.random(using: &random) { set.replace(with: entry) } else { set.remove(entry.name) }
            }
            for name in set.entries.map(\.name) where target[name] == nil { set.remove(name) }
            for entry in target.entries.shuffled(using: &random) { set.replace(with: entry) }
            #expect(set == target, "seed \(seed)")
            #expect(set.digest == target.digest, "seed \(seed)")
            for kind in DatabaseKind.allCases {
                #expect(
                    try RepositoryDatabaseWriter.encode(set, as: kind)
                        == RepositoryDatabaseWriter.encode(target, as: kind),
                    "seed \(seed)")
            }
        }
    }

    @Test("the set's digest tells an empty list from an unknown one")
    func digestOfUnknownList() throws {
        let digests = try [nil, [], ["usr/"]].map { try EntrySet([Samples.entry(paths: $0)]).digest }
        #expect(Set(digests).count == 3)
    }
}
