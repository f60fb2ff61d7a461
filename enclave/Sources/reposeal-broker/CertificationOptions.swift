import ArgumentParser
import Descriptors
import KeyVault
import OpenPGPFormat

/// A new key that becomes a subkey, if these are given.
struct OptionalCertificationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The certificate of the primary key that is to bind the key.", valueName: "file"))
    var primary: String?

    @OptionGroup var validity: ValidityOptions

    func primaryCertificate() throws -> Certificate? { try primary.map { try CertificateInput.read($0) } }

    func expirationTime(from now: UInt64) -> UInt64 { validity.expirationTime(from: now) }
}

/// How long a subkey is to be valid.
struct ValidityOptions: ParsableArguments {
    @Option(help: ArgumentHelp("For how many days from now on a subkey is to be valid.", valueName: "days"))
    var validDays: UInt32 = 365

    func validate() throws {
        guard (1...36_500).contains(validDays) else { throw ValidationError("--valid-days must be 1 to 36500") }
    }

    func expirationTime(from now: UInt64) -> UInt64 { now + UInt64(validDays) * 86_400 }
}

/// A file with one binary OpenPGP certificate.
enum CertificateInput {
    static func read(_ path: String) throws(KeyVaultError) -> Certificate {
        do {
            return try Certificate(parsing: Descriptor.reading(path).readToEnd(limit: Certificate.maximumByteCount))
        } catch let error as DescriptorError {
            throw .file(path, .system(error))
        } catch let error as OpenPGPError {
            throw .file(path, .notACertificate(error))
        } catch {
            throw .file(path, .headerContradicted)
        }
    }
}
