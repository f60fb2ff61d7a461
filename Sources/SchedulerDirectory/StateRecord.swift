import Cryptography
import Refusals
import SchedulerCore

/// A refusal as it crosses the link and as records keep it.
struct RefusalRecord: Codable, Hashable, Sendable {
    let code: String
    let arguments: [String]

    init(_ refusal: Refusal) {
        code = refusal.code
        arguments = refusal.arguments
    }

    var refusal: Refusal? { Refusal(code: code, arguments: arguments) }
}

/// A submission's state as its record keeps it, and what the scheduler must know to ask again or not.
struct StateRecord: Codable, Hashable, Sendable {
    private var name: String
    private var refusals: [RefusalRecord]?
    private var job: String?
    private var serial: UInt64?
    /// What was asked when the enclave refused last: the same is not asked again before `notBefore`.
    var refusedAsk: String?
    /// When the same may be asked again, in Unix seconds; none if only something new can help.
    var notBefore: UInt64?

    enum CodingKeys: String, CodingKey {
        case name = "state"
        case refusals, job, serial, refusedAsk, notBefore
    }

    init(_ state: SubmissionState) {
        name = state.name
        self.state = state
    }

    /// The state; a record that makes no sense is that of a submission to be checked anew.
    var state: SubmissionState {
        get {
            let reasons = (refusals ?? []).compactMap(\.refusal)
            switch name {
            case "ready": return .ready
            case "asked":
                if let job = job.flatMap({ SHA256Digest(recordText: $0) }) { return .asked(job: job) }
            case "signed":
                if let serial { return .signed(serial: serial) }
            case "published":
                if let serial { return .published(serial: serial) }
            case "refused":
                if !reasons.isEmpty { return .refused(reasons) }
            default: break
            }
            return .waiting(missing: reasons)
        }
        set {
            (name, refusals, job, serial) = (newValue.name, nil, nil, nil)
            switch newValue {
            case .waiting(let missing): refusals = missing.map(RefusalRecord.init)
            case .ready: break
            case .asked(let hash): job = hash.hex
            case .signed(let number), .published(let number): serial = number
            case .refused(let reasons): refusals = reasons.map(RefusalRecord.init)
            }
        }
    }

    /// Lets an event happen.
    mutating func apply(_ event: SubmissionEvent) throws(SchedulerDirectoryError) {
        do throws(SchedulerCoreError) {
            state = try state.after(event)
        } catch {
            throw .inconsistent("\(error)")
        }
    }
}
