import ArgumentParser
import Refusals
import SchedulerDirectory
import SchedulerDocuments

/// A motion's end as JSON.
private struct MotionJSON: Encodable {
    let outcome: String
    let leaf: UInt64?
    let refusals: [RefusalDocument]
}

extension MotionReport {
    /// Prints the end for people or programs; throws for the exit status of a refusal.
    func show(_ title: String, carried: String = "in force", json: Bool) throws {
        switch self {
        case .carried(let leaf):
            if json { return try printJSON(MotionJSON(outcome: "carried", leaf: leaf, refusals: [])) }
            guard let leaf else { return print("\(title): \(Terminal.styled("accepted", .good))") }
            print("\(title): \(Terminal.styled(carried, .good)), leaf \(leaf) of the log")
        case .refused(let refusals):
            if json {
                try printJSON(MotionJSON(outcome: "refused", leaf: nil, refusals: refusals.map(RefusalDocument.init)))
            } else {
                for refusal in refusals {
                    print("\(title): \(Terminal.styled("refused", .bad)): \(refusal.code): \(refusal)")
                }
            }
            throw ExitCode.failure
        }
    }
}
