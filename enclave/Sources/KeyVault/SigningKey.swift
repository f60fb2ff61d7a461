public import Descriptors
public import JailRecords

/// A key that signers sign with: which it is, what it may sign, and what the signer of a job gets of it.
public protocol SigningKey: AnyObject {
    /// Which key this is.
    var selector: KeySelector { get }
    /// The one thing that it may sign.
    var use: KeyUse { get }
    /// Whether it is for demonstrations and tests only.
    var isDemonstration: Bool { get }

    /// Writes the record that a signer needs into a file in memory that this one signer has, and seals it.
    func write(to memory: borrowing Descriptor) throws(DescriptorError)
}

extension UnsealedKey: SigningKey {}
