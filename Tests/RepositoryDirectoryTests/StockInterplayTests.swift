import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import RepositoryDirectory

/// Stock repo-add and repo-remove, and publications of ours, in turn on one directory.
@Suite struct StockInterplayTests {
    /// One change by one of the two.
    enum Step: CaseIterable {
        case stockAdds, stockAddsSigned, stockRemoves, publish, publishSigned
    }

    let home: GnuPGHome

    init() throws {
        home = try GnuPGHome()
        _ = try home.generateKey("Stock", algorithm: "ed25519")
    }

    @Test(
        "stock repo-add continues what we published, and we what it wrote, any number of times",
        arguments: [("gz", 1), ("zst", 2)] as [(String, UInt64)])
    func turns(compression: String, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var turn = try Turns(compression: compression, home)
        var history: [Step] = []
        for _ in 0..<12 {
            history.append(try #require(Step.allCases.randomElement(using: &random)))
            try turn.take(history[history.count - 1], &random)
            try turn.check("seed \(seed), \(history)")
        }
    }

    @Test("each way of stock tools to go on after each of ours", arguments: Step.allCases)
    func pairs(first: Step) throws {
        for second in Step.allCases {
            var turn = try Turns(compression: "gz", home)
            var random = SplitMix64(seed: 7)
            for step in [.stockAdds, first, second, .publish] as [Step] {
                try turn.take(step, &random)
                try turn.check("stock, \(first), \(second), publish")
            }
        }
    }
}

/// A directory with what is known of it.
private struct Turns {
    private let folder: TemporaryDirectory
    private let home: GnuPGHome
    private let names: DatabaseFileNames
    private var packages: Set<String> = []
    private var before = ServedFiles()
    private var number = 0
    private var signatures = Signatures.none

    /// Whose signatures must be there; of those that stock repo-add leaves beside a new database nothing is expected.
    private enum Signatures { case none, ours, stock, stale }

    init(compression: String, _ home: GnuPGHome) throws {
        folder = try TemporaryDirectory()
        self.home = home
        names = try DatabaseFileNames(parsing: folder.path("extra.db.tar.\(compression)"))
    }

    private var served: ServedFiles { ServedFiles(folder, names.name(of: .db), names.name(of: .files)) }

    mutating func take(_ step: StockInterplayTests.Step, _ random: inout SplitMix64) throws {
        number += 1
        switch step {
        case .stockAdds: try stockAdds([], &random)
        case .stockAddsSigned: try stockAdds(["-s"], &random)
        case .stockRemoves:
            guard let name = packages.sorted().randomElement(using: &random) else { return }
            try stock("repo-remove", [], name)
            packages.remove(name)
        case .publish: try publish(isSigned: false)
        case .publishSigned: try publish(isSigned: true)
        }
    }

    private mutating func stockAdds(_ options: [String], _ random: inout SplitMix64) throws {
        let name = try #require(["ash", "birch", "cedar"].randomElement(using: &random))
        try folder.write("build/.PKGINFO", text: "pkgname = \(name)\npkgver = 1-\(number)\narch = any\n")
        let file = folder.path("build/\(name)-1-\(number)-any.pkg.tar.gz")
        _ = try Tool("bsdtar", "-czf", file, "-C", folder.path("build"), ".PKGINFO").run()
        try stock("repo-add", options, file)
        packages.insert(name)
    }

    private mutating func stock(_ command: String, _ options: [String], _ argument: String) throws {
        before = served
        let result = try Tool([command] + options + [names.path(of: .db), argument]).run(
            environment: ["GNUPGHOME": home.path])
        try #require(result.status == 0, "\(result.complaint)")
        switch (options.isEmpty, signatures) {
        case (false, _): signatures = .stock
        case (true, .none): break
        case (true, _): signatures = .stale
        }
    }

    /// Publishes the entries that are there, from where stock tools may have put them.
    private mutating func publish(isSigned: Bool) throws {
        guard try Files.status(names.path(of: .db)) != nil else { return }
        before = served
        let directory = RepositoryDirectory(names)
        let lock = try directory.lock()
        let draft = try directory.draft(holding: lock)
        for kind in DatabaseKind.allCases {
            try Files.copy(names.path(of: kind), to: draft.path(of: kind))
            guard isSigned else { continue }
            try Files.write(Array("\(kind) signature \(number)".utf8), to: draft.signaturePath(of: kind))
        }
        try directory.publish(draft, holding: lock)
        signatures = isSigned ? .ours : .none
    }

    func check(_ history: String) throws {
        let comment = Comment(rawValue: history)
        #expect(ServedFiles(folder, names.shortName(of: .db), names.shortName(of: .files)) == served, comment)
        let old = ServedFiles(folder, names.previousName(of: .db), names.previousName(of: .files))
        #expect(old == before, comment)
        for kind in DatabaseKind.allCases where number > 0 && served.database != nil {
            let listed = try Tool("bsdtar", "-tf", names.path(of: kind)).run().text.split(separator: "\n")
            let found = Set(listed.compactMap { $0.split(separator: "-").first.map(String.init) })
            #expect(found == packages, comment)
            try checkSignature(of: kind, comment)
        }
        let dangling = try Files.names(folder.path).filter { try Files.status(folder.path($0)) == nil }
        #expect(dangling == [], comment)
    }

    private func checkSignature(of kind: DatabaseKind, _ comment: Comment) throws {
        let found = kind == .db ? served.databaseSignature : served.filesSignature
        switch signatures {
        case .none: #expect(found == nil, comment)
        case .ours: #expect(found == "\(kind) signature \(number)", comment)
        case .stock:
            let result = try home.gpg("--verify", names.signaturePath(of: kind), names.path(of: kind))
            #expect(result.status == 0, comment)
        case .stale: break
        }
    }
}
