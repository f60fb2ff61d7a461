import RepositoryDatabase
import RepositoryDirectory
import RepositoryUpdate
import SyncDatabase

/// Says what an update does: a line for each change, or JSON at the end.
struct UpdateReport: Sendable {
    let isJSON: Bool

    /// Says what happened besides the changes, as it happens.
    var tell: @Sendable (UpdateEvent) -> Void {
        let isJSON = isJSON
        return { event in
            if let warning = Self.warning(event) { Terminal.complain(Terminal.plain(warning)) }
            if !isJSON, let line = Self.line(event) { print(Terminal.plain(line)) }
        }
    }

    private static func line(_ event: UpdateEvent) -> String? {
        switch event {
        case .waitsForLock(_, let owner):
            "waiting for \(owner.map { "process \($0)" } ?? "another process"), which holds the lock"
        case .findsNoSignature(let file): "\(file) has no signature to verify"
        case .verified(let file): "the signature of \(file) is good"
        case .signed(let file): "signed \(file)"
        case .deleted(let path): "deleted \(path)"
        case .keeps(let fileName, let reason): "kept \(fileName): \(reason)"
        case .step, .nothingToDo, .verifies, .reads, .writes, .leavesEmpty, .signs, .published, .findsEmpty,
            .leavesUntidy:
            nil
        }
    }

    private static func warning(_ event: UpdateEvent) -> String? {
        switch event {
        case .findsEmpty(let file, let companion): "warning: \(file) is missing or empty, but \(companion) has entries"
        case .leavesUntidy(let reason): "warning: some files are left for the next run to tidy up: \(reason)"
        default: nil
        }
    }

    private static func line(_ step: UpdatePlan.Step, isPublished: Bool) -> String {
        switch step {
        case .adds(let package, _, _) where !isPublished: return "unchanged \(package.entry.directory)"
        case .adds(let package, let replaced, let remarks):
            let old = replaced.filter { $0 != package.entry.directory }.map(\.version).joined(separator: ", ")
            let sign = remarks.isEmpty ? "" : " (\(remarks.map(words).joined(separator: "; ")))"
            return "added \(package.entry.directory)\(old.isEmpty ? "" : ", which replaces \(old)")\(sign)"
        case .skips(let package, let remark): return "skipped \(package.entry.directory): \(words(remark))"
        case .removes(_, let entries): return "removed \(entries.map(\.text).joined(separator: ", "))"
        }
    }

    private static func words(_ remark: UpdatePlan.Remark) -> String {
        switch remark {
        case .alreadyThere: "this version was there already"
        case .newerPresent(let entry): "\(entry.version) was there, which is newer"
        }
    }

    private struct Change: Encodable {
        let action: String
        let name: String
        var version: String?
        var file: String?
        var replaced: [String] = []
        var reason: String?

        init(_ step: UpdatePlan.Step, isPublished: Bool) {
            switch step {
            case .adds(let package, let replaced, let remarks):
                action = isPublished ? "added" : "unchanged"
                name = package.entry.directory.name
                version = package.entry.directory.version
                file = package.path
                self.replaced = isPublished ? replaced.map(\.version) : []
                reason = remarks.first.map(UpdateReport.words)
            case .skips(let package, let remark):
                action = "skipped"
                name = package.entry.directory.name
                version = package.entry.directory.version
                file = package.path
                reason = UpdateReport.words(remark)
            case .removes(let name, let entries):
                action = "removed"
                self.name = name
                replaced = entries.map(\.version)
            }
        }
    }

    private struct Summary: Encodable {
        let database: String
        let published: Bool
        let changes: [Change]
    }

    /// Prints what is to be known at the end.
    func finish(_ outcome: RepositoryUpdate.Outcome, of names: DatabaseFileNames) throws {
        guard isJSON else {
            for step in outcome.steps { print(Terminal.plain(Self.line(step, isPublished: outcome.isPublished))) }
            if !outcome.isPublished { print("nothing was changed") }
            return
        }
        try printJSON(
            Summary(
                database: names.path(of: .db), published: outcome.isPublished,
                changes: outcome.steps.map { Change($0, isPublished: outcome.isPublished) }))
    }
}
