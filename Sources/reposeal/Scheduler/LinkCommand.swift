import ArgumentParser
import EnclaveClient
import Glibc
import Link
import SchedulerDirectory

/// `reposeal link`: the line between a scheduler and its enclave.
struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Look after the line to the enclave.",
        subcommands: [Test.self])

    /// `reposeal link test`.
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measure the line to the enclave and say what is wrong with it.",
            discussion: """
                The enclave repeats random bytes, for some seconds, in a signed answer; it keeps nothing of them. What is \
                measured are bytes a second each way, without what frames and repetitions add; damaged and repeated frames; \
                and how long a small request takes. Do not test while a scheduler works: the enclave serves one at a time.

                The exit status is 0 if nothing is wrong, 2 if the line works but could do better, and 1 if the test \
                could not be done.

                    $ reposeal link test --scheduler /srv/reposeal --seconds 60
                """)

        @OptionGroup var scheduler: SchedulerOptions

        @Option(
            help: ArgumentHelp(
                "How many bytes go each way in a round, 1024 to 1048576 (default: what the line carries in 5 seconds).",
                valueName: "bytes"))
        var size: Int?

        @Option(help: ArgumentHelp("For how long new rounds begin.", valueName: "seconds"))
        var seconds = 15

        @Flag(help: "Print the result as JSON.")
        var json = false

        func validate() throws {
            if let size, !(1024...1_048_576).contains(size) {
                throw ValidationError("--size: expected 1024 to 1048576 bytes")
            }
            guard (0...86_400).contains(seconds) else {
                throw ValidationError("--seconds: expected 0 to 86400")
            }
        }

        func run() throws {
            let home = try scheduler.home()
            let isTerminal = isatty(STDERR_FILENO) == 1
            let start = ContinuousClock.now
            let measurement = try home.testLink(size: size, seconds: Double(seconds)) { measurement in
                guard isTerminal else { return }
                let left = max(0, seconds - Int((ContinuousClock.now - start).components.seconds))
                let words = "round \(measurement.roundCount): \(Int(measurement.requestRate)) bytes/s to the enclave, "
                Terminal.write(
                    "\r\(words)\(Int(measurement.answerRate)) back, \(left) s left\u{1b}[K", to: STDERR_FILENO)
            }
            if isTerminal { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
            if json { try printJSON(Document(measurement)) } else { Self.show(measurement) }
            if !measurement.advice.isEmpty { throw ExitCode(2) }
        }

        private static func show(_ measurement: LinkMeasurement) {
            let counters = measurement.counters
            print("address         \(Terminal.plain(measurement.address.description))")
            print("rounds          \(measurement.roundCount), \(measurement.byteCount) bytes each way")
            print("to the enclave  \(rate(measurement.requestRate, of: measurement.lineRate))")
            print("from it         \(rate(measurement.answerRate, of: measurement.lineRate))")
            print("round trip      \(Int(measurement.roundTripSeconds * 1000)) ms for a small request")
            print("frames sent     \(counters.framesSent), repeated \(counters.framesRepeated)")
            print("frames read     \(counters.framesReceived), damaged \(counters.framesBad)")
            if measurement.advice.isEmpty { print("Nothing is wrong with the line.") }
            for advice in measurement.advice { print(advice) }
        }

        private static func rate(_ rate: Double, of line: Double?) -> String {
            guard let line else { return "\(Int(rate)) bytes/s" }
            return "\(Int(rate)) bytes/s, \(Int(100 * rate / line)) % of what the line carries"
        }

        private struct Document: Encodable {
            let address: String
            let rounds, bytes: Int
            let requestBytesPerSecond, answerBytesPerSecond, roundTripSeconds: Double
            let lineBytesPerSecond: Double?
            let framesSent, framesRepeated, framesReceived, framesDamaged, bytesSent, bytesReceived: UInt64
            let advice: [String]

            init(_ measurement: LinkMeasurement) {
                address = measurement.address.description
                (rounds, bytes) = (measurement.roundCount, measurement.byteCount)
                requestBytesPerSecond = measurement.requestRate
                answerBytesPerSecond = measurement.answerRate
                roundTripSeconds = measurement.roundTripSeconds
                lineBytesPerSecond = measurement.lineRate
                framesSent = measurement.counters.framesSent
                framesRepeated = measurement.counters.framesRepeated
                framesReceived = measurement.counters.framesReceived
                framesDamaged = measurement.counters.framesBad
                bytesSent = measurement.counters.bytesSent
                bytesReceived = measurement.counters.bytesReceived
                advice = measurement.advice.map(\.rawValue)
            }
        }
    }
}
