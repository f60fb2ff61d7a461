import FoundationEssentials
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
            throw .malformed(file: path, field: error.field, expected: error.expected)
        } catch {
            throw .malformed(file: path, field: "record", expected: "one JSON object")
        }
    }
}

extension DecodingError {
    /// The field that a record lacks or that has another type, as a path.
    fileprivate var field: String {
        let (path, last): ([any CodingKey], String?) =
            switch self {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context.codingPath, nil)
            case .keyNotFound(let key, let context): (context.codingPath, key.stringValue)
            @unknown default: ([], nil)
            }
        let names = path.map(\.stringValue) + (last.map { [$0] } ?? [])
        return names.isEmpty ? "record" : names.joined(separator: ".")
    }

    fileprivate var expected: String {
        switch self {
        case .keyNotFound: "to be there"
        case .typeMismatch(let type, _), .valueNotFound(let type, _): "a value of the kind \(type)"
        case .dataCorrupted(let context): context.codingPath.isEmpty ? "one JSON object" : "a well-formed value"
        @unknown default: "a well-formed value"
        }
    }
}
