public import ALPMTypes
import Attestation
import Cryptography
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol

/// Changes of one repository, some of them urgent.
public struct ChangeCount: Hashable, Sendable {
    /// Those that nobody holding the urgent role asked for.
    public var ordinary: UInt64
    /// The others.
    public var urgent: UInt64

    /// Counts changes.
    public init(ordinary: UInt64, urgent: UInt64) {
        self.ordinary = ordinary
        self.urgent = urgent
    }

    var all: UInt64 { ordinary + urgent }
}

/// Changes of one repository that were admitted at one time.
public struct RecentChanges: Hashable, Sendable {
    /// When, in Unix seconds.
    public let time: UInt64
    /// How many.
    public let count: ChangeCount

    /// Remembers changes.
    public init(time: UInt64, count: ChangeCount) {
        self.time = time
        self.count = count
    }
}

/// What a job adds to the changes of a repository whose rate is limited.
public struct RateUse: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The changes.
    public let count: ChangeCount
    /// For how long they count, in seconds.
    public let seconds: UInt64
}

extension RateLimit {
    /// Why so many changes more do not fit after the recent ones; nil if they do.
    ///
    /// Ordinary changes leave what is reserved; urgent ones may use everything. What would never fit is too large, and
    /// for the rest the refusal says when enough of the recent ones no longer count.
    func refusal(of more: ChangeCount, after recent: [RecentChanges], now: UInt64) -> Refusal? {
        let ordinaryLimit = changes - min(reserved, changes)
        func fit(_ count: ChangeCount) -> Bool {
            (more.ordinary == 0 || count.ordinary + more.ordinary <= ordinaryLimit) && count.all + more.all <= changes
        }
        guard fit(ChangeCount(ordinary: 0, urgent: 0)) else {
            return .jobTooLarge(limit: more.all > changes ? changes : ordinaryLimit)
        }
        let counted = recent.filter { $0.time + seconds > now }.sorted { $0.time < $1.time }
        var count = counted.reduce(into: ChangeCount(ordinary: 0, urgent: 0)) { sum, past in
            sum.ordinary += past.count.ordinary
            sum.urgent += past.count.urgent
        }
        if fit(count) { return nil }
        let relief = counted.first { past in
            count.ordinary -= past.count.ordinary
            count.urgent -= past.count.urgent
            return fit(count)
        }
        return relief.map { .rateLimited(retryAfter: $0.time + seconds - now) }
    }
}

extension JobReview {
    /// What an update adds to the changes of the repositories whose rate is limited, in their order of names.
    ///
    /// A package counts once, in however many databases of its repository it enters or leaves.
    func rateUses(of changes: [ReviewedChange]) -> [RateUse] {
        guard job.kind == .update else { return [] }
        let arrivals = changes.arrivals
        return Dictionary(grouping: changes, by: \.location.repository).sorted { $0.key < $1.key }.compactMap {
            name, changes in
            guard let rate = policy.repository(name)?.rate, rate.changes > 0 else { return nil }
            var isUrgent: [SHA256Digest: Bool] = [:]
            for change in changes {
                for (sha256, urgent) in urgencies(in: change, amid: arrivals) {
                    isUrgent[sha256] = urgent || isUrgent[sha256] ?? false
                }
            }
            let urgent = UInt64(isUrgent.values.count { $0 })
            return RateUse(
                repository: name, count: ChangeCount(ordinary: UInt64(isUrgent.count) - urgent, urgent: urgent),
                seconds: rate.seconds)
        }
    }

    /// H21: a repository takes so many changes within a time, and keeps some of them for urgent ones.
    func rateFindings(on uses: [RateUse]) -> [Finding] {
        uses.map { use in
            let refusal = policy.repository(use.repository)?.rate.refusal(
                of: use.count, after: memory.recentChanges[use.repository] ?? [], now: now)
            return Finding(.rate, on: "\(use.repository)", [refusal].compactMap(\.self))
        }
    }

    /// The packages of a change, and for each whether somebody who holds the urgent role asked for it.
    private func urgencies(in change: ReviewedChange, amid arrivals: Arrivals) -> [(SHA256Digest, Bool)] {
        let name = change.location.repository
        return change.additions.map { package in
            let urgent = policy.isUrgent(
                admitting: AdmissionClaim(package), into: name, evidence: applicableEvidence(for: package, in: change))
            return (package.entry.description.sha256, urgent)
        }
            + change.removals.map { entry in
                let whole = unconsumedEvidence.filter {
                    !$0.statement.isHalfMove(of: entry, at: change.location, amid: arrivals)
                }
                let urgent = policy.isUrgent(
                    removing: PackageArtefact(entry), from: name, architecture: change.location.architecture,
                    evidence: whole)
                return (entry.description.sha256, urgent)
            }
    }
}
