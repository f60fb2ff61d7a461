public import ALPMTypes
import Cryptography
import Descriptors
public import EnclaveClient
import Mirrors
import OpenPGPFormat
import Policy
import Publisher
public import RepositoryDatabase
import SchedulerCore
import SchedulerStore
public import SigningProtocol

/// The directory that a scheduler works on: what came in, what it waits for, what was signed.
///
/// Every method that changes something takes the directory's lock for its duration. Whatever was accepted is on the
/// disk before it is acted upon, so a crash at any point loses nothing.
public struct SchedulerHome: Sendable {
    let layout: DirectoryLayout
    let stores = StoreAccess()
    let generationCache = GenerationCache()
    let signatures = GoodSignatures()
    let knownMirrors = KnownFile<MirrorConfiguration>()
    let knownWaiting = KnownWaiting()
    let configuration: SchedulerConfiguration
    let programVersion: String
    let lockPatience: UInt64
    let linkPatience: UInt64?
    let linkProgress: (@Sendable (LinkProgress) -> Void)?

    /// Opens a directory that has a `scheduler.json`, unless what that says is given as a `record`; `programVersion` is
    /// told to the enclave.
    ///
    /// While another process works on the directory, it is waited for at most `lockPatience` seconds. A link to the enclave
    /// that breaks is tried again for `linkPatience` seconds; nil is the client's own choice. `linkProgress` is told of what
    /// crosses.
    public init(
        _ path: String, record: ConfigurationRecord? = nil, programVersion: String, lockPatience: UInt64 = 10,
        linkPatience: UInt64? = nil,
        linkProgress: (@Sendable (LinkProgress) -> Void)? = nil
    ) throws(SchedulerDirectoryError) {
        self.linkProgress = linkProgress
        self.lockPatience = lockPatience
        self.linkPatience = linkPatience
        layout = DirectoryLayout(root: path)
        if let record {
            configuration = try SchedulerConfiguration(record, in: layout)
        } else {
            configuration = try SchedulerConfiguration(of: layout)
        }
        self.programVersion = programVersion
    }

    /// The last signed generation of each database.
    var generations: GenerationStore { GenerationStore(layout: layout, cache: generationCache) }

    private var now: UInt64 { SystemClock.realtimeSeconds() }

    /// Copies packages and evidence into `incoming/`, each appearing there at once and whole; returns their names.
    ///
    /// Nothing is looked into: the next pass accepts each file or turns it away.
    public func submit(_ files: [String]) throws(SchedulerDirectoryError) -> [String] {
        try layout.makeFolders()
        var names: [String] = []
        for file in files {
            let name = DurableFile.baseName(of: file)
            guard name.hasSuffix(EvidenceStore.suffix) || (try? PackageFileName(parsing: name)) != nil else {
                throw .turnedAway(
                    file: file,
                    reason: "expected a package, NAME-VERSION-ARCH.pkg.tar.EXT, or evidence, *.dsse.json")
            }
            let staging = "\(layout.incoming)/.new-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
            defer { DurableFile.removeIfPresent(staging) }
            try durably {
                try DurableFile.makeDirectory(staging)
                let digest = try DurableFile.copy(file, to: "\(staging)/\(name)")
                let target = "\(layout.incoming)/\(digest.hex)"
                // The same bytes under another name are another submission.
                try DurableFile.put(into: target) { () throws(DescriptorError) in
                    try DurableFile.rename("\(staging)/\(name)", to: "\(target)/\(name)")
                }
            }
            names.append(name)
        }
        return names
    }

    /// One pass: takes what came in, checks, asks the enclave for what is ready, and keeps what it signs.
    ///
    /// `askingAnyway` sends a job for each open or refused submission whose own check says no, too. Without `listing` the
    /// report leaves out the submissions, so that a pass costs nothing for those of which there is no news.
    public func sign(
        askingAnyway: Bool = false, listing: Bool = true
    ) throws(SchedulerDirectoryError) -> PassReport {
        let pass = try Pass(on: self, now: now)
        let before = try durably { try pass.store.revision() }
        try pass.sign(askAnyway: askingAnyway)
        var report = pass.report
        if listing { report.submissions = try submissions(in: pass.store, unsettledOrChangedAfter: before) }
        return report
    }

    /// Has databases signed again as they are, with the next serial.
    public func refresh(onlyDue: Bool) throws(SchedulerDirectoryError) -> PassReport {
        let pass = try Pass(on: self, now: now)
        try pass.refresh(onlyDue: onlyDue)
        return pass.report
    }

    /// Begins a database with entries that exist already; `evidence` holds DSSE files.
    public func importing(
        _ entries: EntrySet, into repository: RepositoryName, _ architecture: Architecture, evidence: [String]
    ) throws(SchedulerDirectoryError) -> PassReport {
        let envelopes = try envelopes(in: evidence)
        let pass = try Pass(on: self, now: now)
        let mirror = try generations.mirror(repository, architecture)
        let job: Job
        do throws(SchedulerCoreError) {
            job = try Job.importing(entries, into: mirror, evidence: envelopes)
        } catch {
            throw .inconsistent("\(error)")
        }
        try pass.ask(job)
        return pass.report
    }

    /// What the enclave says of itself; the answer is signed by the answer key of the policy.
    public func enclaveStatus() throws(SchedulerDirectoryError) -> EnclaveStatus {
        try Pass(on: self, now: now).status()
    }

    /// The repository certificates of the policy, binary and joined, as `pacman-key --add` takes them.
    ///
    /// Those of keys that no repository names any more are among them: they signed packages that are still there.
    public func keyring() throws(SchedulerDirectoryError) -> [UInt8] {
        try configuration.policy().enclave.repositoryKeys.flatMap { $0.stated.certificate.bytes }
    }
}
