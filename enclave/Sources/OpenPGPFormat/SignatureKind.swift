import Cryptography

/// The signature types that matter here (RFC 4880 section 5.2.1).
enum SignatureKind {
    static let binaryDocument: UInt8 = 0x00
    static let certifications: ClosedRange<UInt8> = 0x10...0x13
    static let positiveCertification: UInt8 = 0x13
    static let subkeyBinding: UInt8 = 0x18
    static let primaryKeyBinding: UInt8 = 0x19
    static let directKey: UInt8 = 0x1F
    static let keyRevocation: UInt8 = 0x20
    static let subkeyRevocation: UInt8 = 0x28
}

extension HashAlgorithm {
    /// The hash function of an OpenPGP number; those weaker than SHA-256 are refused (RFC 4880 section 9.4).
    init(openPGPNumber number: UInt8) throws(OpenPGPError) {
        switch number {
        case 8: self = .sha256
        case 9: self = .sha384
        case 10: self = .sha512
        default: throw .unsupported(field: "hash algorithm", value: "number \(number)")
        }
    }

    static let sha256Number: UInt8 = 8
}

/// What follows the content in the hash: the hashed part of the signature, and its length (RFC 4880 section 5.2.4).
func signatureTrailer(ofHashedPart hashedPart: [UInt8]) -> [UInt8] {
    hashedPart + [4, 0xFF] + bigEndian(UInt32(truncatingIfNeeded: hashedPart.count))
}
