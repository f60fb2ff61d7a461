import ArgumentParser
import Attestation
import BuilderTokens
import Cryptography
import EvidenceSigning
import Policy
import SchedulerClient
import SchedulerDirectory

/// Several servers, separated by commas, as an argument.
struct ServerList: ExpressibleByArgument {
    let servers: [ServerAddress]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let servers = parts.compactMap { try? ServerAddress(parsing: String($0)) }
        guard servers.count == parts.count else { return nil }
        self.servers = servers
    }
}

/// Which scheduler a command speaks to: one whose directory is here, or one of several over the network.
struct SchedulerPlace: ParsableArguments {
    @Option(
        help: ArgumentHelp("The scheduler's directory, which has a scheduler.json.", valueName: "directory"),
        completion: .directory)
    var scheduler: String?

    @Option(
        help: ArgumentHelp(
            "Schedulers to ask instead, the next one where one fails: https://HOST[:PORT], or http:// on this machine.",
            valueName: "url,url…"))
    var server: ServerList?

    func validate() throws {
        guard (scheduler == nil) != (server == nil) else {
            throw ValidationError("expected either --scheduler or --server")
        }
    }

    /// What the options name.
    func choice() throws(SchedulerDirectoryError) -> Choice {
        if let server { return .servers(server.servers) }
        return .directory(try SchedulerHome(scheduler ?? ".", programVersion: ProgramVersion.number))
    }

    /// A scheduler's directory, or servers.
    enum Choice {
        case directory(SchedulerHome)
        case servers([ServerAddress])
    }
}

/// Who uploads packages, needed only for that.
struct BuilderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("To upload packages: the compiled policy.", valueName: "file"), completion: .file())
    var policy: String?

    @Option(help: ArgumentHelp("To upload packages: the builder's id in the policy.", valueName: "id"))
    var signer: SignerID?

    @Option(
        help: ArgumentHelp("To upload packages: the builder's private key.", valueName: "file"), completion: .file())
    var key: String?

    @OptionGroup var distribution: DistributionOption

    /// Reads the policy and sees that the key is the builder's there.
    func builder() throws -> Builder {
        guard let policy, let signer, let key else {
            throw ValidationError("a package needs --policy, --signer and --key of a builder to be uploaded")
        }
        let file = try PolicyFile(reading: policy)
        guard let machine = file.policy.machine(signer) else {
            throw FileProblem(file: policy, reason: "machines: expected a machine \(signer)")
        }
        let keyFile = try MachineKeyFile(reading: key)
        guard keyFile.key.publicKey == machine.publicKey else {
            throw FileProblem(
                file: key, reason: "public key: expected \(machine.publicKey.hex), which \(policy) has for \(signer)")
        }
        return Builder(id: signer, keyFile: key, distribution: try distribution.digest(for: file))
    }
}

/// A builder who makes its own tokens.
struct Builder: Sendable {
    let id: SignerID
    let keyFile: String
    let distribution: SHA256Digest

    /// A token for one request, good from a minute ago, because clocks differ, for a quarter of an hour.
    func token(for package: UploadedPackage, method: String) throws -> SignedUploadToken {
        let now = secondsNow()
        let file = try MachineKeyFile(reading: keyFile)
        let token = UploadToken(
            method: method, package: package, distribution: distribution, notBefore: now - 60, notAfter: now + 900)
        return try SignedUploadToken(signing: token, with: file.key)
    }
}
