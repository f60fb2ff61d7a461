public import Descriptors

/// Why a directory has no source manifest, or another one than was approved.
public enum SourceManifestError: Error, Equatable, CustomStringConvertible {
    /// A system call failed on a file of the directory.
    case system(DescriptorError)
    /// A file of the directory is not as it must be.
    case file(path: String, expected: String)
    /// The directory has no `.SRCINFO`.
    case sourceInfoMissing
    /// `.SRCINFO` is not as makepkg writes it; `line` counts from 1.
    case sourceInfo(line: Int?, expected: String)
    /// A source could be another one at the next download.
    case source(String, expected: String)
    /// The directory is not what the manifest says; `path` is the first file, or line of the manifest, that differs.
    case changed(path: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .system(let error): error.description
        case .file(let path, let expected): "\(path): expected \(expected)"
        case .sourceInfoMissing: ".SRCINFO is missing: run `makepkg --printsrcinfo > .SRCINFO`"
        case .sourceInfo(let line, let expected):
            ".SRCINFO\(line.map { " line \($0)" } ?? ""): expected \(expected)"
        case .source(let source, let expected): "source \(source): expected \(expected)"
        case .changed(let path): "\(path) is not what was approved"
        }
    }
}
