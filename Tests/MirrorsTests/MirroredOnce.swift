import Foundation
import Mirrors
import PublishingSamples
import TestSupport
import Testing

/// Mirrors that all tests of a suite take copies of; keys, signatures and transfers take most of a test's time.
struct MirroredOnce: SuiteTrait, TestScoping {
    /// What is there.
    struct World: Sendable {
        let mirrored: MirroredRepository
        /// When `folder` was copied to, in Unix seconds.
        let now: UInt64

        /// Makes the mirrors `folder`, which shows what is published, of serial 2, and `earlier`, which shows serial 1.
        ///
        /// Beside what is published there is what was published before, and what was never published but has serial 2 as well.
        init() async throws {
            let mirrored = try MirroredRepository()
            self.mirrored = mirrored
            let published = mirrored.repository.mirror
            try mirrored.publish(["a"], serial: 2)
            try FileManager.default.moveItem(atPath: published, toPath: "\(published).sameSerial")
            try mirrored.publish(["a"], serial: 1)
            try Tool("cp", "-a", published, "\(published).ahead").run().expectSuccess()
            try await Self.synchronize("earlier", of: mirrored, at: mirrored.now)
            try mirrored.publish(["a", "b"], serial: 2)
            now = mirrored.now
            try await Self.synchronize("folder", of: mirrored, at: now)
        }

        private static func synchronize(_ name: String, of mirrored: MirroredRepository, at now: UInt64) async throws {
            let report = try await mirrored.sync(mirrored.configuration([mirrored.folderMirror(name)]), now: now)
            guard report.isComplete else { throw TestSupportError("\(report)") }
        }

        /// Copies a mirror's folder with its links.
        func copy(of mirror: String, as name: String) throws {
            try Tool("cp", "-a", mirrored.path(mirror), mirrored.path(name)).run().expectSuccess()
        }

        /// The published directory that a mirror is compared with.
        func published(_ damage: MirrorCheckTests.Damage) -> String {
            let other = "\(mirrored.repository.mirror).\(damage)"
            return FileManager.default.fileExists(atPath: other) ? other : mirrored.repository.mirror
        }
    }

    @TaskLocal static var world: World?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Self.$world.withValue(World()) { try await function() }
    }
}

extension Trait where Self == MirroredOnce {
    static var mirroredOnce: Self { Self() }
}
