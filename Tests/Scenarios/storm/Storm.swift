import Foundation
import TestSupport

/// One random change after the other, most of them killed at a random moment, and what must be there after each.
struct Storm {
    private let repository: KilledRepository
    private let seed: UInt64
    private var random: SplitMix64
    private var content: KilledRepository.Content
    private var serial = 0
    /// How long a change took that nobody killed, by whether gpg had to sign it, in microseconds.
    private var duration: [Bool: Double] = [:]
    private var finished = 0
    private var finishedByStock = 0
    private var killedBefore = 0
    private var killedAfter = 0

    /// How many programs were killed.
    var kills: Int { killedBefore + killedAfter }

    /// What happened so far.
    var report: String {
        """
        seed \(seed): \(finished) changes finished, \(finishedByStock) by stock repo-add, \(killedBefore) killed before the switch and \(killedAfter) after it, \
        \(content.versions.count) packages
        """
    }

    /// Begins with some packages that stock repo-add put there.
    init(_ repository: KilledRepository, seed: UInt64) throws {
        self.repository = repository
        self.seed = seed
        random = SplitMix64(seed: seed)
        let packages = try (0..<20).map { try repository.package("p\($0)", "0-1") }
        guard try repository.run(["repo-add", repository.database] + packages) == .exited(0) else {
            throw TestSupportError("repo-add failed")
        }
        content = try repository.content()
    }

    /// Lets one change happen, or begin.
    mutating func strike() throws {
        serial += 1
        if Int.random(in: 0..<12, using: &random) == 0 { try strikeByStock() } else { try strikeByReposeal() }
        repository.removeLock()
    }

    /// Lets stock repo-add go on with what is there; it would leave a stale signature where it did not sign.
    private mutating func strikeByStock() throws {
        var after = content
        after.isSigned = content.isSigned || Bool.random(using: &random)
        let words = try addition(&after)
        let command = ["repo-add"] + (after.isSigned ? ["-s"] : []) + [repository.database] + words
        let ending = try repository.run(command)
        guard ending == .exited(0), try repository.content() == after else {
            throw TestSupportError("\(report): \(ending) of \(command)")
        }
        finishedByStock += 1
        content = after
    }

    private mutating func strikeByReposeal() throws {
        let signs = Int.random(in: 0..<6, using: &random) == 0
        var after = content
        after.isSigned = signs
        let options = signs ? ["--sign"] : ["--drop-signatures"]
        let words = try change(&after)
        let command =
            [KilledRepository.reposeal, "database", words[0]] + options + [repository.database] + words.dropFirst()
        let moment = moment(ofLast: duration[signs])
        let start = Date()
        let ending = try repository.run(command, killingIt: moment)
        if moment == nil { duration[signs] = Date().timeIntervalSince(start) * 1_000_000 }
        try judge(ending, after, command)
    }

    /// Half of the moments are spread over the time that the last such change took, half lie about the switch.
    private mutating func moment(ofLast duration: Double?) -> KilledRepository.Moment? {
        guard let duration, Int.random(in: 0..<6, using: &random) != 0 else { return nil }
        return Bool.random(using: &random)
            ? .afterStart(UInt32.random(in: 0...UInt32(duration * 1.2), using: &random))
            : .afterNewGeneration(UInt32.random(in: 0...8000, using: &random))
    }

    /// Thinks of packages to add or remove, and of what there is afterwards.
    private mutating func change(_ after: inout KilledRepository.Content) throws -> [String] {
        let names = randomNames()
        let present = names.filter { after.versions[$0] != nil }.sorted()
        if !present.isEmpty, after.versions.count > 10, Int.random(in: 0..<3, using: &random) == 0 {
            for name in present { after.versions[name] = nil }
            return ["remove"] + present
        }
        return ["add"] + (try addition(&after))
    }

    private mutating func addition(_ after: inout KilledRepository.Content) throws -> [String] {
        let names = randomNames()
        for name in names { after.versions[name] = "\(serial)-1" }
        return try names.sorted().map { try repository.package($0, "\(serial)-1") }
    }

    private mutating func randomNames() -> Set<String> {
        Set((0..<Int.random(in: 1...3, using: &random)).map { _ in "p\(Int.random(in: 0..<40, using: &random))" })
    }

    private mutating func judge(
        _ ending: KilledRepository.Ending, _ after: KilledRepository.Content, _ command: [String]
    ) throws {
        let found = try repository.content()
        switch ending {
        case .exited(0) where found == after: finished += 1
        case .killed where found == after: killedAfter += 1
        case .killed where found == content: killedBefore += 1
        default: throw TestSupportError("\(report): \(ending) of \(command) left \(found) after \(content)")
        }
        if case .exited = ending, case let leftovers = try repository.leftovers(), !leftovers.isEmpty {
            throw TestSupportError("\(report): \(command) left \(leftovers)")
        }
        content = found
    }
}
