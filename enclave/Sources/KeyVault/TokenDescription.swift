/// Where a token has a key, and what a signer needs to reach it: the text of a `*.token` file.
///
/// Lines `NAME = VALUE`; empty lines, and lines that begin with `#`, say nothing.
public struct TokenDescription: Equatable, Sendable {
    static let maximumByteCount = 16 << 10
    private static let fields = [
        "engine", "module", "object", "pin", "file", "directory", "environment", "demonstration",
    ]

    /// The path of OpenSSL's engine for PKCS #11; Debian's if nothing else is said.
    public let engine: String
    /// The path of the token's own library.
    public let module: String
    /// The PKCS #11 URI of the private key (RFC 7512), without a PIN.
    public let object: String
    /// The file whose first line is the PIN: a path, or the name of a credential of systemd.
    public let pin: String
    /// Further files that the library reads.
    public let files: [String]
    /// Directories that the library reads and writes.
    public let directories: [String]
    /// Variables that the library looks at, as `NAME=VALUE`.
    public let environment: [String]
    /// Whether the key is for demonstrations and tests only.
    public let isDemonstration: Bool

    /// Reads a file's bytes; an error names the field.
    public init(parsing untrustedBytes: [UInt8]) throws(KeyVaultError) {
        guard untrustedBytes.count <= Self.maximumByteCount,
            let text = String(validating: untrustedBytes, as: UTF8.self)
        else { throw .tokenField("the file", expected: "UTF-8 text of at most \(Self.maximumByteCount) bytes") }
        var values: [String: [String]] = [:]
        for line in text.split(separator: "\n").map(Self.trimmed) where !line.isEmpty && !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else {
                throw .tokenField("a line", expected: "NAME = VALUE, not '\(Self.printable(line))'")
            }
            let name = Self.trimmed(line[..<equals])
            guard Self.fields.contains(name) else {
                throw .tokenField(
                    "a line", expected: "one of \(Self.fields.joined(separator: ", ")), not '\(Self.printable(name))'")
            }
            values[name, default: []].append(Self.trimmed(line[line.index(after: equals)...]))
        }
        engine = try Self.path("engine", values, otherwise: "/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so")
        module = try Self.path("module", values)
        object = try Self.single("object", values)
        guard Self.isWord(object), object.hasPrefix("pkcs11:"), !object.contains("pin-") else {
            throw .tokenField("object", expected: "a PKCS #11 URI without a PIN, such as pkcs11:token=T;object=O")
        }
        pin = try Self.single("pin", values)
        guard Self.isWord(pin), pin.hasPrefix("/") || !pin.contains("/") else {
            throw .tokenField("pin", expected: "an absolute path, or the name of a credential of systemd")
        }
        files = values["file"] ?? []
        directories = values["directory"] ?? []
        for (field, paths) in [("file", files), ("directory", directories)] {
            guard paths.allSatisfy(Self.isPath) else { throw .tokenField(field, expected: "an absolute path") }
        }
        guard directories.allSatisfy(Self.isOfItsOwn) else {
            throw .tokenField(
                "directory", expected: "one without '.' and '..', and neither the root nor one of the system's programs"
            )
        }
        environment = values["environment"] ?? []
        guard environment.allSatisfy(Self.isAssignment) else {
            throw .tokenField("environment", expected: "NAME=VALUE, the name of upper-case letters, digits and '_'")
        }
        let demonstration = try Self.single("demonstration", values, otherwise: "no")
        guard ["yes", "no"].contains(demonstration) else { throw .tokenField("demonstration", expected: "yes or no") }
        isDemonstration = demonstration == "yes"
    }

    private static func single(
        _ field: String, _ values: [String: [String]], otherwise: String? = nil
    ) throws(KeyVaultError) -> String {
        let found = values[field] ?? otherwise.map { [$0] } ?? []
        guard found.count == 1, let value = found.first, !value.isEmpty else {
            throw .tokenField(field, expected: "one line '\(field) = …'")
        }
        return value
    }

    private static func path(
        _ field: String, _ values: [String: [String]], otherwise: String? = nil
    ) throws(KeyVaultError) -> String {
        let value = try single(field, values, otherwise: otherwise)
        guard isPath(value) else { throw .tokenField(field, expected: "an absolute path") }
        return value
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let bytes = text.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        return String(decoding: Array(bytes), as: UTF8.self)
    }

    private static func isWord(_ text: String) -> Bool {
        (1...512).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21..<0x7f).contains($0) }
    }

    private static func isPath(_ text: String) -> Bool { text.hasPrefix("/") && isWord(text) }

    /// Whether a directory may be written by the token's library without it reaching what programs are made of.
    private static func isOfItsOwn(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        let systems = ["usr", "lib", "lib32", "lib64", "libx32", "bin", "sbin", "dev", "proc", "sys", "etc"]
        return parts.count > 1 && !parts.contains(".") && !parts.contains("..") && !systems.contains(String(parts[0]))
    }

    private static func isAssignment(_ text: String) -> Bool {
        let name = text.utf8.prefix { $0 != UInt8(ascii: "=") }
        let isName = !name.isEmpty && name.allSatisfy(Self.isNameByte)
        return isName && name.count < text.utf8.count && isWord(text)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func printable(_ text: String) -> String {
        String(decoding: text.utf8.prefix(40).filter { (0x20..<0x7f).contains($0) }, as: UTF8.self)
    }
}
