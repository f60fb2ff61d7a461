import RepositoryUpdate
import SyncDatabase

extension StockMessages {
    /// Says what happened in the words of pacman's scripts; `database` is the database as the caller named it.
    func tell(_ event: UpdateEvent, of database: String) {
        switch event {
        case .waitsForLock(let path, let owner):
            warning("Waiting for lockfile: \(path).")
            if let owner { warning("Held by process \(owner)") }
        case .verifies: progress("Verifying database signature...")
        case .findsNoSignature: warning("No existing signature found, skipping verification.")
        case .verified: step("Database signature file verified.")
        case .reads(let file): progress("Reading \(file)...")
        case .step(let step): tell(step)
        case .nothingToDo: progress("No packages modified, nothing to do.")
        case .writes: progress("Creating updated database file '\(database)'")
        case .leavesEmpty: warning("No packages remain, creating empty database.")
        case .signs(let file): progress("Signing database '\(file)'...")
        case .signed(let file): step("Created signature file '\(file).sig'")
        case .published: break
        case .findsEmpty(let file, let companion): warning("\(file) is missing or empty, but \(companion) has entries.")
        case .leavesUntidy(let reason): warning("Some files are left for the next run to tidy up: \(reason)")
        case .deleted(let path): step("Removing old package file '\(path)'")
        case .keeps(let fileName, let reason): warning("Keeping old package file '\(fileName)': \(reason)")
        }
    }

    private func tell(_ step: UpdatePlan.Step) {
        switch step {
        case .adds(let package, let replaced, let remarks):
            progress("Adding package '\(package.path)'")
            for remark in remarks { tell(remark) }
            if package.hasSignature { self.step("Adding package signature...") }
            for entry in replaced { tellRemoval(of: entry) }
            for member in ["desc", "files"] { self.step("Creating '\(member)' db entry...") }
        case .skips(let package, let remark):
            progress("Adding package '\(package.path)'")
            tell(remark)
        case .removes(let name, let entries):
            progress("Searching for package '\(name)'...")
            for entry in entries { tellRemoval(of: entry) }
        }
    }

    private func tellRemoval(of entry: EntryName) { step("Removing existing entry '\(entry)'...") }

    private func tell(_ remark: UpdatePlan.Remark) {
        switch remark {
        case .alreadyThere(let entry): warning("An entry for '\(entry)' already existed")
        case .newerPresent(let entry):
            warning("A newer version for '\(entry.name)' is already present in database")
        }
    }
}
