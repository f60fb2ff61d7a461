import EvidenceSigning
import Foundation
import TestSupport
import Testing

@Suite("Files that appear whole or not at all")
struct WholeFileTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("what was written is read back")
    func roundTrip() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        try WholeFile.write(bytes, to: folder.path("file"))
        #expect(try WholeFile.read(folder.path("file")) == bytes)
    }

    @Test("a file that is there stays as it is, and no draft is left")
    func refusesToReplace() throws {
        let path = folder.path("file")
        try WholeFile.write([1], to: path)
        #expect(throws: EvidenceSigningError.alreadyThere(file: path)) { try WholeFile.write([2], to: path) }
        #expect(try WholeFile.read(path) == [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }

    @Test("a dangling link counts as a file that is there")
    func refusesToFollowALink() throws {
        let path = folder.path("file")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder.path("elsewhere"))
        #expect(throws: EvidenceSigningError.alreadyThere(file: path)) { try WholeFile.write([2], to: path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }

    @Test("a file is replaced when that is asked for, and a link is replaced rather than followed")
    func replaces() throws {
        try WholeFile.write([1], to: folder.path("target"))
        let path = folder.path("file")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder.path("target"))
        try WholeFile.write([2], to: path, replacing: true)
        #expect(try WholeFile.read(path) == [2])
        #expect(try WholeFile.read(folder.path("target")) == [1])
    }

    @Test("a file beyond the limit is refused")
    func refusesLargeFiles() throws {
        try WholeFile.write([1, 2, 3], to: folder.path("file"))
        #expect(try WholeFile.read(folder.path("file"), maximumByteCount: 3).count == 3)
        #expect(throws: EvidenceSigningError.self) { try WholeFile.read(folder.path("file"), maximumByteCount: 2) }
    }

    @Test("a missing file and a folder are told apart from a file")
    func namesWhatFailed() {
        for path in [folder.path("missing"), folder.path] {
            #expect { try WholeFile.read(path) } throws: { "\($0)".hasPrefix("\(path): cannot ") }
        }
    }
}
