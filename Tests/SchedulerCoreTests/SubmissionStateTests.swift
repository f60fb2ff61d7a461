import ALPMTypes
import Cryptography
import Refusals
import SchedulerCore
import TestSupport
import Testing

@Suite struct SubmissionStateTests {
    static let job = SHA256.digest(of: Array("job".utf8))
    static let otherJob = SHA256.digest(of: Array("other job".utf8))
    static let missing = [Refusal.notEnoughApprovals(kind: "packageApproval", role: "developer", have: 1, need: 2)]
    static let barred = [Refusal.revoked]

    static let states: [SubmissionState] = [
        .waiting(missing: missing), .ready, .asked(job: job), .signed(serial: 4), .published(serial: 4),
        .refused(barred), .withdrawn(by: "alice"), .quarantined(failures: 5),
    ]
    static let events: [SubmissionEvent] = [
        .checked(missing: []), .checked(missing: missing), .checked(missing: barred), .asked(job: job),
        .asked(job: otherJob),
        .askedAnyway(job: job), .signed(job: job, serial: 4), .signed(job: otherJob, serial: 4),
        .refused(job: job, missing), .refused(job: job, barred), .refused(job: job, []),
        .refused(job: otherJob, missing), .abandoned(job: job), .abandoned(job: otherJob), .published(serial: 3),
        .published(serial: 4), .published(serial: 9), .failed(job: job, failures: 4), .failed(job: job, failures: 5),
        .failed(job: otherJob, failures: 5), .withdrawn(by: "bob"), .retried, .found(serial: 7),
    ]

    /// Every transition that there is; all other pairs are errors.
    static let transitions: [(SubmissionState, SubmissionEvent, SubmissionState)] = [
        (.waiting(missing: missing), .checked(missing: []), .ready),
        (.waiting(missing: missing), .checked(missing: missing), .waiting(missing: missing)),
        (.waiting(missing: missing), .checked(missing: barred), .refused(barred)),
        (.waiting(missing: missing), .askedAnyway(job: job), .asked(job: job)),
        (.waiting(missing: missing), .found(serial: 7), .published(serial: 7)),
        (.ready, .found(serial: 7), .published(serial: 7)),
        (.ready, .checked(missing: []), .ready),
        (.ready, .checked(missing: missing), .waiting(missing: missing)),
        (.ready, .checked(missing: barred), .refused(barred)),
        (.ready, .asked(job: job), .asked(job: job)),
        (.ready, .asked(job: otherJob), .asked(job: otherJob)),
        (.ready, .askedAnyway(job: job), .asked(job: job)),
        (.asked(job: job), .asked(job: job), .asked(job: job)),
        (.asked(job: job), .signed(job: job, serial: 4), .signed(serial: 4)),
        (.asked(job: job), .refused(job: job, missing), .waiting(missing: missing)),
        (.asked(job: job), .refused(job: job, barred), .refused(barred)),
        (.asked(job: job), .abandoned(job: job), .waiting(missing: [])),
        (.signed(serial: 4), .published(serial: 4), .published(serial: 4)),
        (.signed(serial: 4), .published(serial: 9), .published(serial: 9)),
        (.refused(barred), .askedAnyway(job: job), .asked(job: job)),
        (.asked(job: job), .failed(job: job, failures: 4), .waiting(missing: [])),
        (.asked(job: job), .failed(job: job, failures: 5), .quarantined(failures: 5)),
        (.waiting(missing: missing), .withdrawn(by: "bob"), .withdrawn(by: "bob")),
        (.ready, .withdrawn(by: "bob"), .withdrawn(by: "bob")),
        (.refused(barred), .withdrawn(by: "bob"), .withdrawn(by: "bob")),
        (.quarantined(failures: 5), .withdrawn(by: "bob"), .withdrawn(by: "bob")),
        (.waiting(missing: missing), .retried, .waiting(missing: [])),
        (.ready, .retried, .waiting(missing: [])),
        (.refused(barred), .retried, .waiting(missing: [])),
        (.withdrawn(by: "alice"), .retried, .waiting(missing: [])),
        (.quarantined(failures: 5), .retried, .waiting(missing: [])),
    ]

    @Test("a submission changes by the listed transitions and by no other") func table() throws {
        for state in Self.states {
            for event in Self.events {
                let expected = Self.transitions.first { $0.0 == state && $0.1 == event }?.2
                if let expected {
                    #expect(try state.after(event) == expected)
                } else {
                    #expect(throws: SchedulerCoreError.illegalTransition(from: state.name, event: event.name)) {
                        try state.after(event)
                    }
                }
            }
        }
    }

    @Test("whatever happens, only what is signed, or found to be, becomes published, and published is never left")
    func publishedOnlyFromSigned() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            var history: [SubmissionState] = [.waiting(missing: [])]
            var found: Set<Int> = []
            for _ in 0..<30 {
                let current = history[history.count - 1]
                if let event = Self.events.randomElement(using: &random), let next = try? current.after(event) {
                    if case .found = event { found.insert(history.count) }
                    history.append(next)
                }
            }
            for (position, (before, after)) in zip(history, history.dropFirst()).enumerated() {
                if case .published = after, !found.contains(position + 1) {
                    #expect(before.name == "signed", "seed \(seed)")
                }
                if case .signed = after { #expect(before.name == "asked", "seed \(seed)") }
                #expect(before.name != "published", "seed \(seed)")
            }
        }
    }

    @Test(
        "whatever happens, a submission is published, refused with a reason, withdrawn by somebody, or waits for something"
    )
    func ends() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            var state = SubmissionState.waiting(missing: [])
            for _ in 0..<30 {
                if let event = Self.events.randomElement(using: &random) { state = (try? state.after(event)) ?? state }
                switch state {
                case .refused(let reasons): #expect(!reasons.isEmpty, "seed \(seed)")
                case .withdrawn(let person): #expect(!person.isEmpty, "seed \(seed)")
                case .quarantined(let failures): #expect(failures >= SubmissionState.mostFailures, "seed \(seed)")
                case .waiting, .ready, .asked, .signed: #expect(!state.isFinal, "seed \(seed)")
                case .published: #expect(state.isFinal, "seed \(seed)")
                }
            }
        }
    }

    @Test("only a person brings back what is withdrawn or quarantined") func putAside() {
        for state in [SubmissionState.withdrawn(by: "alice"), .quarantined(failures: 5)] {
            let leaving = Self.events.filter { (try? state.after($0)) ?? state != state }
            #expect(leaving.allSatisfy { ["retried", "withdrawn"].contains($0.name) }, "\(leaving)")
        }
    }

    @Test("a lower version is not refused for good, since an override may come") func lowerVersion() throws {
        let lower = PackageClass(
            architecture: try Architecture(parsing: "x86_64"), name: try PackageName(parsing: "tree"),
            version: try Version(parsing: "1.0-1"))
        let refusal = Refusal.downgrade(lower, highest: try Version(parsing: "2.0-1"))
        let asked = SubmissionState.asked(job: Self.job)
        #expect(try asked.after(.refused(job: Self.job, [refusal])) == .waiting(missing: [refusal]))
    }

    @Test("no refusal is final that passes with time") func finalOrPassing() {
        let refusals: [Refusal] = [
            .staleSerial(current: 1), .rateLimited(retryAfter: 1), .requestExpired, .clockSuspect, .keyUnavailable,
            .evidenceNotYetValid, .refreshTooEarly,
        ]
        for refusal in refusals {
            #expect(refusal.passesWithTime)
            #expect(!refusal.isFinal)
        }
    }
}
