public import Foundation

/// A stock program that tests compare with or feed.
public struct Tool: Sendable {
    private let words: [String]

    /// Names a program, found on the search path, and its arguments.
    public init(_ words: String...) { self.words = words }

    /// Names a program, found on the search path, and its arguments.
    public init(_ words: [String]) { self.words = words }

    /// What a finished program left behind.
    public struct Result: Sendable {
        /// The exit status, or the signal that ended the program.
        public let status: Int32
        /// What it wrote to standard output.
        public let output: Data
        /// What it wrote to standard error.
        public let complaint: String

        /// The output as text.
        public var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// Runs the program to its end with the given standard input.
    public func run(input: Data = Data(), environment: [String: String] = [:]) throws -> Result {
        // Files rather than pipes, so that no amount of output can block the program.
        let folder = FileManager.default.temporaryDirectory.appending(path: "reposeal-tool-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inputFile, outputFile) = (folder.appending(path: "in"), folder.appending(path: "out"))
        let complaintFile = folder.appending(path: "err")
        try input.write(to: inputFile)
        try Data().write(to: outputFile)
        try Data().write(to: complaintFile)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: complaintFile)
        try withSignals { try process.run() }
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try Data(contentsOf: outputFile),
            complaint: String(decoding: try Data(contentsOf: complaintFile), as: UTF8.self))
    }

    /// Does something with no signal blocked: who is started inherits what is, and could not be ended by SIGTERM.
    private func withSignals(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}
