public import ALPMTypes

/// Why bytes are no entry or database of the canonical form, or why no database can be made.
public enum RepositoryDatabaseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A field does not have the form it must have.
    case malformed(field: String, expected: String)

    /// Two entries carry the same package name.
    case nameTwice(PackageName)

    /// The database would exceed what pacman downloads, or what a reader keeps in memory; the limit is in bytes.
    case databaseTooLarge(limit: Int)

    /// The content is canonical, but this zlib compresses it to other bytes than those given.
    case compressedByAnotherCodec

    /// zlib could not work; `code` is its own return value.
    case codecFailure(code: Int32)

    /// One clause for people, without any content.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "\(field) is not \(expected)"
        case .nameTwice(let name): "two entries carry the package name \(name)"
        case .databaseTooLarge(let limit): "the database exceeds \(limit) bytes"
        case .compressedByAnotherCodec:
            "the content is canonical but was compressed by another codec than zlib \(Codec.libraryVersion) (\(Codec.identifier))"
        case .codecFailure(let code): "zlib failed with code \(code)"
        }
    }
}
