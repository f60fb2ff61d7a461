public import PackageArchive
import RepositoryUpdate

extension StockOptions {
    /// Reads the arguments after the program's name; those without a leading hyphen may stand between options.
    ///
    /// Short options combine, long ones may be cut short as long as they mean one, and `--` ends them (pacman's `parseopts`).
    public init(parsing arguments: [String]) throws(StockUsageError) {
        self.init()
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                return
            } else if argument.hasPrefix("--") {
                try takeLong(argument.dropFirst(2), &rest)
            } else if argument.hasPrefix("-"), argument != "-" {
                try takeShort(argument.dropFirst(), &rest)
            } else {
                operands.append(argument)
            }
        }
    }

    private mutating func takeShort(
        _ letters: Substring, _ rest: inout ArraySlice<String>
    ) throws(StockUsageError) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = StockOption.allCases.first(where: { $0.letter == letter }) else {
                throw StockUsageError(description: "invalid option -- '\(letter)'")
            }
            guard option.takesValue else {
                try set(option, nil)
                continue
            }
            guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
                throw StockUsageError(description: "option requires an argument -- '\(letter)'")
            }
            return try set(option, value)
        }
    }

    private mutating func takeLong(_ text: Substring, _ rest: inout ArraySlice<String>) throws(StockUsageError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let option = try StockOption(longName: String(parts[0]))
        let attached = parts.count == 2 ? String(parts[1]) : nil
        guard option.takesValue else {
            guard attached == nil else {
                throw StockUsageError(description: "option '--\(option.rawValue)' does not allow an argument")
            }
            return try set(option, nil)
        }
        guard let value = attached ?? rest.popFirst() else {
            throw StockUsageError(description: "option '--\(option.rawValue)' requires an argument")
        }
        try set(option, value)
    }

    private mutating func set(_ option: StockOption, _ value: String?) throws(StockUsageError) {
        switch option {
        case .new: update.onlyNew = true
        case .preventDowngrade: update.preventsDowngrade = true
        case .remove: update.removesOldPackages = true
        case .includeSignatures: update.includesSignatures = true
        case .quiet: isQuiet = true
        case .noColour: mayColour = false
        case .sign: signs = true
        case .key: key = value
        case .verify: verifies = true
        case .waitForLock: waits = true
        case .dropSignatures: dropsSignatures = true
        case .profile:
            guard let profile = RepoAddProfile(ofRelease: value ?? "") else {
                throw StockUsageError(description: "option '--profile' knows '7.1' and '6.0'")
            }
            self.profile = profile
        }
    }
}

/// The options by their long names; those of pacman 7.1 and, last, two of Reposeal's own.
enum StockOption: String, CaseIterable {
    case includeSignatures = "include-sigs"
    case key
    case new
    case noColour = "nocolor"
    case preventDowngrade = "prevent-downgrade"
    case quiet
    case remove
    case sign
    case verify
    case waitForLock = "wait-for-lock"
    case dropSignatures = "drop-signatures"
    case profile

    /// The option that a name or the beginning of exactly one name means.
    init(longName untrustedName: String) throws(StockUsageError) {
        if let exact = StockOption(rawValue: untrustedName) {
            self = exact
            return
        }
        let matches = StockOption.allCases.filter { $0.rawValue.hasPrefix(untrustedName) }
        guard let match = matches.first else {
            throw StockUsageError(description: "invalid option '--\(untrustedName)'")
        }
        guard matches.count == 1 else {
            let names = matches.map { " '\($0.rawValue)'" }.joined()
            throw StockUsageError(description: "option '--\(untrustedName)' is ambiguous; possibilities:\(names)")
        }
        self = match
    }

    var takesValue: Bool { self == .key || self == .profile }

    var letter: Character? {
        switch self {
        case .key: "k"
        case .new: "n"
        case .preventDowngrade: "p"
        case .quiet: "q"
        case .remove: "R"
        case .sign: "s"
        case .verify: "v"
        case .waitForLock: "w"
        case .includeSignatures, .noColour, .dropSignatures, .profile: nil
        }
    }
}

extension RepoAddProfile {
    /// The profile of a release of pacman, as `--profile` names it.
    public init?(ofRelease release: String) {
        switch release {
        case "7.1": self = .descv2
        case "6.0": self = .v6_0
        default: return nil
        }
    }
}
