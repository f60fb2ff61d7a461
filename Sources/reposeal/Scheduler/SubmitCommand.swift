import ALPMTypes
import ArgumentParser
import BuilderTokens
import Cryptography
import Publisher
import SchedulerClient
import SchedulerDirectory

/// `reposeal submit`: hands packages and evidence to a scheduler.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Hand packages and evidence to a scheduler.",
        discussion: """
            With --scheduler, copies each file into the scheduler's incoming folder, where it appears whole or not at all; \
            the originals stay. The next pass (reposeal sign, or reposeal-scheduler) reads it and accepts it, or turns it \
            away with a reason that reposeal status shows.

            A package whose file name is known but whose bytes are not is another submission: the enclave, which never \
            signs one version with two contents, decides between them.

                $ reposeal submit hello-1.0-1-any.pkg.tar.zst alice.dsse.json bob.dsse.json --scheduler /srv/reposeal

            With --server, sends them to the first of the servers that takes them. Evidence needs nothing else: its \
            signature lets it in. A package is uploaded by a builder of the policy; what breaks off goes on where it \
            stopped, also when the same command is given again.

                $ reposeal submit hello-1.0-1-any.pkg.tar.zst builder1.dsse.json --server https://a.example,https://b.example \\
                    --policy policy.json --signer builder1 --key builder1.key
            """)

    @Argument(
        help: ArgumentHelp("Packages (*.pkg.tar.*) and evidence (*.dsse.json).", valueName: "file"),
        completion: .file())
    var files: [String]

    @OptionGroup var place: SchedulerPlace
    @OptionGroup var builder: BuilderOptions

    func run() async throws {
        switch try place.choice() {
        case .directory(let home):
            for name in try home.submit(files) { print("submitted \(name)") }
        case .servers(let servers):
            let items = try files.map(Item.init)
            let uploader = try items.contains(where: \.isPackage) ? builder.builder() : nil
            let client = SchedulerClient(servers)
            for item in items {
                try await item.send(with: client, by: uploader)
                print("submitted \(item.name)")
            }
        }
    }
}

/// A file to send.
private struct Item: Sendable {
    private static let evidenceSuffix = ".dsse.json"
    private static let maximumEvidence = 4 << 20

    let path: String
    let name: String
    private let package: PackageFileName?

    init(_ path: String) throws {
        self.path = path
        name = DurableFile.baseName(of: path)
        package = try? PackageFileName(parsing: name)
        guard package != nil || name.hasSuffix(Self.evidenceSuffix) else {
            throw FileProblem(
                file: path, reason: "expected a package, NAME-VERSION-ARCH.pkg.tar.EXT, or evidence, *.dsse.json")
        }
    }

    var isPackage: Bool { package != nil }

    func send(with client: SchedulerClient, by builder: Builder?) async throws {
        guard let package, let builder else {
            let bytes = try naming(path) { try DurableFile.read(path, limit: Self.maximumEvidence) }
            do {
                _ = try await client.send(evidence: bytes)
            } catch let error as SchedulerClientError {
                throw FileProblem(file: path, reason: "\(error)")
            }
            return
        }
        let state = try naming(path) { try DurableFile.state(of: path) }
        let uploaded = UploadedPackage(
            builder: builder.id, fileName: package, sha256: state.digest(), size: state.length)
        let bar = UploadBar(name)
        defer { bar.end() }
        do {
            try await client.upload(
                path, as: uploaded, authorize: { try builder.token(for: uploaded, method: $0) }, progress: bar.show)
        } catch let error as SchedulerClientError {
            throw FileProblem(file: path, reason: "\(error)")
        }
    }
}
