import Attestation
import RepositoryDatabase

extension DescriptionField {
    /// What pacman calls the field, or would.
    var label: String {
        switch self {
        case .fileName: "File name"
        case .name: "Name"
        case .base: "Base"
        case .version: "Version"
        case .description: "Description"
        case .groups: "Groups"
        case .compressedSize: "Download size"
        case .installedSize: "Installed size"
        case .sha256: "SHA-256"
        case .url: "URL"
        case .licenses: "Licenses"
        case .architecture: "Architecture"
        case .buildDate: "Build date"
        case .packager: "Packager"
        case .replaces: "Replaces"
        case .conflicts: "Conflicts with"
        case .provides: "Provides"
        case .depends: "Depends on"
        case .optDepends: "Optional deps"
        case .makeDepends: "Make deps"
        case .checkDepends: "Check deps"
        }
    }

    /// A value as a person reads it.
    func words(_ untrustedValue: String) -> String {
        switch (self, UInt64(untrustedValue)) {
        case (.compressedSize, let count?), (.installedSize, let count?): byteCount(count)
        case (.buildDate, let seconds?): Timestamp(seconds: seconds)?.text ?? untrustedValue
        default: Terminal.plain(untrustedValue)
        }
    }
}

/// A number of bytes with the unit in which it is easiest to read.
func byteCount(_ count: UInt64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    guard count >= 1024 else { return "\(count) B" }
    let power = (63 - count.leadingZeroBitCount) / 10
    let tenths = (count >> (10 * (power - 1))) * 10 / 1024
    return "\(tenths / 10).\(tenths % 10) \(units[power - 1])"
}
