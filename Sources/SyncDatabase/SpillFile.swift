import Descriptors
import Glibc

/// A file without a name that takes bytes at its end and gives them back from anywhere.
struct SpillFile: ~Copyable {
    private static let bufferSize = 1 << 20

    private let descriptor: Descriptor
    private var buffer: [UInt8] = []
    private var length = 0

    /// Makes the file where `TMPDIR` says, or in /tmp; nobody else can open it.
    init() throws(SyncDatabaseError) {
        do { descriptor = try Self.unnamed() } catch { throw .system(error) }
    }

    private static func unnamed() throws(DescriptorError) -> Descriptor {
        let directory = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? ""
        let name = String(UInt64.random(in: 0 ... .max), radix: 36)
        let path = "\(directory.isEmpty ? "/tmp" : directory)/reposeal-\(getpid())-\(name)"
        let descriptor = try Descriptor.creating(path)
        try FileSystem.remove(path)
        return descriptor
    }

    /// Adds bytes and says where they will lie.
    mutating func append(_ bytes: [UInt8]) throws(SyncDatabaseError) -> Range<Int> {
        buffer += bytes
        length += bytes.count
        if buffer.count >= Self.bufferSize { try flush() }
        return (length - bytes.count)..<length
    }

    /// Writes what is still in memory; needed before anything is read.
    mutating func flush() throws(SyncDatabaseError) {
        do { try descriptor.writeAll(buffer) } catch { throw .system(error) }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Gives the file away.
    consuming func takeDescriptor() -> Descriptor { descriptor }
}
