import Cryptography
import Descriptors
import Glibc

/// A session over a transport: reads, writes, looks at the clock and waits, and looks after the listener meanwhile.
struct LinkDriver: ~Copyable {
    var session: LinkSession
    /// Nothing more will arrive.
    private(set) var hasEnded = false
    private var transport: Transport
    private let listener: Listener?
    private var unwritten: ArraySlice<UInt8> = []

    init(_ transport: consuming Transport, listener: Listener?, hello: Hello, silence: UInt64) throws(LinkError) {
        guard let bytes = try? SystemRandom.bytes(8) else {
            throw .malformed(field: "hello.nonce", expected: "random bytes from the system")
        }
        session = LinkSession(
            hello: hello, nonce: bytes.reduce(0) { $0 << 8 | UInt64($1) },
            bytesPerSecond: transport.byteNanoseconds.map { Int(1_000_000_000 / max(1, $0)) },
            silence: Moment(nanoseconds: 0).later(by: silence).nanoseconds, at: SystemClock.monotonicNanoseconds())
        self.transport = transport
        self.listener = listener
    }

    /// It is a line, whose other end does not see this one close.
    var isLine: Bool { transport.byteNanoseconds != nil }

    /// How many milliseconds so many bytes may take: four times what the line needs, and on a socket at 10 kB/s.
    func allowance(for byteCount: Int) -> UInt64 {
        UInt64(byteCount).multipliedReportingOverflow(by: transport.byteNanoseconds.map { 4 * $0 } ?? 100_000)
            .partialValue / 1_000_000
    }

    /// Lets timers run, writes what is due, waits until something happens, and takes what has arrived.
    ///
    /// Throws `timedOut` at the moment, however much arrives, and waits no longer than until the duty.
    mutating func turn(until deadline: Moment?, duty: Moment? = nil, for awaited: String) throws(LinkError) {
        if let deadline, deadline.hasPassed { throw .timedOut(waitingFor: awaited) }
        try session.advance(to: SystemClock.monotonicNanoseconds())
        try write()
        let moment = [deadline, duty].compactMap(\.self).min()
        if try waitForBytes(until: moment, companion: duty == nil ? nil : listener?.companion) { try read() }
    }

    /// Takes what has arrived, which may be nothing.
    mutating func read() throws(LinkError) {
        if hasEnded { return }
        let bytes: [UInt8]
        do throws(LinkError) { bytes = try transport.read() } catch {
            guard case .closed = error else { throw error }
            hasEnded = true
            return
        }
        try session.receive(bytes, at: SystemClock.monotonicNanoseconds())
        // Who began a new session on a line greets the next connection.
        if session.peerHasLeft, !session.newcomer.isEmpty {
            listener?.putBack(session.newcomer)
            hasEnded = true
        }
    }

    /// Writes what is due, as far as there is room.
    mutating func write() throws(LinkError) {
        let now = SystemClock.monotonicNanoseconds()
        while true {
            while unwritten.count < 1 << 15, let frame = session.takeFrame(at: now) { unwritten += frame }
            guard !unwritten.isEmpty else { return }
            do throws(LinkError) { unwritten = unwritten.dropFirst(try transport.write(unwritten)) } catch {
                // The other side has gone. Its last words may still be read, and then comes the end.
                guard case .closed = error else { throw error }
                unwritten = []
            }
            guard unwritten.isEmpty else { return }
            session.noteWritten(at: now)
        }
    }

    /// Writes what is due, waiting for room at most this long.
    mutating func drain(milliseconds: UInt64) throws(LinkError) {
        let deadline = Moment(in: milliseconds)
        while true {
            try write()
            let isDone = unwritten.isEmpty && !session.hasFrameDue(at: SystemClock.monotonicNanoseconds())
            if isDone || deadline.hasPassed { return }
            let next = nextFrame?.or(deadline) ?? deadline
            var entry = pollfd(fd: transport.number, events: Int16(POLLOUT), revents: 0)
            _ = unsafe poll(&entry, unwritten.isEmpty ? 0 : 1, next.remainingMilliseconds)
        }
    }

    /// Ends the session with a reason, or with a goodbye if it is empty.
    mutating func end(reason: String) {
        unwritten += session.resetFrame(reason: reason)
        // The session ends in any case, and with the error that the caller knows of.
        try? drain(milliseconds: 1_000)
    }

    /// When the next frame may be written; nil if the other side tells, or poll(2) where there was no room.
    private var nextFrame: Moment? {
        unwritten.isEmpty ? session.frameTime.map { Moment(nanoseconds: $0) } : nil
    }

    /// True if something can be read; false if it is time for something else.
    private func waitForBytes(until deadline: Moment?, companion: CInt?) throws(LinkError) -> Bool {
        if transport.hasUnread { return true }
        let timer = session.timer.map { Moment(nanoseconds: $0) }
        let moment = [deadline, nextFrame, timer].compactMap(\.self).min()
        let events = unwritten.isEmpty ? POLLIN : POLLIN | POLLOUT
        var entries = [pollfd(fd: transport.number, events: Int16(events), revents: 0)]
        let visitors = listener?.number
        for number in [visitors, companion].compactMap(\.self) {
            entries.append(pollfd(fd: number, events: Int16(POLLIN), revents: 0))
        }
        let ready = unsafe poll(&entries, nfds_t(entries.count), moment?.remainingMilliseconds ?? -1)
        let failure = errno
        if ready == -1 {
            if failure == EINTR { return false }
            throw .descriptor(.systemCall(SystemCallError(call: "poll", number: failure, subject: "the link")))
        }
        // Whoever is served comes first: it may have closed the link and be the visitor itself.
        if entries[0].revents & ~Int16(POLLOUT) != 0 { return true }
        if entries[0].revents == 0, visitors != nil, entries[1].revents != 0 { try listener?.turnVisitorAway() }
        return false
    }
}
