public import Cryptography
import Descriptors
import Publisher

/// The records of one package's way, each under the name of its file.
///
/// What a record must be is said by its name or by a leaf of the log; nothing is believed because it is there.
public struct CustodyRecords: Hashable, Sendable {
    /// The folders that records lie in.
    private static let folders = ["buildinfo", "evidence", "jobs", "log", "policies", "signatures", "states"]
    /// As much as a job with a whole repository may have.
    private static let largestRecord = 1 << 30

    /// A line of sha256sum(1) for the package.
    package static let package = "SHA256SUMS"

    private var records: [String: [UInt8]] = [:]

    /// No records.
    public init() {}

    /// The bytes of a record; nil if there is none of that name.
    public subscript(name: String) -> [UInt8]? {
        get { records[name] }
        set { records[name] = newValue }
    }

    /// The names of all records, sorted.
    public var names: [String] { records.keys.sorted() }

    package static func buildInfo(_ digest: SHA256Digest) -> String { "buildinfo/\(digest)" }
    package static func evidence(_ digest: SHA256Digest) -> String { "evidence/\(digest).dsse.json" }
    package static func job(_ hash: SHA256Digest) -> String { "jobs/\(hash)" }
    package static func leaf(_ index: UInt64) -> String { "log/\(index).leaf" }
    package static func proof(_ index: UInt64) -> String { "log/\(index).tlog-proof" }
    package static func policy(_ version: UInt64) -> String { "policies/\(version).json" }
    package static func signature(_ digest: SHA256Digest) -> String { "signatures/\(digest).sig" }
    package static func state(_ digest: SHA256Digest) -> String { "states/\(digest)" }

    /// Takes records that came from elsewhere, whose names must be those of records: they become names of files.
    public init(untrusted records: [String: [UInt8]]) throws(CustodyError) {
        for name in records.keys where name != Self.package {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, Self.folders.contains(String(parts[0])), !parts[1].isEmpty,
                !parts[1].hasPrefix("."), parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
            else { throw .malformed(file: "records", expected: "names of records, not \(name.debugDescription)") }
        }
        self.records = records
    }

    /// Reads the records in a directory; other files in it are passed over.
    public init(reading directory: String) throws(CustodyError) {
        do throws(DescriptorError) {
            records[Self.package] = try DurableFile.readIfPresent("\(directory)/\(Self.package)", limit: 4096)
            for folder in Self.folders {
                for name in try DurableFile.names(in: "\(directory)/\(folder)") {
                    let path = "\(directory)/\(folder)/\(name)"
                    records["\(folder)/\(name)"] = try DurableFile.read(path, limit: Self.largestRecord)
                }
            }
        } catch {
            throw .system(error)
        }
        if records.isEmpty { throw .malformed(file: directory, expected: "a directory with records of custody") }
    }

    /// Writes the records into a directory that does not exist yet.
    public func write(to directory: String) throws(CustodyError) {
        guard !DurableFile.exists(directory) else {
            throw .malformed(file: directory, expected: "no file or directory of this name")
        }
        do throws(DescriptorError) {
            for name in names {
                let path = "\(directory)/\(name)"
                try DurableFile.makeDirectory(DurableFile.parent(of: path))
                try DurableFile.write(records[name] ?? [], to: path)
            }
        } catch {
            throw .system(error)
        }
    }

    /// The package that the records are of, as they say themselves.
    public var statedPackage: SHA256Digest? {
        guard let line = records[Self.package] else { return nil }
        return try? SHA256Digest(parsingHex: String(decoding: line.prefix(64), as: UTF8.self))
    }
}
