import ArgumentParser
import Attestation
import Cryptography
import EvidenceSigning
import OpenPGPFormat

extension KeyCommand {
    /// `reposeal key certify`.
    struct Certify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Certify a signing subkey of the enclave with the offline primary key.",
            discussion: """
                Shows what the request from `reposeal-enclave key generate --primary` asks for. Compare the subkey's \
                fingerprint with what the enclave printed; given as --confirm, gpg's agent signs with the primary key, on \
                disk or on a card, and the certificate goes back to `reposeal-enclave key accept` and to the policy.

                    $ reposeal key certify SUBKEY.request --primary PRIMARY
                    $ reposeal key certify SUBKEY.request --primary PRIMARY --confirm SUBKEY -o SUBKEY.pub
                """)

        @Argument(help: ArgumentHelp("The certification request.", valueName: "request"), completion: .file())
        var request: String

        @Option(help: ArgumentHelp("The primary key, which gpg has.", valueName: "fingerprint"))
        var primary: String

        @Option(help: ArgumentHelp("The subkey that is to be certified.", valueName: "fingerprint"))
        var confirm: String?

        @Option(
            name: [.short, .long], help: ArgumentHelp("Where the certificate goes.", valueName: "file"),
            completion: .file())
        var output: String?

        func validate() throws {
            guard (confirm == nil) == (output == nil) else {
                throw ValidationError("--confirm and --output: expected both, or neither to see the request")
            }
        }

        func run() async throws {
            let request = try read()
            guard let primary = try? Fingerprint(parsingHex: primary), request.primary == primary else {
                throw FileProblem(
                    file: self.request, reason: "primary: expected \(self.primary), but it asks \(request.primary)")
            }
            print("primary  \(request.primary)")
            print("subkey   \(request.subkey.fingerprint), \(request.subkey.material.words)")
            print("may      sign")
            print("made     \(Self.words(UInt64(request.subkey.creationTime)))")
            print("until    \(Self.words(request.expirationTime))")
            guard let confirm, let output else { return }
            guard let subkey = try? Fingerprint(parsingHex: confirm), subkey == request.subkey.fingerprint else {
                throw FileProblem(file: "--confirm", reason: "expected the subkey of the request")
            }
            guard !WholeFile.exists(output) else { throw FileProblem(file: output, reason: "expected no such file") }
            let gpg = GPG()
            let certificate = try await gpg.certify(
                request, with: gpg.certificate(of: primary), at: secondsNow())
            try WholeFile.write(certificate.bytes, to: output, replacing: false)
        }

        private func read() throws -> CertificationRequest {
            let bytes = try WholeFile.read(request)
            do { return try CertificationRequest(parsing: bytes) } catch {
                throw FileProblem(file: request, reason: "expected a certification request: \(error)")
            }
        }

        private static func words(_ seconds: UInt64) -> String { Timestamp(seconds: seconds)?.text ?? "\(seconds)" }
    }
}

extension PublicKeyMaterial {
    fileprivate var words: String {
        switch self {
        case .rsa(let key): "RSA of \(key.modulus.count * 8) bits"
        case .ed25519: "Ed25519"
        case .unsupported(let number): "algorithm \(number)"
        }
    }
}
