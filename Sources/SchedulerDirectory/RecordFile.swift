import FoundationEssentials
import Mirrors
import Publisher

/// Records of the directory: small JSON files that a person may read.
enum RecordFile {
    private static let maximumByteCount = 64 << 20

    /// Writes a record into its place.
    static func write(_ record: some Encodable, to path: String) throws(SchedulerDirectoryError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try durably { try DurableFile.write(Array(try encoder.encode(record)) + [UInt8(ascii: "\n")], to: path) }
    }

    /// Reads a record; nil if there is none.
    static func read<Record: Decodable>(
        _ type: Record.Type, from path: String
    ) throws(SchedulerDirectoryError) -> Record? {
        guard let bytes = try durably({ try DurableFile.readIfPresent(path, limit: maximumByteCount) }) else {
            return nil
        }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw .malformed(file: path, field: error.path ?? "record", expected: error.expectation)
        } catch {
            throw .malformed(file: path, field: "record", expected: "one JSON object")
        }
    }
}
