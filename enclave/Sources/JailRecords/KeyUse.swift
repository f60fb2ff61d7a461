/// The one thing that a key may sign (H13).
public enum KeyUse: UInt8, CaseIterable, Sendable {
    /// Digests of OpenPGP signatures over databases and packages.
    case openPGP = 1
    /// Checkpoints of the transparency log.
    case log = 2
    /// Answers of the enclave.
    case answer = 3
}
