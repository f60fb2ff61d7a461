import Cryptography
import Glibc

/// A detached signature of a package that `%PGPSIG%` can carry: binary and at most 16384 bytes, as repo-add demands.
///
/// Whether it is a good signature is nobody's claim here.
public struct PackageSignature: Equatable, Sendable {
    /// The largest signature that repo-add embeds and libalpm reads, in bytes.
    public static let maximumSize = 16384

    /// The bytes of the signature file.
    public let bytes: [UInt8]

    /// Takes a signature file's bytes; `file` names it in errors.
    public init(parsing untrustedBytes: [UInt8], of file: String) throws(PackageArchiveError) {
        guard !untrustedBytes.containsArmor else {
            throw .refused(file: file, expected: "a binary signature, not an armored one")
        }
        guard untrustedBytes.count <= Self.maximumSize else {
            throw .refused(file: file, expected: "a signature of at most \(Self.maximumSize) bytes")
        }
        bytes = untrustedBytes
    }

    /// Reads `PACKAGE.sig` beside a package; nil if there is no such file.
    public static func beside(packageAt path: String) throws(PackageArchiveError) -> PackageSignature? {
        let name = PackageArchive.baseName(of: path) + ".sig"
        do throws(PackageArchiveError) {
            let file = try PackageFile(path: path + ".sig", name: name)
            // One buffer holds more than any signature may have.
            return try PackageSignature(parsing: file.readBuffer(), of: name)
        } catch {
            if case .system(_, name, ENOENT) = error { return nil }
            throw error
        }
    }

    /// The value of `%PGPSIG%`.
    var text: String { Base64.encode(bytes) }
}

extension [UInt8] {
    /// Whether repo-add would find the beginning of an armored signature somewhere in it.
    fileprivate var containsArmor: Bool {
        let mark = Array("BEGIN PGP SIGNATURE".utf8)
        return indices.contains { self[$0] == mark[0] && self[$0...].starts(with: mark) }
    }
}
