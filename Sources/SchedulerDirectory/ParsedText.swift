import ALPMTypes
import Cryptography
import Refusals

/// A value that records keep as the text it parses from.
protocol RecordText {
    /// What the text must be, for messages.
    static var expectation: String { get }
    /// Parses the text.
    init?(recordText: String)
    /// The text.
    var recordText: String { get }
}

/// Keeps a parsed value in a record as its text.
@propertyWrapper
struct AsText<Value: RecordText & Hashable & Sendable>: Codable, Hashable, Sendable {
    var wrappedValue: Value

    init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Value(recordText: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: Value.expectation)
        }
        wrappedValue = value
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue.recordText)
    }
}

extension SHA256Digest: RecordText {
    static var expectation: String { "64 lower-case hexadecimal digits" }
    init?(recordText: String) {
        guard let value = try? SHA256Digest(parsingHex: recordText) else { return nil }
        self = value
    }
    var recordText: String { hex }
}

extension PackageFileName: RecordText {
    static var expectation: String { "a package file name" }
    init?(recordText: String) {
        guard let value = try? PackageFileName(parsing: recordText) else { return nil }
        self = value
    }
    var recordText: String { text }
}

extension PackageName: RecordText {
    static var expectation: String { "a package name" }
    init?(recordText: String) {
        guard let value = try? PackageName(parsing: recordText) else { return nil }
        self = value
    }
    var recordText: String { text }
}

extension Version: RecordText {
    static var expectation: String { "a version" }
    init?(recordText: String) {
        guard let value = try? Version(parsing: recordText) else { return nil }
        self = value
    }
    var recordText: String { text }
}

extension Architecture: RecordText {
    static var expectation: String { "an architecture" }
    init?(recordText: String) {
        guard let value = try? Architecture(parsing: recordText) else { return nil }
        self = value
    }
    var recordText: String { text }
}

extension RepositoryName: RecordText {
    static var expectation: String { "a repository name" }
    init?(recordText: String) {
        guard let value = try? RepositoryName(parsing: recordText) else { return nil }
        self = value
    }
    var recordText: String { text }
}
