import Descriptors
import Glibc

/// What `.reposeal/publication.lock` says while a publication is under way, and after one that was killed or lost its power:
/// which process made it, and in which run of the machine.
struct PublicationRecord: Hashable {
    /// The process's id.
    let process: Int
    /// Which run of the machine the id is of (random(4), boot_id).
    let boot: String

    /// That of this process.
    static func own() throws(DescriptorError) -> PublicationRecord {
        let bytes = try DurableFile.read("/proc/sys/kernel/random/boot_id", limit: 64)
        return PublicationRecord(process: Int(getpid()), boot: String(decoding: bytes.dropLast(), as: UTF8.self))
    }

    /// The record in a file; nil if the file has none.
    init?(parsing untrustedBytes: [UInt8]) {
        let words = String(decoding: untrustedBytes, as: UTF8.self).dropLast().split(separator: " ")
        guard words.count == 2, let process = Int(words[0]) else { return nil }
        self.init(process: process, boot: String(words[1]))
    }

    private init(process: Int, boot: String) { (self.process, self.boot) = (process, boot) }

    /// The file's bytes.
    var bytes: [UInt8] { Array("\(process) \(boot)\n".utf8) }

    /// Whether the process may be there still: one of this run of the machine has its id, and is not this one.
    func isRunning(besides own: PublicationRecord) -> Bool {
        guard boot == own.boot, process != own.process, let id = Int32(exactly: process), id > 0 else { return false }
        return kill(id, 0) == 0 || errno != ESRCH
    }
}
