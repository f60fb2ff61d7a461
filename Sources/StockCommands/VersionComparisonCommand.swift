import ALPMTypes

/// `vercmp`: prints which of two versions is newer, as pacman's program of this name does.
public enum VersionComparisonCommand {
    /// What a call prints on each stream, and its exit status.
    public struct Outcome: Equatable, Sendable {
        /// What goes to standard output.
        public var output = ""
        /// What goes to standard error.
        public var complaint = ""
        /// The exit status.
        public let status: Int32
    }

    private static let synopsis = "Usage: vercmp <ver1> <ver2>\n"

    /// Answers the arguments after the program's name; `version` is the line that introduces the usage text.
    public static func answer(_ arguments: [String], version: String) -> Outcome {
        if let first = arguments.first, first == "-h" || first == "--help" {
            return Outcome(complaint: usage(version), status: 0)
        }
        guard !arguments.isEmpty else { return Outcome(complaint: usage(version), status: 2) }
        guard arguments.count == 2 else {
            return Outcome(complaint: "error: \(arguments.count) argument(s) specified\n\n\(synopsis)", status: 1)
        }
        return Outcome(output: "\(VersionComparison.vercmp(arguments[0], arguments[1]))\n", status: 0)
    }

    private static func usage(_ version: String) -> String {
        """
        \(version)

        Says which of two package versions is newer, as pacman orders them.

        \(synopsis)
        Output values:
          < 0 : if ver1 < ver2
            0 : if ver1 == ver2
          > 0 : if ver1 > ver2

        """
    }
}
