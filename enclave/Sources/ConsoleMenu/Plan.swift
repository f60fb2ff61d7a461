/// What an action comes to once everything is known: words for people, and steps.
public struct Plan: Hashable, Sendable {
    /// What is looked at before anybody confirms; changes nothing of the enclave.
    public var preview: [Step] = []
    /// What will be done, in sentences.
    public var words: [String] = []
    /// How people say that it is meant.
    public var confirmation = Confirmation.none
    /// What is done, in order, up to the first that fails; steps that are always done are done after that, too.
    public var steps: [Step] = []

    /// How people say that it is meant.
    public enum Confirmation: Hashable, Sendable {
        /// Nothing changes.
        case none
        /// By the word `yes`.
        case yes
        /// By the first and the last eight characters of a digest as they read it at their desks.
        case digest(String)
    }

    /// Whether what was typed confirms it.
    public static func confirms(_ typed: [String], digest: String) -> Bool {
        typed == [String(digest.prefix(8)), String(digest.suffix(8))]
    }

    /// A digest in groups that can be compared by reading aloud.
    public static func groups(of digest: String) -> String {
        stride(from: 0, to: digest.count, by: 8).map { offset in
            String(digest.dropFirst(offset).prefix(8))
        }.joined(separator: " ")
    }
}

/// One thing that the console does.
public struct Step: Hashable, Sendable {
    /// What is done.
    public var work: Work
    /// Done also if a step before it failed.
    public var isAlways = false
    /// Done only if a step before it failed.
    public var isOnFailure = false
    /// Its failure is told, and the next step is done all the same.
    public var mayFail = false

    /// What is done.
    public enum Work: Hashable, Sendable {
        /// A program runs; what it prints is shown.
        case run(Command)
        /// A program runs; what it prints is not shown, and only put into words.
        case ask(Command)
        /// A program runs and says one of these, or else this is why nothing more is done.
        case expect(Command, says: [String], orElse: String)
        /// A program runs and fails, or else this is why nothing more is done.
        case expectFailure(Command, orElse: String)
        /// A program runs, and what it prints is a secret, which is not shown.
        case unseal(Command, as: String)
        /// A program runs, and what it prints goes to a file of root's.
        case record(Command, in: String)
        /// A secret that was typed, or with an empty key 32 random bytes in Base64, is put into a new file.
        case place(secret: String, at: String)
        /// A new directory, also where it is there already.
        case directory(String, owner: String, mode: UInt32)
        /// A directory in which a user wrote becomes root's, with the folders in it: nothing is swapped while it is read.
        case seize(String)
        /// A regular file, or a folder of such, is copied for a user; no link is followed.
        case copy(String, to: String, owner: String)
        /// Regular files of a directory whose names have these ends are copied.
        case collect(String, suffixes: [String], to: String)
        /// Regular files, and folders of such, are copied from a medium; names that are none are told.
        case takeIn(String, to: String)
        /// A directory gets another name, which nothing but an empty directory has.
        case move(String, to: String)
        /// A file is overwritten and removed, if it is there.
        case wipe(String)
        /// A directory becomes root's; files in it are overwritten and removed, with folders. The directory stays.
        case clear(String)
        /// What is written under a directory is on its disk.
        case synchronize(String)
    }

    /// A step that ends the plan if it fails.
    public init(_ work: Work) { self.work = work }

    /// The same step, done whatever failed before.
    public var always: Step {
        var step = self
        step.isAlways = true
        return step
    }

    /// The same step, done only after a failure.
    public var onFailure: Step {
        var step = self
        step.isOnFailure = true
        return step
    }

    /// The same step, whose failure ends nothing.
    public var tolerated: Step {
        var step = self
        step.mayFail = true
        return step
    }
}

/// A program with its arguments; no shell reads them.
public struct Command: Hashable, Sendable {
    /// The absolute path.
    public var program: String
    /// The arguments after the program's own name.
    public var arguments: [String]
    /// Which secret that was typed goes to its standard input; empty for 32 random bytes in Base64, nil for nothing.
    public var input: String?

    /// Puts the parts together.
    public init(_ program: String, _ arguments: [String], input: String? = nil) {
        self.program = program
        self.arguments = arguments
        self.input = input
    }
}
