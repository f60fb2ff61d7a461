/// Says which text was refused and what it should have been.
public struct ALPMError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name of the refused thing, such as `package name`.
    public let field: String
    /// What the text had to be, worded to complete "is not …".
    public let expected: String

    /// One clause such as "package name is not …", without the refused text itself.
    public var description: String { "\(field) is not \(expected)" }
}
