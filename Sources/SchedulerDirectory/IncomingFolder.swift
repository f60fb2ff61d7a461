import Descriptors
import Glibc
import Publisher

/// `incoming/`: files to look at, directly in it or one folder below; what begins with a dot is unfinished.
struct IncomingFolder {
    /// After so many seconds without a change, nobody goes on with what is unfinished.
    private static let patience: UInt64 = 24 * 3600

    let path: String

    /// What waits to be looked at: files, and folders with at least one, but nothing that a crash left behind.
    func arrivals() throws(DescriptorError) -> [String] {
        var found: [String] = []
        for name in try visibleNames(in: path) {
            // Not a part of one condition: that would be a closure that throws anything.
            if Self.kind(of: "\(path)/\(name)") == S_IFDIR {
                guard try !visibleNames(in: "\(path)/\(name)").isEmpty else { continue }
            }
            found.append(name)
        }
        return found
    }

    /// The paths of all that waits to be looked at.
    func files() throws(DescriptorError) -> [String] {
        var found: [String] = []
        for name in try visibleNames(in: path) {
            let one = "\(path)/\(name)"
            guard Self.kind(of: one) == S_IFDIR else {
                found.append(one)
                continue
            }
            found += try visibleNames(in: one).map { "\(one)/\($0)" }
        }
        return found
    }

    /// Removes folders in which nothing is left, and what was not finished in time; `now` is in Unix seconds.
    func tidy(now: UInt64) throws(DescriptorError) {
        try DurableFile.removeUnfinished(in: path, unchangedSince: now.subtracting(Self.patience))
        for name in try visibleNames(in: path) where Self.kind(of: "\(path)/\(name)") == S_IFDIR {
            let folder = "\(path)/\(name)"
            try DurableFile.removeUnfinished(in: folder, unchangedSince: now.subtracting(Self.patience))
            // Fails unless it is empty.
            _ = unsafe rmdir(folder)
        }
    }

    /// The type bits of a file's mode; 0 if there is no such file.
    static func kind(of path: String) -> mode_t {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    private func visibleNames(in folder: String) throws(DescriptorError) -> [String] {
        try DurableFile.names(in: folder).filter { !$0.hasPrefix(".") }
    }
}

extension UInt64 {
    fileprivate func subtracting(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
