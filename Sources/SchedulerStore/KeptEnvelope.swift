package import Attestation

/// An envelope with what it states, its signature not verified.
package struct KeptEnvelope: Hashable, Sendable {
    /// The envelope as it came.
    package let envelope: Envelope
    /// What it states.
    package let statement: Statement

    /// Takes both.
    package init(envelope: Envelope, statement: Statement) {
        self.envelope = envelope
        self.statement = statement
    }
}
