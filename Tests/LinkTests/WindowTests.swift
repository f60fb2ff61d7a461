import Testing

@testable import Link

private let millisecond: UInt64 = 1_000_000

private func part(_ byte: UInt8, last: Bool = false) -> Part { Part(payload: [byte], flags: last ? Frame.last : 0) }

@Suite("The round trip and its timeout")
struct RoundTripTests {
    @Test("the first measurement sets the estimate, and later ones move it as RFC 6298 says")
    func smoothing() {
        var estimate = RoundTripEstimate()
        #expect(estimate.timeout(after: 0) == 1000 * millisecond)
        estimate.measure(400 * millisecond)
        #expect(estimate.smoothed == 400 * millisecond)
        #expect(estimate.timeout(after: 0) == 1200 * millisecond)
        estimate.measure(800 * millisecond)
        #expect(estimate.smoothed == 450 * millisecond)
        #expect(estimate.timeout(after: 0) == (450 + 4 * 250) * millisecond)
        #expect(estimate.shortest == 400 * millisecond)
    }

    @Test("the timeout doubles and stays within its bounds")
    func bounds() {
        var estimate = RoundTripEstimate()
        for _ in 0..<50 { estimate.measure(millisecond) }
        #expect(estimate.timeout(after: 0) == 200 * millisecond)
        #expect(estimate.timeout(after: 3) == 1600 * millisecond)
        #expect(estimate.timeout(after: 60) == 10_000 * millisecond)
        estimate.measure(.max)
        #expect(estimate.timeout(after: 0) == 10_000 * millisecond)
    }
}

@Suite("The windows of a session")
struct WindowTests {
    var estimate = RoundTripEstimate()

    /// A window whose numbers cross 0, with parts that were sent one millisecond after another.
    private func window(sending count: Int) -> SendWindow {
        var window = SendWindow(first: .max, limit: 8)
        for index in 0..<count {
            window.append(part(UInt8(index)))
            _ = window.takeFrame()
            window.noteWritten(at: UInt64(index) * millisecond)
        }
        return window
    }

    private mutating func repeated(_ window: inout SendWindow) -> [UInt8] {
        var found: [UInt8] = []
        while let frame = window.takeFrame() { found += frame.part.payload }
        return found
    }

    @Test("only what is missing before something that arrived is repeated, and only once")
    mutating func selective() throws {
        var window = window(sending: 6)
        // 0 is here, 1 is wanted, 2 and 4 are here: 1 and 3 are lost, 5 may be under way.
        try window.acknowledge(0, bitmap: [0b101], at: 50 * millisecond, estimate: &estimate)
        #expect(repeated(&window) == [1, 3])
        try window.acknowledge(0, bitmap: [0b1101], at: 60 * millisecond, estimate: &estimate)
        #expect(repeated(&window) == [])
        try window.acknowledge(5, bitmap: [], at: 90 * millisecond, estimate: &estimate)
        #expect(window.isEmpty)
        #expect(window.next == 5)
    }

    @Test("a repetition that is lost as well is sent again once something sent after it arrived")
    mutating func lostRepetition() throws {
        var window = window(sending: 3)
        try window.acknowledge(.max, bitmap: [0b1], at: 50 * millisecond, estimate: &estimate)
        #expect(repeated(&window) == [0])
        window.noteWritten(at: 50 * millisecond)
        window.append(part(3))
        #expect(repeated(&window) == [3])
        window.noteWritten(at: 51 * millisecond)
        try window.acknowledge(.max, bitmap: [0b101], at: 100 * millisecond, estimate: &estimate)
        #expect(repeated(&window) == [0, 2])
    }

    @Test("a part that was sent twice is not measured")
    mutating func karn() throws {
        var window = window(sending: 1)
        window.timeOut(at: 1000 * millisecond)
        #expect(repeated(&window) == [0])
        window.noteWritten(at: 1000 * millisecond)
        try window.acknowledge(0, bitmap: [], at: 1001 * millisecond, estimate: &estimate)
        #expect(estimate.smoothed == nil)
        #expect(window.isEmpty)
    }

    @Test("a timeout repeats the oldest and the newest part, and doubles the next one")
    mutating func timeout() {
        var window = window(sending: 4)
        #expect(window.deadline(estimate) == 1000 * millisecond)
        window.timeOut(at: 1000 * millisecond)
        #expect(window.deadline(estimate) == nil)
        #expect(repeated(&window) == [0, 3])
        window.noteWritten(at: 1001 * millisecond)
        #expect(window.deadline(estimate) == 3001 * millisecond)
    }

    @Test("a part that was never sent cannot be acknowledged")
    mutating func falseAcknowledgement() {
        var window = window(sending: 2)
        #expect(throws: LinkError.self) {
            try window.acknowledge(2, bitmap: [], at: 0, estimate: &estimate)
        }
        #expect(throws: LinkError.self) {
            try window.acknowledge(.max, bitmap: [0b10], at: 0, estimate: &estimate)
        }
    }

    @Test("parts are delivered in their order, and a gap is told of once and at once")
    func gaps() {
        var window = ReceiveWindow(first: .max, limit: 8, interval: 4)
        window.take(part(0), number: .max, at: 0)
        #expect(window.acknowledgementDue == 100 * millisecond)
        window.take(part(2), number: 1, at: 5)
        #expect(window.acknowledgementDue == 5)
        #expect(window.hasNewGap)
        #expect(window.bitmap == [0b1])
        window.noteAcknowledged()
        window.take(part(3), number: 2, at: 6)
        #expect(window.acknowledgementDue == 6 + 100 * millisecond)
        #expect(!window.hasNewGap)
        window.take(part(1), number: 0, at: 7)
        #expect(window.acknowledgementDue == 7, "a gap has closed")
        #expect(window.bitmap == [])
        #expect((0..<5).map { _ in window.takePart()?.payload } == [[0], [1], [2], [3], nil])
    }

    @Test("the end of a message is acknowledged at once, and so is what is here already")
    func urgent() {
        var window = ReceiveWindow(first: 5, limit: 8, interval: 4)
        window.take(part(0, last: true), number: 5, at: 1)
        #expect(window.acknowledgementDue == 1)
        window.noteAcknowledged()
        window.take(part(0, last: true), number: 5, at: 2)
        #expect(window.acknowledgementDue == 2)
        #expect(window.takePart() != nil)
        #expect(window.takePart() == nil)
    }

    @Test("parts that nobody takes are refused beyond the window, whatever comes")
    func bounded() {
        var window = ReceiveWindow(first: 0, limit: 8, interval: 4)
        for number in 1..<100 as Range<UInt32> { window.take(part(9), number: number, at: 0) }
        for number in 0..<100 as Range<UInt32> { window.take(part(9), number: number, at: 0) }
        #expect(window.heldByteCount < 16)
        #expect(window.expected < 16)
    }
}
