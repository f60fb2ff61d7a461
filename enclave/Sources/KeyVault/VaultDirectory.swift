import Descriptors
import Glibc
import JailRecords

/// The directory of a vault while one process changes it: no other one does so at the same time.
///
/// Files are written under names that end with `.new`. New ones then get their own names as well, the one with the secret last,
/// and the `.new` names go. So wherever a change is cut off, a key whose file is there is whole, and of one that is not, the
/// next change knows by the `.new` names what has to go.
struct VaultDirectory: ~Copyable {
    /// A file that is to be there.
    struct NewFile {
        let name: String
        let bytes: [UInt8]
        let permissions: UInt32
    }

    /// The last file of a restored backup: without it nothing of the backup counts.
    static let policyName = "policy.json"
    private static let newSuffix = ".new"
    private static let retiredSuffix = ".retired"

    let path: String
    private let held: Descriptor

    /// Waits for whoever else changes the directory, and finishes or undoes what was cut off before.
    static func changing(_ path: String) throws(KeyVaultError) -> VaultDirectory {
        let held = try translating {
            let directory = try Descriptor.opening(path, flags: O_RDONLY | O_DIRECTORY)
            try directory.lock()
            return directory
        }
        let directory = VaultDirectory(path: path, held: held)
        try directory.settle()
        return directory
    }

    private init(path: String, held: consuming Descriptor) {
        self.path = path
        self.held = held
    }

    borrowing func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes new files, all or none, the one that makes the others count last; none of them may exist yet.
    borrowing func add(_ files: [NewFile]) throws(KeyVaultError) {
        for name in files.map(\.name) where FileSystem.exists(file(name)) { throw .present(file(name)) }
        var named = 0
        do throws(DescriptorError) {
            for file in files { try write(file) }
            try held.synchronize()
            for name in files.map(\.name) {
                // All that is to count has its name on the disk before what makes it count.
                if named == files.count - 1 { try held.synchronize() }
                try FileSystem.link(file(name + Self.newSuffix), to: file(name))
                named += 1
            }
            try held.synchronize()
        } catch {
            for name in files.map(\.name).prefix(named).reversed() { try? FileSystem.remove(file(name)) }
            for name in files.map(\.name) { try? FileSystem.remove(file(name + Self.newSuffix)) }
            throw .system(error)
        }
        // From the last one on: what is left of them if this is cut off belongs to a key that is whole.
        for name in files.map(\.name).reversed() { try? FileSystem.remove(file(name + Self.newSuffix)) }
    }

    /// Puts a file in the place of the one of its name, if there is one.
    borrowing func replace(_ new: NewFile) throws(KeyVaultError) {
        do throws(DescriptorError) {
            try write(new)
            try FileSystem.rename(file(new.name + Self.newSuffix), to: file(new.name))
            try held.synchronize()
        } catch {
            try? FileSystem.remove(file(new.name + Self.newSuffix))
            throw .system(error)
        }
    }

    /// Removes a file, if it is there.
    borrowing func remove(_ name: String) throws(KeyVaultError) {
        guard FileSystem.exists(file(name)) else { return }
        do throws(DescriptorError) {
            try FileSystem.remove(file(name))
            try held.synchronize()
        } catch { throw .system(error) }
    }

    /// Overwrites and removes a sealed key and takes back its request; what cuts this off leaves a key or none.
    borrowing func retire(_ selector: KeySelector, at path: String) throws(KeyVaultError) {
        do throws(DescriptorError) {
            try FileSystem.rename(path, to: file("\(selector)\(Self.retiredSuffix)"))
            try held.synchronize()
        } catch { throw .system(error) }
        try finishRetirement(of: "\(selector)")
    }

    private borrowing func finishRetirement(of stem: String) throws(KeyVaultError) {
        do throws(DescriptorError) {
            let retired = try Descriptor.opening(file(stem + Self.retiredSuffix), flags: O_WRONLY | O_NOFOLLOW)
            try retired.writeAll([UInt8](repeating: 0, count: SealedKey.maximumByteCount))
            try retired.synchronize()
        } catch { throw .system(error) }
        try remove("\(stem).request")
        try remove(stem + Self.retiredSuffix)
    }

    private borrowing func write(_ new: NewFile) throws(DescriptorError) {
        let file = try Descriptor.creating(file(new.name + Self.newSuffix), permissions: new.permissions)
        try file.writeAll(new.bytes)
        try file.synchronize()
    }

    private borrowing func settle() throws(KeyVaultError) {
        let names: [String]
        do throws(DescriptorError) { names = try FileSystem.names(inDirectory: path) } catch { throw .system(error) }
        let isCutOffRestore =
            names.contains(Self.policyName + Self.newSuffix) && !names.contains(Self.policyName)
        for name in names where name.hasSuffix(Self.newSuffix) {
            let own = String(name.dropLast(Self.newSuffix.count))
            guard own == Self.policyName || Self.stem(of: own) != nil else { continue }
            let stem = Self.stem(of: own) ?? ""
            let isWhole = !isCutOffRestore && ["key", "token"].contains { names.contains("\(stem).\($0)") }
            if !isWhole, own != Self.policyName, FileSystem.isSameFile(file(own), file(name)) { try remove(own) }
            try remove(name)
        }
        for name in names where name.hasSuffix(Self.retiredSuffix) {
            if let stem = Self.stem(of: name) { try finishRetirement(of: stem) }
        }
    }

    /// The key that a file's name names.
    private static func stem(of name: String) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, KeySelector(name: String(parts[0])) != nil else { return nil }
        return String(parts[0])
    }
}
