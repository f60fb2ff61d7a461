import Foundation
import Synchronization
import TestSupport
import Testing

/// The real program, killed at any moment again and again, while somebody reads.
@Suite("Crash storm")
struct CrashStormTests {
    /// How long it lasts: `make crash-storm SECONDS=3600` for an hour.
    static let seconds = ProcessInfo.processInfo.environment["REPOSEAL_STORM_SECONDS"].flatMap(Double.init) ?? 4

    @Test("a reader sees the old pair or the new pair, and nothing that was accepted is lost")
    func storm() async throws {
        let repository = try KilledRepository()
        let reader = StormReader(repository)
        let reading = Background { try reader.readUntilStopped() }
        var storm = try Storm(repository, seed: UInt64.random(in: 0...UInt64.max))
        let end = Date(timeIntervalSinceNow: Self.seconds)
        let failure = Result { while Date() < end { try storm.strike() } }
        reader.stop()
        let pairs = try await reading.value
        print("crash storm: \(storm.report), \(pairs) pairs read")
        try failure.get()
        #expect(storm.kills > 0 && pairs > 0)
    }
}

/// Reads pairs of databases as long as others change them.
final class StormReader: Sendable {
    private let repository: KilledRepository
    private let isStopped = Mutex(false)

    init(_ repository: KilledRepository) { self.repository = repository }

    func stop() { isStopped.withLock { $0 = true } }

    /// Reads until `stop` is called, and says how many pairs it saw; throws if one did not fit together.
    func readUntilStopped() throws -> Int {
        var pairs = 0
        while !isStopped.withLock({ $0 }) {
            guard let generation = generation() else { continue }
            let place = "\(repository.store)/\(generation)"
            do {
                _ = try KilledRepository.content(
                    ofDatabase: "\(place)/extra.db.tar.gz", files: "\(place)/extra.files.tar.gz", repository.home)
                pairs += 1
            } catch {
                // A generation goes when two newer ones have come; as long as it is the current one it is whole.
                if self.generation() == generation { throw error }
            }
        }
        return pairs
    }

    private func generation() -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "\(repository.store)/current")
    }
}
