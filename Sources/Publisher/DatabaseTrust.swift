public import ALPMTypes
public import OpenPGPFormat

/// What a policy says about the signatures of one database.
public struct DatabaseTrust: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The architecture of the database.
    public let architecture: Architecture
    /// The certificate that clients trust.
    public let certificate: Certificate
    /// The domain of the notations `serial@`, `repo@` and `arch@`.
    public let notationDomain: String

    /// States which signatures count for a database.
    public init(
        repository: RepositoryName, architecture: Architecture, certificate: Certificate, notationDomain: String
    ) {
        self.repository = repository
        self.architecture = architecture
        self.certificate = certificate
        self.notationDomain = notationDomain
    }

    /// What the notations of a database signature say wrong; the serial is compared only if one is expected.
    package func problems(in packet: SignaturePacket, serial: UInt64?) -> [String] {
        var expected = [("repo", repository.text), ("arch", architecture.text)]
        if let serial { expected.append(("serial", String(serial))) }
        var problems: [String] = expected.compactMap { name, value in
            let values = packet.notations.filter { $0.name == "\(name)@\(notationDomain)" }.map(\.value)
            return values == [value] ? nil : "its notation \(name)@\(notationDomain) is not \(value)"
        }
        if self.serial(in: packet) == nil { problems.append("it has no notation serial@\(notationDomain)") }
        if packet.expirationTime == nil { problems.append("it never expires") }
        return problems
    }

    /// The serial that the notations of a signature state, if exactly one does.
    package func serial(in packet: SignaturePacket) -> UInt64? {
        let values = packet.notations.filter { $0.name == "serial@\(notationDomain)" }.map(\.value)
        guard values.count == 1, let serial = UInt64(values[0]), String(serial) == values[0] else { return nil }
        return serial
    }
}
