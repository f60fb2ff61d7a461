import Attestation

/// The fixed text that a key signs to show that it works; it is no archive and no other payload (H13).
public enum SelfTest {
    /// The bytes that the signature covers.
    public static let signedBytes = PreAuthenticationEncoding.bytes(
        payloadType: "application/vnd.reposeal.self-test.v1", body: Array("reposeal self-test v1\n".utf8))
}
