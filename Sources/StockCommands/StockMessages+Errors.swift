import Descriptors
import Glibc
import PackageArchive
import RepositoryDirectory
import RepositoryUpdate
import SyncDatabase

extension StockMessages {
    /// Says why an update failed in the words of pacman's scripts, with the reason, and returns the exit status.
    func tell(_ failure: RepositoryUpdateError) -> Int32 {
        switch failure {
        case .packages(let failures):
            for failure in failures { tell(failure) }
            progress("No packages modified, nothing to do.")
        case .unknownNames(let names):
            for name in names { error("Package matching '\(name)' not found.") }
            progress("No packages modified, nothing to do.")
        case .noDirectory(let path): error("\(path) does not exist or is not a directory.")
        case .noDatabase(let file): error("Repository file '\(file)' was not found.")
        case .database(let file, let reason): tell(reason, of: file)
        case .directory(.locked(let path, let owner)):
            error("Failed to acquire lockfile: \(path).")
            if let owner { error("Held by process \(owner)") }
            detail("wait for it with -w, or remove \(path) if it no longer runs")
            return 2
        case .directory(.system(let call)) where call.subject.hasSuffix(".lck"):
            error("Failed to acquire lockfile: \(call.subject).")
            detail("\(call)")
        case .directory(let reason): error("\(reason)")
        case .losesSignature(let file):
            error("'\(file)' is signed, and an unsigned update would leave clients with a bad signature.")
            detail("sign with --sign, or remove the signatures with --drop-signatures")
        case .gpgMissing: error("Cannot find the gpg binary! Is GnuPG installed?")
        case .noSecretKey(let name?): error("The key \(name) does not exist in your keyring.")
        case .noSecretKey(nil): error("There is no key in your keyring.")
        case .notSigned(let file, let reason):
            error("Failed to sign package database file '\(file)'")
            detail("\(reason); nothing was published")
        case .badSignature(let file):
            error("Database signature was NOT valid!")
            detail("it is that of \(file); nothing was changed")
        case .changedWhileVerified(let file):
            error("'\(file)' changed while it was verified.")
            detail("nothing was published; see who else writes it")
        case .nothingToVerify(let file): error("There is no signed '\(file)' to verify.")
        }
        return 1
    }

    private func tell(_ failure: RepositoryUpdateError.PackageFailure) {
        switch failure.reason {
        case .system(_, _, ENOENT): error("File '\(failure.path)' not found.")
        case .archive:
            error("'\(failure.path)' is not a package file, skipping")
            detail("\(failure.reason)")
        case .system, .refused, .member, .entry:
            error("Invalid package file '\(failure.path)'.")
            detail("\(failure.reason)")
        }
    }

    private func tell(_ reason: SyncDatabaseError, of file: String) {
        switch reason {
        case .unreadable, .notRepository, .damaged:
            error("Repository file '\(file)' is not a proper pacman database.")
        case .system(.systemCall(let call)) where call.number == EACCES:
            error("Cannot open repository file '\(file)'.")
        case .malformed, .entryTwice, .container, .system, .compressor:
            error("Cannot create database file '\(file)'.")
        }
        detail("\(reason)")
    }
}
