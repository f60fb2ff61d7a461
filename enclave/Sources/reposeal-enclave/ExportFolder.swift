import Attestation
import Cryptography
import Descriptors
import Glibc

/// The files of an export: `manifest` lists all others in the form of sha256sum(1).
struct ExportFolder {
    static let manifestName = "manifest"

    let path: String
    private var digests: [(name: String, digest: SHA256Digest)] = []
    private var folders: Set<String> = []

    /// Makes the folder, which must not exist.
    init(creating path: String) throws {
        self.path = path
        try Self.makeFolder(path)
    }

    /// Writes a file, and the folders above it.
    mutating func write(_ name: String, _ bytes: [UInt8]) throws {
        let parts = name.split(separator: "/").dropLast()
        for count in parts.indices {
            let folder = parts[...count].joined(separator: "/")
            if folders.insert(folder).inserted { try Self.makeFolder("\(path)/\(folder)") }
        }
        let file = try Descriptor.creating("\(path)/\(name)")
        try file.writeAll(bytes)
        try file.synchronize()
        digests.append((name, SHA256.digest(of: bytes)))
    }

    /// Writes values, one a line.
    mutating func write(_ name: String, lines: [[String: JSONValue]]) throws {
        try write(name, lines.flatMap { CanonicalJSON.encode(.object($0)) + [UInt8(ascii: "\n")] })
    }

    /// Lists a file that was written by something else.
    mutating func list(_ name: String, _ digest: SHA256Digest) { digests.append((name, digest)) }

    /// Writes the manifest, without which an export is not whole.
    mutating func finish() throws {
        try write(Self.manifestName, digests.flatMap { Array("\($0.digest)  \($0.name)\n".utf8) })
        try FileSystem.synchronizeDirectory(path)
    }

    private static func makeFolder(_ path: String) throws {
        guard unsafe mkdir(path, 0o700) == 0 else {
            throw MonitorError.file(path, "cannot be made: \(unsafe String(cString: strerror(errno)))")
        }
    }
}

/// The files of an export as they are read back, each with the digest that the manifest gives it.
struct UntrustedExport {
    let path: String
    private let names: [String: SHA256Digest]

    /// Reads the manifest and compares every file with it.
    init(reading path: String) throws {
        self.path = path
        var names: [String: SHA256Digest] = [:]
        for line in Self.lines(try Self.read("\(path)/\(ExportFolder.manifestName)")) {
            let text = String(decoding: line, as: UTF8.self)
            let name = String(text.dropFirst(66))
            guard let digest = try? SHA256Digest(parsingHex: String(text.prefix(64))),
                text.dropFirst(64).hasPrefix("  "),
                !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..")
            else { throw MonitorError.file("\(path)/manifest", "expected lines of sha256sum within the export") }
            guard SHA256.digest(of: try Self.read("\(path)/\(name)")) == digest else {
                throw MonitorError.file("\(path)/\(name)", "expected the bytes whose digest the manifest gives")
            }
            names[name] = digest
        }
        self.names = names
    }

    /// The bytes of a file that the manifest lists.
    func bytes(_ name: String) throws -> [UInt8] {
        guard let digest = names[name] else {
            throw MonitorError.file("\(path)/manifest", "expected a line for \(name)")
        }
        let bytes = try Self.read("\(path)/\(name)")
        guard SHA256.digest(of: bytes) == digest else {
            throw MonitorError.file("\(path)/\(name)", "expected a file that does not change meanwhile")
        }
        return bytes
    }

    /// The files that the manifest lists in a folder of it, by their names there.
    func names(in folder: String) -> [String] {
        names.keys.filter { $0.hasPrefix("\(folder)/") }.map { String($0.dropFirst(folder.utf8.count + 1)) }.sorted()
    }

    /// The lines of a file that the manifest lists.
    func lines(_ name: String) throws -> [[UInt8]] { Self.lines(try bytes(name)) }

    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try Descriptor.reading(path).readToEnd(limit: 1 << 30)
    }
}
