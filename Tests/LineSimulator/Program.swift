import ArgumentParser
import Dispatch
import Glibc
import TestSupport

/// A serial line that loses, flips and repeats bytes, between two pseudo-terminals.
@main
struct Program: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "line-simulator",
        abstract: "Simulate a serial line between two pseudo-terminals.",
        discussion: """
            Prints the two paths and carries bytes until SIGTERM or SIGINT, with a word for each 16 KiB; then it prints what \
            happened. SIGUSR1 takes both \
            devices away, SIGUSR2 brings them back, and SIGHUP loses everything for two seconds.
            """)

    @Argument(help: "The two paths by which programs open the ends.")
    var paths: [String]

    @Option(help: "Bits a second; 0: bytes take no time.")
    var baud = 115_200
    @Option(help: "How long a byte is under way.") var latencyMilliseconds: UInt64 = 0
    @Option(help: "The probability that a bit is flipped.") var bitErrors = 0.0
    @Option(help: "The probability that a byte is lost.") var drops = 0.0
    @Option(help: "The probability that a random byte follows one.") var inserts = 0.0
    @Option(help: "The probability that a byte arrives twice.") var duplicates = 0.0
    @Option(help: "The probability that a burst begins at a byte.") var bursts = 0.0
    @Option(help: "The probability that a byte is held up.") var stalls = 0.0
    @Option(help: "The probability that a cut begins at a byte.") var cuts = 0.0
    @Option(help: "What the faults follow from.") var seed: UInt64 = 1

    func validate() throws {
        guard paths.count == 2 else { throw ValidationError("expected two paths") }
        guard (0...3_000_000).contains(baud) else { throw ValidationError("--baud: expected 0 to 3000000") }
    }

    func run() throws {
        let simulator = try LineSimulator(at: (paths[0], paths[1]), rates, seed: seed)
        let sources = [
            on(SIGTERM) { simulator.stop() }, on(SIGINT) { simulator.stop() }, on(SIGUSR1) { simulator.unplug() },
            on(SIGUSR2) { try? simulator.replug() }, on(SIGHUP) { simulator.cut(milliseconds: 2_000) },
        ]
        print(paths[0], paths[1])
        // Whoever reads a pipe or a file waits for this line.
        fflush(nil)
        simulator.run(each: 1 << 14) { count in
            print("carried", count)
            fflush(nil)
        }
        sources.forEach { $0.cancel() }
        let counters = simulator.counters
        report("\(paths[0]) to \(paths[1])", counters.0)
        report("\(paths[1]) to \(paths[0])", counters.1)
        print("not read in time: \(counters.overruns) bytes")
    }

    private var rates: LineRates {
        var rates = LineRates(baud: baud == 0 ? nil : baud)
        rates.latencyNanoseconds = latencyMilliseconds * 1_000_000
        rates.bitErrors = bitErrors
        rates.drops = drops
        rates.inserts = inserts
        rates.duplicates = duplicates
        rates.bursts = bursts
        rates.stalls = stalls
        rates.cuts = cuts
        return rates
    }

    private func report(_ direction: String, _ counters: LineFaults.Counters) {
        print(
            "\(direction): \(counters.bytesSent) bytes sent, \(counters.bytesArrived) arrived, \(counters.bitErrors) bits "
                + "flipped, \(counters.drops) bytes lost, \(counters.inserts) inserted, \(counters.duplicates) repeated, "
                + "\(counters.bursts) bursts, \(counters.stalls) stalls, \(counters.cuts) cuts")
    }

    private func on(_ number: CInt, _ handler: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: handler)
        source.resume()
        return source
    }
}
