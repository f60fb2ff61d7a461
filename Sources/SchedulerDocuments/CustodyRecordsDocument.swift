import Cryptography
public import Custody

/// The records of a package's way, as the API has them.
public struct CustodyRecordsDocument: Codable, Hashable, Sendable {
    /// The bytes of each record in Base64, by the record's name.
    public let records: [String: String]

    /// The document of records.
    public init(_ records: CustodyRecords) {
        self.records = Dictionary(
            uniqueKeysWithValues: records.names.map { ($0, Base64.encode(records[$0] ?? [])) })
    }

    /// The records; a name that no record has, or what is no Base64, is an error.
    public func decoded() throws -> CustodyRecords {
        try CustodyRecords(untrusted: records.mapValues { try Base64.decode($0) })
    }
}
