/// Why bytes are not the OpenPGP structure that they should be.
public enum OpenPGPError: Error, Equatable, CustomStringConvertible {
    /// A field does not have the form it must have.
    case malformed(field: String, expected: String)

    /// A field is well formed but names something that is not accepted here.
    case unsupported(field: String, value: String)

    /// Armored text stands where binary packets must.
    case armored

    /// A sentence for people, without any content.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "the \(field) is not \(expected)"
        case .unsupported(let field, let value): "the \(field) is \(value), which is not accepted"
        case .armored: "the OpenPGP data is armored text; convert it to binary with `gpg --dearmor`"
        }
    }
}
