import Descriptors
import Foundation
import TestSupport
import Testing

@testable import SyncDatabase

@Suite struct CopyTests {
    @Test("a range is copied whole, also to a file for which the kernel refuses sendfile", arguments: [0, O_APPEND])
    func copy(flags: CInt) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let bytes = (0..<(5 << 18)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let folder = try TemporaryDirectory()
        let source = try Descriptor.opening(folder.write("source", bytes), flags: O_RDONLY)
        let output = try Descriptor.opening(folder.write("output", [1, 2]), flags: O_WRONLY | flags)
        try output.writeAll([1, 2])
        // sendfile(2) gives EINVAL for a file opened with O_APPEND.
        try source.copy(3..<(bytes.count - 5), to: output)
        let expected = (flags == O_APPEND ? [1, 2] : []) + [1, 2] + bytes[3..<(bytes.count - 5)]
        #expect(try Data(contentsOf: URL(filePath: folder.path("output"))) == Data(expected), "seed \(seed)")
    }
}
