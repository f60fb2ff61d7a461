public import SchedulerDocuments

extension Page {
    private static let changesShown = 500

    /// One job that the enclave was asked for.
    public static func job(_ job: JobDocument) -> Page {
        let headings = ["update": "Update", "refresh": "Refresh", "import": "Import", "re-signing": "Signing anew"]
        var values: [String: Any] = [
            "kind": headings[job.kind] ?? job.kind, "hash": job.hash, "progress": progress(job.state),
            "databases": job.databases.map {
                ["repository": $0.repository, "architecture": $0.architecture, "serial": "\($0.serial)"]
            },
            "hasChanges": !job.changes.isEmpty, "changes": job.changes.prefix(changesShown).map(change),
        ]
        if job.changes.count > changesShown { values["further"] = job.changes.count - changesShown }
        return Page(.job, title: "Job \(job.hash.prefix(12))", section: .repositories, values)
    }

    private static func progress(_ state: String) -> String {
        switch state {
        case "asked": "asked for, without an answer yet"
        case "answered": "answered, and being kept"
        default: "signed and kept"
        }
    }

    private static func change(_ words: String) -> [String: Any] {
        let isRemoval = words.hasPrefix("-")
        return StateBadge.values(isRemoval ? "leaves" : "enters").merging(
            ["what": isRemoval ? String(words.dropFirst()) : words]) { $1 }
    }
}
