import Cryptography

extension SignatureTemplate {
    /// What stands before a document in a one-pass signed message (RFC 4880 section 11.3), in which gpg checks a signature
    /// while the document comes; after the document comes `packet(digest:rawSignature:)`.
    ///
    /// Such a signature is over the same bytes as a detached one (section 5.2.4): only the frame differs. It is a one-pass
    /// packet (section 5.4) and the header of a literal packet (section 5.9).
    public func messageBeginning(documentByteCount: UInt32) -> [UInt8] {
        let announced =
            [3, SignatureKind.binaryDocument, HashAlgorithm.sha256Number, keyAlgorithm.rawValue] + issuer.keyID + [1]
        // Binary, without a file name or a date.
        let literal: [UInt8] = [UInt8(ascii: "b"), 0, 0, 0, 0, 0]
        return Packet(tag: Packet.Tag.onePassSignature, body: announced).bytes
            + [0x80 | Packet.Tag.literalData << 2 | 2] + bigEndian(UInt32(literal.count) + documentByteCount) + literal
    }
}
