import Cryptography
import EvidenceSigning
import OpenPGPFormat

/// A file with one OpenPGP certificate, as `gpg --export` writes it with or without `--armor`.
enum CertificateFile {
    private static let begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    private static let end = "-----END PGP PUBLIC KEY BLOCK-----"

    static func read(_ path: String) throws -> Certificate {
        let bytes = try WholeFile.read(path)
        do throws(OpenPGPError) {
            do throws(OpenPGPError) {
                return try Certificate(parsing: bytes)
            } catch .armored {
                return try Certificate(parsing: dearmored(bytes))
            }
        } catch {
            throw FileProblem(file: path, reason: "expected an OpenPGP certificate: \(error)")
        }
    }

    /// The packets in armor (RFC 4880 section 6.2).
    ///
    /// Its checksum is left out, because the packets carry signatures.
    private static func dearmored(_ untrustedText: [UInt8]) throws(OpenPGPError) -> [UInt8] {
        let lines = String(decoding: untrustedText, as: UTF8.self).split(omittingEmptySubsequences: false) {
            $0.isNewline
        }
        let block = lines.drop { $0 != begin }.dropFirst()
        let body = block.drop { !$0.isEmpty }.prefix { $0 != end && !$0.hasPrefix("=") }
        do throws(CryptographyError) {
            return try Base64.decode(body.joined())
        } catch {
            throw .malformed(field: "armor", expected: "one block of base64 with a public key")
        }
    }
}
