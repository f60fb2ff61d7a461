public import Logging
import Refusals
public import SchedulerDirectory

extension Logger {
    /// One line for each event of a pass.
    public func log(_ report: PassReport) {
        for file in report.accepted { info("accepted", metadata: ["file": "\(file)"]) }
        for file in report.turnedAway {
            warning("turned away", metadata: ["file": "\(file.file)", "reason": "\(file.reason)"])
        }
        for job in report.jobs {
            var metadata: Metadata = [
                "job": "\(job.hash)", "databases": "\(job.databases.joined(separator: ","))",
                "changes": "\(job.changes.joined(separator: ","))",
            ]
            switch job.outcome {
            case .signed(let databases):
                let serials = databases.map { "\($0.repository)/\($0.architecture)=\($0.serial)" }
                metadata["serials"] = "\(serials.joined(separator: ","))"
                info("signed", metadata: metadata)
            case .refused(let refusals):
                for refusal in refusals {
                    metadata["code"] = "\(refusal.code)"
                    metadata["reason"] = "\(refusal)"
                    warning("refused", metadata: metadata)
                }
            }
        }
    }
}
