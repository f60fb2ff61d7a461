import Cryptography
import Descriptors
import FoundationEssentials
import Publisher
import SyncDatabase

/// Compares package files with what the entries of a database say of them.
struct PackageFileCheck {
    let directory: String

    /// What is wrong, in the order of the entries; files are read on all cores.
    func findings(_ claims: [DatabaseReport.PackageClaim]) async -> [DatabaseReport.Finding] {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return await withTaskGroup(of: (Int, String?).self) { group in
            var waiting = claims.enumerated().makeIterator()
            var texts: [Int: String] = [:]
            for _ in 0..<cores {
                if let (position, claim) = waiting.next() { group.addTask { (position, fault(of: claim)) } }
            }
            for await (position, text) in group {
                texts[position] = text
                if let (position, claim) = waiting.next() { group.addTask { (position, fault(of: claim)) } }
            }
            return claims.enumerated().compactMap { position, claim in
                texts[position].map { DatabaseReport.Finding(directory: claim.directory, text: $0) }
            }
        }
    }

    private func fault(of claim: DatabaseReport.PackageClaim) -> String? {
        do throws(DescriptorError) {
            let state = try DurableFile.state(of: "\(directory)/\(claim.fileName)")
            if state.length != claim.size { return "the package file does not have the size of the entry" }
            return state.digest().hex == claim.sha256 ? nil : "the package file does not have the SHA-256 of the entry"
        } catch .systemCall(let error) {
            return "the package file cannot be read: \(error.message)"
        } catch {
            return "the package file cannot be read: \(error)"
        }
    }
}
