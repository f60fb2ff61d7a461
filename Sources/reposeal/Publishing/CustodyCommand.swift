import ArgumentParser
import Cryptography
import Custody
import Descriptors
import Publisher
import SchedulerClient
import SchedulerDirectory
import TransparencyLog

/// `reposeal custody`: how a package came to be signed.
struct CustodyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "custody",
        abstract: "Show and verify how a package came to be signed, step by step.",
        discussion: """
            PACKAGE is a name, a name and version, a package file or a SHA-256. For each step the enclave took with the \
            package this prints the statements that the log names for it, who made them, when and with which key, what the \
            policy asked for, the job, the leaf of the log, and the signatures over the package and its databases. All of \
            it is verified on the way; what is missing or wrong is said, and then the exit status is 1, as for a package that was \
            revoked. What came later, such as the revocation of an approver's key, is said as well.

                $ reposeal custody hello --scheduler /srv/reposeal

            With --output every record is written into a new directory: envelopes, policies, jobs, leaves with their \
            proofs, signatures. --verify verifies such a directory anywhere, with nothing else but what is trusted: a policy \
            of the distribution, the digest of its first policy, or the key of its log.

                $ reposeal custody hello-1.0-1 --scheduler /srv/reposeal --output hello.custody
                $ reposeal custody --verify hello.custody hello-1.0-1-x86_64.pkg.tar.zst --policy policy.json

            With --server the records come from a scheduler's service, and are verified here in the same way: nothing that it \
            says is believed.

                $ reposeal custody hello --server https://a.example --policy policy.json
            """)

    @Argument(help: ArgumentHelp("The package; with --verify perhaps none.", valueName: "package"))
    var package: String?

    @Option(
        help: ArgumentHelp("The scheduler's directory, which has a scheduler.json.", valueName: "directory"),
        completion: .directory)
    var scheduler: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write every record into this new directory.", valueName: "directory"),
        completion: .directory)
    var output: String?

    @Option(
        help: ArgumentHelp("Verify the records in this directory instead.", valueName: "directory"),
        completion: .directory)
    var verify: String?

    @Option(
        help: ArgumentHelp(
            "Take the records from one of these schedulers: https://HOST[:PORT], or http:// on this machine.",
            valueName: "url,url…"))
    var server: ServerList?

    @OptionGroup var trusted: CustodyTrust

    @Flag(help: "Print the chain as JSON.")
    var json = false

    func validate() throws {
        guard [scheduler != nil, server != nil, verify != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("expected one of --scheduler, --server and --verify")
        }
        guard verify != nil || package != nil else { throw ValidationError("expected a package") }
        if scheduler != nil {
            guard trusted.count == 0 else {
                throw ValidationError("what is trusted is said with --verify and --server only")
            }
        } else {
            guard trusted.count == 1 else {
                throw ValidationError(
                    "expected one of --policy, --distribution and --log-key with \(verify == nil ? "--server" : "--verify")"
                )
            }
            guard output == nil || verify == nil else {
                throw ValidationError("--output needs --scheduler or --server")
            }
        }
    }

    func run() async throws {
        let chains: [CustodyChain]
        if let verify {
            chains = [try verified(verify)]
        } else if let server {
            chains = try await fetched(from: server.servers, called: package ?? "")
        } else {
            chains = try collected(in: scheduler ?? ".", called: package ?? "")
        }
        if json {
            try printJSON(chains)
        } else {
            for line in chains.flatMap(\.lines) { print(line) }
        }
        if !chains.allSatisfy({ $0.holds && !$0.isRevoked }) { throw ExitCode.failure }
    }

    private func verified(_ directory: String) throws -> CustodyChain {
        let records = try CustodyRecords(reading: directory)
        guard let wanted = try package.map(Self.digest) ?? records.statedPackage else {
            throw FileProblem(file: "\(directory)/SHA256SUMS", reason: "expected the digest of a package")
        }
        return try CustodyVerification(of: records, trusting: trusted.pin(), askingGPG: true).chain(of: wanted)
    }

    /// The digest that a package file has, or that is named.
    private static func digest(_ word: String) throws -> SHA256Digest {
        if let digest = try? SHA256Digest(parsingHex: word) { return digest }
        return try DurableFile.state(of: word).digest()
    }

    private func collected(in directory: String, called word: String) throws -> [CustodyChain] {
        let home = try SchedulerHome(directory, programVersion: ProgramVersion.number)
        let packages =
            DurableFile.exists(word) ? [try Self.digest(word)] : try home.packages(called: word).sorted()
        let known = try packages.compactMap { package in
            try home.custody(of: package, askingGPG: true).map { (package, $0) }
        }
        guard !known.isEmpty else {
            throw FileProblem(file: directory, reason: "expected a package called \(word) that was signed")
        }
        if let output {
            try expectOne(known.count, called: word, for: output)
            try home.custodyRecords(of: known[0].0)?.write(to: output)
        }
        return known.map(\.1)
    }

    private func fetched(from servers: [ServerAddress], called word: String) async throws -> [CustodyChain] {
        let client = SchedulerClient(servers)
        let packages: Set<SHA256Digest>
        if let digest = try? SHA256Digest(parsingHex: word) {
            packages = [digest]
        } else if DurableFile.exists(word) {
            packages = [try Self.digest(word)]
        } else {
            packages = try await client.packages(called: word)
        }
        var known: [(package: SHA256Digest, records: CustodyRecords)] = []
        for package in packages.sorted() {
            if let records = try await client.custodyRecords(of: package) { known.append((package, records)) }
        }
        guard !known.isEmpty else {
            throw FileProblem(
                file: servers.map(\.text).joined(separator: ","),
                reason: "expected a package called \(word) that was signed")
        }
        if let output {
            try expectOne(known.count, called: word, for: output)
            try known[0].records.write(to: output)
        }
        let pin = try trusted.pin()
        return try known.map { package, records in
            try CustodyVerification(of: records, trusting: pin, askingGPG: true).chain(of: package)
        }
    }

    private func expectOne(_ count: Int, called word: String, for output: String) throws {
        guard count == 1 else {
            throw FileProblem(
                file: output, reason: "expected one package, but \(word) names \(count): say its version or SHA-256")
        }
    }
}

/// What somebody trusts who verifies records.
struct CustodyTrust: ParsableArguments {
    @Option(help: ArgumentHelp("A policy of the distribution that you trust.", valueName: "file"), completion: .file())
    var policy: String?

    @Option(help: ArgumentHelp("The digest of the distribution's first policy.", valueName: "sha256"))
    var distribution: String?

    @Option(help: ArgumentHelp("The key of the log, as C2SP writes it: NAME+ID+KEY.", valueName: "key"))
    var logKey: String?

    /// How many of the three are said.
    var count: Int { [policy, distribution, logKey].count { $0 != nil } }

    /// What is said.
    func pin() throws -> CustodyPin {
        if let policy { return .policy(try PolicyFile(reading: policy).policy) }
        if let logKey {
            return .log(try naming("--log-key") { () throws(TransparencyLogError) in try NoteKey(parsing: logKey) })
        }
        return .distribution(
            try naming("--distribution") { () throws(CryptographyError) in
                try SHA256Digest(parsingHex: distribution ?? "")
            })
    }
}
