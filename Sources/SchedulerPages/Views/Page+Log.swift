import Cryptography
public import SchedulerDirectory

extension Page {
    /// The newest head of the log, and its newest leaves.
    public static func log(_ head: LogHead, newest leaves: [LogLine]) -> Page {
        var values: [String: Any] = [
            "size": "\(head.size)", "root": head.root.hex, "hasLeaves": !leaves.isEmpty,
            "leaves": leaves.map { leaf in
                [
                    "index": "\(leaf.index)", "kind": leaf.kind, "subject": leaf.subject, "at": Words.time(leaf.at),
                ] as [String: Any]
            },
        ]
        if let checkpoint = head.checkpoint { values["checkpoint"] = String(decoding: checkpoint, as: UTF8.self) }
        return Page(.log, title: "Log", section: .log, values)
    }
}
