public import Descriptors
import Glibc

/// One job in fresh namespaces of its own; it is killed when this value goes.
public struct Jail: ~Copyable {
    private let process: ChildProcess
    private var input: Descriptor?
    private let output: Descriptor
    private let complaints: Descriptor
    private var deadline: Deadline
    private let wallClockSeconds: UInt64
    private let startedAt = SystemClock.monotonicNanoseconds()

    /// Whether the job still takes something of its request, as far as `exchange` has seen.
    public private(set) var takesMore = true

    /// The file in memory that the job has if it was started with it; what is here before the request is sent, the job can read.
    public let memory: Descriptor

    /// The process number of bubblewrap outside the jail, whose only child is the job.
    public var processNumber: Int32 { process.number }

    /// Starts the profile's program in a jail, where it has its standard streams and, if asked for, as descriptor 3 an empty
    /// file in memory.
    ///
    /// Whatever else this process has open stays outside.
    public static func start(
        _ profile: JailProfile, withMemory hasMemory: Bool = false
    ) throws(SandboxError) -> Jail {
        guard geteuid() != 0 else { throw .startedByRoot }
        let filter = try SystemCallFilter.building(from: SystemCallRule.rules(for: profile.kind)).program()
        do {
            return try Jail(
                command: profile.command(filterNumber: filterNumber(withMemory: hasMemory)), filter: filter,
                withMemory: hasMemory, wallClockSeconds: profile.limits.wallClockSeconds)
        } catch { throw .system(error) }
    }

    /// The descriptor from which bubblewrap reads the filter: the first one that the job does not get.
    static func filterNumber(withMemory hasMemory: Bool) -> Int { hasMemory ? 4 : 3 }

    /// Starts a jail by the words of its command; what `start` gives here is what tests take a word or a rule from.
    init(
        command: [String], filter: borrowing Descriptor, withMemory hasMemory: Bool = false,
        wallClockSeconds seconds: UInt64
    ) throws(DescriptorError) {
        // bubblewrap may have ended before its job is sent.
        ThisProcess.ignoreBrokenPipeSignal()
        let limit = Deadline(milliseconds: seconds * 1000)
        let request = try Pipe()
        let answer = try Pipe()
        let errors = try Descriptor.memory(name: "complaints")
        let input = try Descriptor.memory(name: "input")
        try request.writer.setNonblocking()
        var descriptors = [request.reader.number, answer.writer.number, errors.number]
        if hasMemory { descriptors.append(input.number) }
        let child = try ChildProcess(arguments: command, descriptors: descriptors + [filter.number])
        process = child
        self.input = request.takeWriter()
        memory = input
        output = answer.takeReader()
        complaints = errors
        deadline = limit
        wallClockSeconds = seconds
    }

    /// Whether it still waits for its job, and was started no longer ago than this.
    borrowing func isWaiting(atMost seconds: UInt64) -> Bool {
        SystemClock.monotonicNanoseconds() - startedAt <= seconds * 1_000_000_000 && process.isRunning
    }

    /// Gives the job, which begins now, the time that its profile allows.
    mutating func beginJob() { deadline = Deadline(milliseconds: wallClockSeconds * 1000) }

    /// Writes the whole request and closes the job's standard input.
    ///
    /// A job that ended without reading it all is no error here; `finish` says how it ended.
    public mutating func send(_ request: [UInt8]) throws(SandboxError) {
        try write(request)
        input = nil
    }

    /// The same for a part of the request, after which more may come.
    public mutating func write(_ part: [UInt8]) throws(SandboxError) {
        guard let input = input.take() else { return }
        do {
            try input.writeAll(part, deadline: deadline)
            self.input = consume input
        } catch .systemCall(let error) where error.number == EPIPE {
            return
        } catch {
            throw explained(error, limit: 0)
        }
    }

    /// Reads what the job says next, or nothing where it rather takes more of its request, which is dropped from the part.
    public mutating func exchange(_ part: inout ArraySlice<UInt8>) throws(SandboxError) -> [UInt8] {
        guard let input = input.take() else { return try read() }
        do {
            if try output.isReadable(before: input, until: deadline) {
                let bytes = try output.read(atMost: 1 << 16, deadline: deadline)
                takesMore = !bytes.isEmpty
                if takesMore { self.input = consume input }
                return bytes
            }
            part = part.dropFirst(try input.writeSome(part))
            self.input = consume input
            return []
        } catch .systemCall(let error) where error.number == EPIPE {
            takesMore = false
            return []
        } catch {
            throw explained(error, limit: 0)
        }
    }

    /// Reads what the job says next; empty at its end.
    public mutating func read() throws(SandboxError) -> [UInt8] {
        do { return try output.read(atMost: 1 << 16, deadline: deadline) } catch { throw explained(error, limit: 0) }
    }

    /// Ends the request.
    public mutating func endRequest() {
        input = nil
        takesMore = false
    }

    /// Reads the answer to its end and waits for the job, which must end with status 0.
    ///
    /// A job that says more than `limit` bytes or takes longer than its profile allows is killed.
    public consuming func finish(limit: Int) throws(SandboxError) -> [UInt8] {
        input = nil
        let answer: [UInt8]
        let status: CInt
        do {
            answer = try output.readToEnd(limit: limit, deadline: deadline)
            status = try process.wait(until: deadline)
        } catch {
            throw explained(error, limit: limit)
        }
        guard status != 0 else { return answer }
        let complaint = readComplaint()
        if complaint.hasPrefix("bwrap: ") || complaint.hasPrefix("prlimit: ") {
            guard let hindrance = Hindrance(complaint: complaint) else { throw .notStarted(complaint: complaint) }
            throw .forbidden(hindrance, complaint: complaint)
        }
        if status > 128 { throw .killed(signal: status - 128, complaint: complaint) }
        throw .failed(status: status, complaint: complaint)
    }

    private borrowing func explained(_ error: DescriptorError, limit: Int) -> SandboxError {
        switch error {
        case .timedOut: .timedOut(seconds: wallClockSeconds)
        case .limitExceeded: .answerTooLong(limit: limit)
        default: .system(error)
        }
    }

    /// The first line the job or bubblewrap complained with, reduced to what is safe to print.
    private borrowing func readComplaint() -> String {
        guard (try? complaints.rewind()) != nil, let untrusted = try? complaints.read(atMost: 300) else { return "" }
        let line = untrusted.prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line.filter { (0x20..<0x7f).contains($0) }, as: UTF8.self)
    }
}
