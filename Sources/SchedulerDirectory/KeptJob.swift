import ALPMTypes
import Attestation
import Cryptography
import Publisher
import RepositoryDatabase
import SchedulerCore
import SchedulerStore
import SigningProtocol

/// What the directory has of a job that was signed, for whoever asks later what it did.
struct KeptJob {
    /// The job without its evidence, of which its hash does not depend; nil if its bytes are not here.
    let demand: Job?
    /// The statements that it was asked with, by their digests.
    let evidence: [SHA256Digest: Envelope]
    /// The signature packets that came back, by their digests.
    let signatures: [SHA256Digest: [UInt8]]
    /// The records of SHA-256 states over the databases that it made, by their digests.
    let states: [SHA256Digest: [UInt8]]

    /// Reads what there is below `jobs/`.
    init(_ hash: SHA256Digest, in layout: DirectoryLayout, _ store: SchedulerStore) throws(SchedulerDirectoryError) {
        let kept = JobStore(layout: layout, store: store)
        let job = try JobStore.job(in: layout.job(hash))
        demand = job.map { Job(kind: $0.kind, changes: $0.changes, evidence: []) }
        evidence = Dictionary((job?.evidence ?? []).map { ($0.digest, $0) }, uniquingKeysWith: { first, _ in first })
        var packets: [[UInt8]] = []
        if let answer = try kept.answer(to: hash), case .outcome(let outcome)? = try? AnswerBody(decoding: answer.body)
        {
            packets = outcome.repositories.flatMap { [$0.databaseSignature, $0.filesSignature] }
            packets += outcome.packageSignatures.map(\.signature)
        }
        signatures = Dictionary(packets.map { (SHA256.digest(of: $0), $0) }, uniquingKeysWith: { first, _ in first })
        states = try kept.states(of: hash)
    }

    /// The file name of a package that the job lists; nil if it does not.
    func fileName(of package: SHA256Digest) -> PackageFileName? {
        for addition in demand?.changes.flatMap(\.additions) ?? [] {
            if let description = try? addition.entry().description, description.sha256 == package {
                return description.fileName
            }
        }
        return nil
    }
}
