public import ALPMTypes
public import ArgumentParser
public import Attestation
public import OpenPGPFormat
public import RepositoryDirectory

// On the command line these types parse as they do everywhere else.

extension SignerID: ExpressibleByArgument {
    /// Takes what the command line says, or nothing.
    public init?(argument: String) {
        guard let id = try? SignerID(parsing: argument) else { return nil }
        self = id
    }
}

extension RepositoryName: ExpressibleByArgument {
    /// Takes what the command line says, or nothing.
    public init?(argument: String) {
        guard let name = try? RepositoryName(parsing: argument) else { return nil }
        self = name
    }
}

extension Architecture: ExpressibleByArgument {
    /// Takes what the command line says, or nothing.
    public init?(argument: String) {
        guard let architecture = try? Architecture(parsing: argument) else { return nil }
        self = architecture
    }
}

extension PackageName: ExpressibleByArgument {
    /// Takes what the command line says, or nothing.
    public init?(argument: String) {
        guard let name = try? PackageName(parsing: argument) else { return nil }
        self = name
    }
}

extension Fingerprint: ExpressibleByArgument {
    /// Takes what the command line says, or nothing.
    public init?(argument: String) {
        guard let fingerprint = try? Fingerprint(parsingHex: argument) else { return nil }
        self = fingerprint
    }
}

extension Timestamp: ExpressibleByArgument {
    /// Takes what the command line says, or nothing.
    public init?(argument: String) { self.init(parsing: argument) }
}

extension Revocation.Reason: ExpressibleByArgument {}

extension DatabaseFileNames: ExpressibleByArgument {
    /// Takes what the command line says, or nothing.
    public init?(argument: String) {
        guard let names = try? DatabaseFileNames(parsing: argument) else { return nil }
        self = names
    }
}
