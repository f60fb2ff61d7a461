public import ByteCoding
import OpenPGPFormat

/// What the monitor asks a verifier about a document that it sends while it still has it signed (kind 5): a certificate,
/// and then to the end of the stream a signed message, which goes to gpg as it comes.
public enum SignedMessageRequest {
    /// The number of the kind, which the response repeats.
    public static let kind: UInt8 = 5
    /// The bytes of the kind and of the certificate's length.
    public static let headerByteCount = 5

    /// What stands before the message.
    public static func beginning(certificate: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.integer(kind)
        writer.counted(certificate)
        return writer.bytes
    }

    /// The length of the certificate that follows a header; nil after the first bytes of another request.
    public static func certificateByteCount(
        afterHeader untrustedHeader: [UInt8]
    ) throws(ByteCodingError) -> Int? {
        var reader = ByteReader(untrusted: untrustedHeader)
        guard try reader.integer("kind", as: UInt8.self) == kind else { return nil }
        let count = try reader.integer("certificate", as: UInt32.self)
        guard count <= Certificate.maximumByteCount else {
            throw .tooLarge(field: "certificate", limit: UInt64(Certificate.maximumByteCount))
        }
        return Int(count)
    }
}
