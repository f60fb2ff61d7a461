package import ALPMTypes
package import Cryptography

/// A value that records keep as the text it parses from.
package protocol RecordText {
    /// What the text must be, for messages.
    static var expectation: String { get }
    /// Parses the text.
    init?(recordText: String)
    /// The text.
    var recordText: String { get }
}

/// Keeps a parsed value in a record as its text.
@propertyWrapper
package struct AsText<Value: RecordText & Hashable & Sendable>: Codable, Hashable, Sendable {
    /// The parsed value.
    package var wrappedValue: Value

    /// Takes a parsed value.
    package init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

    /// Parses the text; throws what says where it is malformed.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Value(recordText: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: Value.expectation)
        }
        wrappedValue = value
    }

    /// Writes the text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue.recordText)
    }
}

extension SHA256Digest: RecordText {
    /// What the text must be.
    package static var expectation: String { "64 lower-case hexadecimal digits" }
    /// Parses the text.
    package init?(recordText: String) {
        guard let value = try? SHA256Digest(parsingHex: recordText) else { return nil }
        self = value
    }
    /// The text.
    package var recordText: String { hex }
}

extension PackageFileName: RecordText {
    /// What the text must be.
    package static var expectation: String { "a package file name" }
    /// Parses the text.
    package init?(recordText: String) {
        guard let value = try? PackageFileName(parsing: recordText) else { return nil }
        self = value
    }
    /// The text.
    package var recordText: String { text }
}

extension PackageName: RecordText {
    /// What the text must be.
    package static var expectation: String { "a package name" }
    /// Parses the text.
    package init?(recordText: String) {
        guard let value = try? PackageName(parsing: recordText) else { return nil }
        self = value
    }
    /// The text.
    package var recordText: String { text }
}

extension Version: RecordText {
    /// What the text must be.
    package static var expectation: String { "a version" }
    /// Parses the text.
    package init?(recordText: String) {
        guard let value = try? Version(parsing: recordText) else { return nil }
        self = value
    }
    /// The text.
    package var recordText: String { text }
}

extension Architecture: RecordText {
    /// What the text must be.
    package static var expectation: String { "an architecture" }
    /// Parses the text.
    package init?(recordText: String) {
        guard let value = try? Architecture(parsing: recordText) else { return nil }
        self = value
    }
    /// The text.
    package var recordText: String { text }
}

extension RepositoryName: RecordText {
    /// What the text must be.
    package static var expectation: String { "a repository name" }
    /// Parses the text.
    package init?(recordText: String) {
        guard let value = try? RepositoryName(parsing: recordText) else { return nil }
        self = value
    }
    /// The text.
    package var recordText: String { text }
}
