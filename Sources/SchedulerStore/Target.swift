package import ALPMTypes
package import Cryptography
import GRDB

/// One package for one repository, or one removal: what has a state of its own.
package struct Target: Hashable, Sendable {
    /// Whether the package is to enter or to leave.
    package enum Kind: String, Sendable {
        /// A package to be added.
        case package
        /// A package to be removed.
        case removal
    }

    /// Rises in the order in which targets came to be, and stays.
    package let id: Int64
    /// Whether it enters or leaves.
    package let kind: Kind
    /// The package's name.
    package let name: PackageName
    /// Its version.
    package let version: Version
    /// Its own architecture, or for a removal that of the database.
    package let architecture: Architecture
    /// The SHA-256 of the package.
    package let sha256: SHA256Digest
    /// The repository; nil while no evidence names one.
    package let repository: RepositoryName?
    /// Where it stands.
    package var record: StateRecord
}

extension Target {
    init(_ row: Row) throws {
        let repository: String? = try row.decode(forColumn: "repository")
        id = try row.decode(forColumn: "id")
        kind = try row.decode(String?.self, forColumn: "removal") == nil ? .package : .removal
        name = try row.parsed("name")
        version = try row.parsed("version")
        architecture = try row.parsed("architecture")
        sha256 = try row.parsed("sha256")
        self.repository = try repository == nil ? nil : row.parsed("repository")
        record = try StateRecord(row)
    }
}

extension Row {
    /// The value of a column of text that must parse.
    func parsed<Value: RecordText>(_ column: String) throws -> Value {
        guard let value = Value(recordText: try decode(String.self, forColumn: column)) else {
            throw MalformedColumn(column: column, expected: Value.expectation)
        }
        return value
    }

    /// The value of a column that holds no negative number.
    func natural(_ column: String) throws -> UInt64 {
        guard let value = try UInt64(exactly: decode(Int64.self, forColumn: column)) else {
            throw MalformedColumn(column: column, expected: "a number that is not negative")
        }
        return value
    }
}
