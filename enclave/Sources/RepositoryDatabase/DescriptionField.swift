/// The fields of a `desc` entry in the order in which they stand (descv2).
public enum DescriptionField: String, CaseIterable, Hashable, Sendable {
    /// The package's file name.
    case fileName = "FILENAME"
    /// The package's name.
    case name = "NAME"
    /// The name of the source package that it was built from.
    case base = "BASE"
    /// The full version.
    case version = "VERSION"
    /// One line that describes the package.
    case description = "DESC"
    /// The groups that the package belongs to.
    case groups = "GROUPS"
    /// The size of the package file in bytes.
    case compressedSize = "CSIZE"
    /// The size of the installed files in bytes.
    case installedSize = "ISIZE"
    /// The SHA-256 of the package file.
    case sha256 = "SHA256SUM"
    /// The project's address.
    case url = "URL"
    /// The licences.
    case licenses = "LICENSE"
    /// The architecture that the package was built for.
    case architecture = "ARCH"
    /// When it was built, in Unix seconds.
    case buildDate = "BUILDDATE"
    /// Who built it.
    case packager = "PACKAGER"
    /// What it replaces.
    case replaces = "REPLACES"
    /// What it conflicts with.
    case conflicts = "CONFLICTS"
    /// What it provides.
    case provides = "PROVIDES"
    /// What it needs to run.
    case depends = "DEPENDS"
    /// What it can use.
    case optDepends = "OPTDEPENDS"
    /// What building it needs.
    case makeDepends = "MAKEDEPENDS"
    /// What checking it needs.
    case checkDepends = "CHECKDEPENDS"

    /// Whether the field may carry more than one line.
    public var isList: Bool {
        switch self {
        case .groups, .licenses, .replaces, .conflicts, .provides, .depends, .optDepends, .makeDepends, .checkDepends:
            true
        default: false
        }
    }
}
