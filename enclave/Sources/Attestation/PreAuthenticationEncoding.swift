/// The bytes that a DSSE signature covers (DSSE 1.0.2, `protocol.md`).
public enum PreAuthenticationEncoding {
    /// `DSSEv1`, then the lengths in bytes and the contents of type and body, separated by single spaces.
    public static func bytes(payloadType: String, body: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(body.count) ".utf8) + body
    }
}
