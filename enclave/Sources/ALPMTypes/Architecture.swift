/// A CPU architecture as makepkg writes it, such as `x86_64`, or `any`.
public struct Architecture: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The architecture as written.
    public let text: String

    /// What a package that suits every architecture carries.
    public static let any = Architecture(checked: "any")

    private init(checked text: String) { self.text = text }

    /// Parses an architecture: 1 to 64 ASCII letters, digits and `_`.
    public init(parsing untrustedText: some StringProtocol) throws(ALPMError) {
        let bytes = untrustedText.utf8
        guard (1...64).contains(bytes.count), bytes.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "_") }) else {
            throw ALPMError(field: "architecture", expected: "1 to 64 ASCII letters, digits and _")
        }
        text = String(untrustedText)
    }

    /// Whether this is `any`.
    public var isAny: Bool { self == .any }

    /// Orders architectures by their bytes.
    public static func < (a: Architecture, b: Architecture) -> Bool {
        a.text < b.text
    }

    /// The architecture as written.
    public var description: String { text }
}
