import Descriptors
import Glibc
import TestSupport
import Testing

@testable import Link

@Suite("A serial line under the link", .serialized, .timeLimit(.minutes(10)))
struct LineTests {
    private let folder: TemporaryDirectory
    private let simulator: LineSimulator
    private let carrier: Background<Void>

    init() throws {
        folder = try TemporaryDirectory()
        let simulator = try LineSimulator(at: (folder.path("a"), folder.path("b")), LineRates(baud: 921_600), seed: 1)
        self.simulator = simulator
        carrier = Background { simulator.run() }
    }

    private func address(_ name: String, baud: Int = 921_600) throws -> LinkAddress {
        try LinkAddress(parsing: "tty:\(folder.path(name))?baud=\(baud)")
    }

    private static func read(_ count: Int, from transport: inout Transport) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var entry = pollfd(fd: transport.number, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&entry, 1, 20_000)
            bytes += try transport.read()
        }
        return bytes
    }

    @Test("every byte passes as it is, and what came before the line was opened does not")
    func rawBytes() throws {
        let sender = try Transport(to: address("a"))
        #expect(try sender.write([1, 2, 3]) == 3)
        // Nobody had the other end open: these are lost.
        while simulator.counters.0.bytesArrived < 3 { usleep(1_000) }
        var receiver = try Transport(to: address("b"))
        let sent = (UInt8.min...UInt8.max).map { $0 }
        #expect(try sender.write(sent[...]) == 256)
        #expect(try Self.read(256, from: &receiver) == sent)
        #expect(try receiver.read().isEmpty)
        simulator.stop()
    }

    @Test("a second opener is told that the line is in use, and the first keeps it")
    func exclusive() throws {
        let first = try Transport(to: address("a"))
        #expect(throws: LinkError.busy(path: folder.path("a"))) { _ = try Transport(to: address("a")) }
        let number = first.number
        #expect(isatty(number) == 1)
        simulator.stop()
    }

    @Test("what is no line is refused, and what is not there is unplugged")
    func wrongDevices() throws {
        #expect(throws: LinkError.unplugged(path: folder.path("none"))) { _ = try Transport(to: address("none")) }
        let null = try LinkAddress(parsing: "tty:/dev/null")
        #expect(throws: LinkError.malformed(field: "address", expected: "a serial line at /dev/null")) {
            _ = try Transport(to: null)
        }
        simulator.stop()
    }

    @Test("a line that is unplugged says so, and the same name works again after it came back")
    func replug() throws {
        var line = try Transport(to: address("a"))
        let listener = try Listener(at: address("b"))
        simulator.unplug()
        #expect(throws: LinkError.unplugged(path: folder.path("a"))) { _ = try Self.read(1, from: &line) }
        #expect(try !listener.hasVisitor(within: 1))
        #expect(!listener.isPlugged)
        #expect(throws: LinkError.unplugged(path: folder.path("a"))) { _ = try Transport(to: address("a")) }
        try simulator.replug()
        while !listener.isPlugged { #expect(try !listener.hasVisitor(within: 600)) }
        let again = try Transport(to: address("a"))
        #expect(try again.write([1]) == 1)
        #expect(try listener.hasVisitor(within: 20_000))
        simulator.stop()
    }

    @Test("what a listener gets back is read first by the next connection")
    func putBack() throws {
        let listener = try Listener(at: address("b"))
        listener.putBack([1, 2])
        #expect(try listener.hasVisitor(within: 0))
        var transport = try listener.transport()
        let hasUnread = transport.hasUnread
        #expect(hasUnread)
        #expect(try transport.read() == [1, 2])
        #expect(try transport.read().isEmpty)
        #expect(try !listener.hasVisitor(within: 0))
        simulator.stop()
    }
}
