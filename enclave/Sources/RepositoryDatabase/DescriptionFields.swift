import ALPMTypes
import Cryptography

/// Lines of a `desc` entry on their way to typed values.
struct DescriptionFields {
    let values: DescriptionGrammar.Values

    func list(_ field: DescriptionField) -> [String] { values[field] ?? [] }

    func optional(_ field: DescriptionField) -> String? { values[field]?.first }

    func required(_ field: DescriptionField) throws(RepositoryDatabaseError) -> String {
        guard let value = optional(field) else { throw .malformed(field: field.rawValue, expected: "present") }
        return value
    }

    func number(_ field: DescriptionField) throws(RepositoryDatabaseError) -> UInt64 {
        let text = try required(field)
        guard let number = UInt64(text), String(number) == text else {
            throw .malformed(field: field.rawValue, expected: "a decimal number below 2^64 without leading zeros")
        }
        return number
    }

    func digest() throws(RepositoryDatabaseError) -> SHA256Digest {
        let untrustedHex = try required(.sha256)
        do { return try SHA256Digest(parsingHex: untrustedHex) } catch {
            throw .malformed(field: DescriptionField.sha256.rawValue, expected: "64 lower-case hexadecimal digits")
        }
    }

    func directoryName() throws(RepositoryDatabaseError) -> DirectoryName {
        let (untrustedName, untrustedVersion) = (try required(.name), try required(.version))
        let name = try parse(.name) { () throws(ALPMError) in try PackageName(parsing: untrustedName) }
        let version = try parse(.version) { () throws(ALPMError) in try Version(parsing: untrustedVersion) }
        return try parse(.name) { () throws(ALPMError) in try DirectoryName(name: name, version: version) }
    }

    func base() throws(RepositoryDatabaseError) -> PackageName? {
        guard let untrustedBase = optional(.base) else { return nil }
        return try parse(.base) { () throws(ALPMError) in try PackageName(parsing: untrustedBase) }
    }

    /// The file name, which says again what the name, version and architecture say.
    func fileName(of directory: DirectoryName) throws(RepositoryDatabaseError) -> PackageFileName {
        let (untrustedFileName, untrustedArchitecture) = (try required(.fileName), try required(.architecture))
        let architecture = try parse(.architecture) { () throws(ALPMError) in
            try Architecture(parsing: untrustedArchitecture)
        }
        let fileName = try parse(.fileName) { () throws(ALPMError) in try PackageFileName(parsing: untrustedFileName) }
        guard fileName.name == directory.name, fileName.version == directory.version,
            fileName.architecture == architecture
        else {
            throw .malformed(
                field: DescriptionField.fileName.rawValue, expected: "made of the entry's NAME, VERSION and ARCH")
        }
        return fileName
    }

    private func parse<Value>(
        _ field: DescriptionField, _ body: () throws(ALPMError) -> Value
    ) throws(RepositoryDatabaseError) -> Value {
        do { return try body() } catch { throw .malformed(field: field.rawValue, expected: error.expected) }
    }
}
