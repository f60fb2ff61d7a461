import ALPMTypes
import Cryptography
import Publisher
import Refusals
import SchedulerCore
import SchedulerStore

/// Writes into every record that waits for a job what became of the job.
struct Settlement {
    private static let patience: UInt64 = 60

    let store: SchedulerStore
    let now: UInt64

    /// The enclave signed the job.
    ///
    /// `serials` has the serial that the databases of each repository got, by its name.
    func signed(_ job: SHA256Digest, serials: [String: UInt64]) throws(SchedulerDirectoryError) {
        try settle(job) { target in
            .signed(job: job, serial: serials[target.repository?.text ?? ""] ?? 0)
        }
    }

    /// The enclave does not know a job that was sent: nobody knows why it came to nothing.
    func failed(_ job: SHA256Digest) throws(SchedulerDirectoryError) {
        try settle(job) { target in .failed(job: job, failures: target.record.failures + 1) }
    }

    /// The job was never sent, or it is asked for again in parts.
    func abandoned(_ job: SHA256Digest) throws(SchedulerDirectoryError) {
        try settle(job) { _ in .abandoned(job: job) }
    }

    /// Gives up every job that records wait for but that is not kept: a crash came after its refusal.
    func abandonForgotten() throws(SchedulerDirectoryError) {
        for job in try durably({ try store.forgottenJobs() }) { try abandoned(job) }
    }

    /// The enclave refused the job; `demand` is what was asked, so that the same is not asked again and again.
    func refused(_ job: SHA256Digest, _ refusals: [Refusal], demand: String) throws(SchedulerDirectoryError) {
        let later = refusals.filter(\.passesWithTime).map { refusal in
            if case .rateLimited(let seconds) = refusal { seconds } else { Self.patience }
        }.max()
        try settle(job) { target in
            .refused(job: job, refusals.map { $0.attributed(to: target.name) })
        } adjust: { target in
            target.refusedAsk = demand
            target.notBefore = later.map { now + $0 }
        }
    }

    private func settle(
        _ job: SHA256Digest, event: (Target) -> SubmissionEvent,
        adjust: (inout StateRecord) -> Void = { _ in }
    ) throws(SchedulerDirectoryError) {
        var targets = try durably { try store.targets(waitingFor: job) }
        for index in targets.indices {
            try targets[index].record.happen(event(targets[index]), at: now)
            adjust(&targets[index].record)
        }
        try durably { try store.update(targets) }
    }
}

extension StateRecord {
    /// Lets an event happen that the directory's own records exclude nowhere.
    mutating func happen(_ event: SubmissionEvent, at now: UInt64) throws(SchedulerDirectoryError) {
        do throws(SchedulerCoreError) {
            try apply(event, at: now)
        } catch {
            throw .inconsistent("\(error)")
        }
    }
}

extension Refusal {
    /// The refusal as it concerns one package of the job: another one's equivocation only holds this one up.
    fileprivate func attributed(to name: PackageName) -> Refusal {
        switch self {
        case .alreadySigned(let other, _) where other.name != name: .incompleteTogether(name: other.name)
        case .downgrade(let other, _) where other.name != name: .incompleteTogether(name: other.name)
        default: self
        }
    }
}
