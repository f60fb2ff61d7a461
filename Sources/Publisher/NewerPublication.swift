public import ALPMTypes
import Descriptors
import OpenPGPFormat

/// A database that clients have with a higher serial than the one that was about to replace it.
public struct NewerPublication: Hashable, Sendable, CustomStringConvertible {
    /// The code of this refusal, which stays the same.
    public static let code = "publishedIsNewer"

    /// The repository.
    public let repository: RepositoryName
    /// The architecture.
    public let architecture: Architecture
    /// The serial that clients have.
    public let published: UInt64
    /// The serial that would replace it.
    public let held: UInt64

    /// States both serials; nil unless the published one is the higher.
    public init?(_ repository: RepositoryName, _ architecture: Architecture, published: UInt64?, held: UInt64) {
        guard let published, published > held else { return nil }
        (self.repository, self.architecture, self.published, self.held) = (repository, architecture, published, held)
    }

    /// One clause.
    public var description: String {
        "\(repository)/\(architecture) is published as serial \(published), but serial \(held) was to replace it"
    }

    /// One sentence with the code about all of these, and what to do.
    public static func refusal(of newer: [NewerPublication]) -> String {
        "\(code): \(newer.map(\.description).joined(separator: "; ")): this scheduler knows less than its clients do, as one from a"
            + " backup does; docs/operations/lost-scheduler.md says how it gets the databases back"
    }
}

extension DatabaseTrust {
    /// The serial that a signature states for this database, be the signature good or not; nil if it states none.
    package func serial(statedBy untrustedSignature: [UInt8]?) -> UInt64? {
        guard let untrustedSignature else { return nil }
        return (try? SignaturePacket(parsing: untrustedSignature)).flatMap { serial(in: $0) }
    }
}

extension PublishedTree {
    /// The serial that the published database of a policy states in its signature; nil if there is none, or it states none.
    ///
    /// The signature is not verified: what claims to be newer is not written over before a person has looked.
    public func serial(by trust: DatabaseTrust) throws(PublisherError) -> UInt64? {
        trust.serial(statedBy: try databaseSignature(of: trust.repository, trust.architecture))
    }
}
