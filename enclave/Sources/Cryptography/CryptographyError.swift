import COpenSSL

/// Why bytes are not what their type says, or why the library could not work.
public enum CryptographyError: Error, Equatable, CustomStringConvertible {
    /// A field does not have the form it must have.
    case malformed(field: String, expected: String)

    /// The bytes were not sealed under this key, nonce and associated data.
    case authenticationFailed

    /// OpenSSL could not do the operation; `code` is its own packed error code.
    case libraryFailure(operation: String, code: UInt)

    /// A sentence for people, without any content.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "the \(field) is not \(expected)"
        case .authenticationFailed: "the sealed bytes do not match their key, nonce and associated data"
        case .libraryFailure(let operation, let code): "OpenSSL could not \(operation) (error \(code))"
        }
    }

    /// The failure that OpenSSL reported last on this thread; its queue is empty afterwards.
    static func lastFailure(_ operation: String) -> CryptographyError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        return .libraryFailure(operation: operation, code: code)
    }
}
