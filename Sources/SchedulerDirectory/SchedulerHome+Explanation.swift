import ALPMTypes
import Descriptors
import Policy
import Refusals
import RepositoryDatabase
import SchedulerCore
import SchedulerStore
import SigningProtocol

extension SchedulerHome {
    /// What the enclave's rules say of what waits, is asked for or was refused under a package's name; or of the kept jobs
    /// whose hash begins with the word, on top of what is signed by now.
    ///
    /// Takes no lock, asks nobody and changes nothing, so it knows only what this directory knows.
    public func explanations(of word: String) throws(SchedulerDirectoryError) -> [Explanation] {
        let (policy, distribution) = try policyAndDistribution()
        let now = SystemClock.realtimeSeconds()
        let records = try readingStore()
        let docket = try Docket(
            layout: layout, store: records, generations: generations, policy: policy, distribution: distribution,
            now: now, includingRefused: true, knowing: signatures)
        var found = docket.groups(naming: word).map { group in docket.explanation(of: group) }
        let store = JobStore(layout: layout, store: records)
        var jobs = try store.unfinished().map(\.job).filter { $0.names(word) }
        if found.isEmpty, jobs.isEmpty, word.utf8.count >= 8 { jobs = try store.jobs(beginning: word) }
        for job in jobs { found.append(try explanation(of: job, on: docket, at: now)) }
        return found
    }

    private func explanation(
        of job: Job, on docket: Docket, at now: UInt64
    ) throws(SchedulerDirectoryError) -> Explanation {
        let verifier = EvidenceVerifier(policy: docket.policy, now: now, knowing: signatures)
        var verdicts: [EvidenceVerifier.Verdict] = []
        for envelope in job.evidence { verdicts.append(try verifier.verify(envelope)) }
        return Explanation(
            job: job.words, hash: job.hash,
            docket.earlyCheck.review(
                of: job, evidence: verdicts.compactMap(\.verified), rejectedEvidence: verdicts.compactMap(\.refusal)))
    }
}

extension Job {
    /// Whether the job adds or removes a package of this name.
    fileprivate func names(_ name: String) -> Bool {
        let added = changes.flatMap(\.additions).compactMap { try? $0.entry().name }
        return (added + changes.flatMap(\.removals)).contains { $0.text == name }
    }
}

extension Docket {
    /// The smallest groups of changes that may be asked for and that change this name.
    fileprivate func groups(naming name: String) -> [Batch] {
        Batching.groups(of: Array(items.keys)).filter { group in group.changes.contains { $0.name.text == name } }
    }

    fileprivate func explanation(of group: Batch) -> Explanation {
        let kept = evidence(for: group)
        let changes = group.changes.map { $0.action == .remove ? "-\($0.name)" : "\($0.name)-\($0.version)" }
        let places = group.locations.map { "\($0)" }.joined(separator: " ")
        let title = "update of \(places): \(changes.joined(separator: " "))"
        let review = earlyCheck.review(
            of: group, packages: packages, evidence: kept.compactMap(\.verified),
            rejectedEvidence: kept.compactMap(\.refusal))
        return switch review {
        case .impossible(let refusals): Explanation(job: title, impossible: refusals)
        case .explained(let explained): Explanation(job: title, explained, answered: answers(to: group))
        }
    }

    /// What the enclave refused a group for that is held back since.
    private func answers(to group: Batch) -> [Refusal] {
        guard let change = group.changes.first, group.changes.allSatisfy(held.contains),
            case .waiting(let missing)? = target(of: change)?.state
        else { return [] }
        return missing
    }
}
