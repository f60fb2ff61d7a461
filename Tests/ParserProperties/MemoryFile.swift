import Descriptors

/// A file in memory with a path, for parsers that open their input themselves.
struct MemoryFile: ~Copyable {
    private let descriptor: Descriptor

    /// Makes a file of these bytes.
    init(_ bytes: [UInt8]) throws(BrokenRule) {
        do { descriptor = try Self.filled(with: bytes) } catch {
            throw BrokenRule(rule: "the machine can hold the input: \(error)")
        }
    }

    private static func filled(with bytes: [UInt8]) throws(DescriptorError) -> Descriptor {
        let descriptor = try Descriptor.memory(name: "input")
        try descriptor.writeAll(bytes)
        return descriptor
    }

    /// Where it can be opened while this value lives.
    var path: String { "/proc/self/fd/\(descriptor.number)" }
}
