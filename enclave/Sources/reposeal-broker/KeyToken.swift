import ArgumentParser
import Cryptography
import Descriptors
import Glibc
import JailRecords
import KeyVault
import OpenPGPFormat
import Sandbox

/// `reposeal-broker key token`.
struct KeyToken: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Take a key that a token has, and print its fingerprint.",
        discussion: """
            The key stays in the token (PKCS #11, RSA). Writes FINGERPRINT.token, where the token has it, and \
            FINGERPRINT.pub, a binary OpenPGP certificate that the token signs. The description has lines NAME = VALUE:

            module = /usr/lib/softhsm/libsofthsm2.so
            object = pkcs11:token=repository;object=core;type=private
            pin = token-pin
            file = /etc/softhsm/softhsm2.conf
            directory = /var/lib/softhsm/tokens

            'pin' is a path, or the name of a credential of systemd; 'file', 'directory' and 'environment' (NAME=VALUE) \
            are what the token's library needs, any number of each; 'demonstration = yes' is for tests. The public key is \
            what the token gives out:

            $ pkcs11-tool --module MODULE --token-label repository --read-object --type pubkey --label core -o core.der
            """)

    @OptionGroup var vault: VaultOptions

    @Option(help: ArgumentHelp("The user ID of the certificate, such as 'Name <address>'.", valueName: "text"))
    var label: String

    @Option(help: ArgumentHelp("The token's public key: a SubjectPublicKeyInfo in DER.", valueName: "file"))
    var publicKey: String

    @Option(help: ArgumentHelp("The program reposeal-token-signer.", valueName: "path"))
    var tokenSigner = "/usr/lib/reposeal/reposeal-token-signer"

    @Argument(help: ArgumentHelp("The description of the token's key.", valueName: "description"))
    var description: String

    private static let publicKeyLimit = 4096

    func run() throws {
        try ThisProcess.closeOtherDescriptorsOnExecute()
        let key = try named(publicKey) {
            try RSAPublicKey(
                subjectPublicKeyInfo: Descriptor.reading(publicKey).readToEnd(limit: Self.publicKeyLimit))
        }
        let text = try Descriptor.reading(description).readToEnd(limit: 16 << 10)
        let adoption = try named(description) {
            try TokenAdoption(
                parsing: text, publicKey: key, label: label,
                creationTime: UInt32(clamping: SystemClock.realtimeSeconds()))
        }
        let signature = try self.signature(for: adoption)
        print(try adoption.write(toDirectory: vault.keys, rawSignature: signature))
    }

    /// What the token, in the jail in which it will sign, makes of the certificate's digest.
    private func signature(for adoption: TokenAdoption) throws -> [UInt8] {
        let none = try SHA256Digest(bytes: [UInt8](repeating: 0, count: SHA256Digest.byteCount))
        let request = SigningRequest(
            key: .openPGP(adoption.draft.key.fingerprint), job: none, content: .digests([adoption.draft.digest]))
        let profile = try adoption.description.profile(program: tokenSigner)
        try profile.testIsolation()
        var jail = try Jail.start(profile, withMemory: true)
        try adoption.write(to: jail.memory, credentials: credentialsDirectory)
        try jail.send(request.bytes)
        let response = try SigningResponse(
            parsing: try jail.finish(limit: SigningResponse.byteCount(signatures: 1)), count: 1)
        return try response.result.get()[0]
    }

    private func named<Value>(_ path: String, _ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as KeyVaultError {
            throw KeyVaultError.file(path, error)
        } catch let error as CryptographyError {
            throw KeyVaultError.file(path, .cryptography(error))
        }
    }
}
