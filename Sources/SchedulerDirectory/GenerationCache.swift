import ALPMTypes
import EnclaveCore
import Publisher
import RepositoryDatabase
import SchedulerCore
import Synchronization

/// What was read or made of the last generations, so that each is read once: a generation never changes.
///
/// For each database that is what its `.db` says and the compressed bytes of both, whatever its packages install.
final class GenerationCache: Sendable {
    /// What is kept of one generation.
    private struct Kept {
        let serial: UInt64
        var dates: (signedAt: UInt64, expiresAt: UInt64)?
        var versions: [PackageName: Version]?
        var mirror: DatabaseMirror?
        var memory: MemoryRecord?
    }

    private let kept = Mutex<[DatabaseLocation: Kept]>([:])

    /// When a generation was signed and when its signatures expire, in Unix seconds.
    func dates(
        of location: DatabaseLocation, _ serial: UInt64, in generations: GenerationStore
    ) throws(SchedulerDirectoryError) -> (signedAt: UInt64, expiresAt: UInt64) {
        if let known = known(location, serial)?.dates { return known }
        let memory = try generations.memory(location.repository, location.architecture)
        let dates = (memory.signedAt, memory.expiresAt)
        note(location, serial) { $0.dates = dates }
        return dates
    }

    /// The version of every package of a generation.
    func versions(
        of location: DatabaseLocation, _ serial: UInt64, in generations: GenerationStore
    ) throws(SchedulerDirectoryError) -> [PackageName: Version] {
        let kept = known(location, serial)
        if let known = kept?.versions { return known }
        let versions: [PackageName: Version]
        if let entries = kept?.mirror?.entries.entries {
            versions = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.description.version) })
        } else {
            versions = try generations.versions(location.repository, location.architecture)
        }
        note(location, serial) { $0.versions = versions }
        return versions
    }

    /// The mirror of a generation, if it is kept.
    func mirror(of location: DatabaseLocation, _ serial: UInt64) -> DatabaseMirror? { known(location, serial)?.mirror }

    /// The memory of a generation, if it is kept.
    func memory(of location: DatabaseLocation, _ serial: UInt64) -> MemoryRecord? { known(location, serial)?.memory }

    /// Keeps the mirror of a generation, unless that holds every file list.
    func keep(_ mirror: DatabaseMirror) {
        guard mirror.isEncoded else { return }
        note(mirror.location, mirror.serial) { $0.mirror = mirror }
    }

    /// Keeps the memory of a generation.
    func keep(_ memory: MemoryRecord, of location: DatabaseLocation, _ serial: UInt64) {
        note(location, serial) { $0.memory = memory }
    }

    private func known(_ location: DatabaseLocation, _ serial: UInt64) -> Kept? {
        kept.withLock { kept in kept[location].flatMap { $0.serial == serial ? $0 : nil } }
    }

    private func note(_ location: DatabaseLocation, _ serial: UInt64, _ change: (inout Kept) -> Void) {
        kept.withLock { kept in
            // Whoever read the serial before the last job was answered has nothing to say of what came after it.
            if let newer = kept[location], newer.serial > serial { return }
            var now = kept[location].flatMap { $0.serial == serial ? $0 : nil } ?? Kept(serial: serial)
            change(&now)
            kept[location] = now
        }
    }
}
