import Descriptors
import Glibc

/// Frames over a transport, with deadlines, and the listener looked after while waiting.
struct FrameChannel: ~Copyable {
    private var transport: Transport
    private let listener: Listener?
    private var decoder = FrameDecoder()
    private var arrived: ArraySlice<Frame> = []
    private var hasEnded = false

    init(_ transport: consuming Transport, listener: Listener?) {
        self.transport = transport
        self.listener = listener
    }

    /// The next frame; nil when the other side closed the stream.
    ///
    /// After the deadline nothing is read, however much has arrived.
    mutating func read(until deadline: Moment?, for awaited: String) throws(LinkError) -> Frame? {
        try check(deadline, for: awaited)
        while arrived.isEmpty {
            if hasEnded { return nil }
            try waitForBytes(until: deadline, for: awaited)
            do throws(LinkError) { arrived = try decoder.frames(in: try transport.read())[...] } catch {
                guard case .closed = error else { throw error }
                hasEnded = true
            }
        }
        return arrived.popFirst()
    }

    /// Writes frames; if that fails because the other side has gone, its last words are the error.
    mutating func write(_ bytes: [UInt8], milliseconds: UInt64) throws(LinkError) {
        let deadline = Moment(in: milliseconds)
        var rest = bytes[...]
        do throws(LinkError) {
            while !rest.isEmpty {
                let now = SystemClock.monotonicNanoseconds()
                rest = rest.dropFirst(try transport.write(rest, at: now))
                if !rest.isEmpty { try waitForRoom(until: deadline) }
            }
        } catch {
            guard case .closed = error else { throw error }
            let deadline = Moment(in: 1_000)
            while let frame = try? read(until: deadline, for: "its last words") {
                if frame.type == .reset { throw frame.reset }
            }
            throw error
        }
    }

    private func waitForRoom(until deadline: Moment) throws(LinkError) {
        try check(deadline, for: "room to write")
        let roomAt = transport.roomAt(SystemClock.monotonicNanoseconds())
        if roomAt > 0 {
            _ = poll(nil, 0, deadline.or(Moment(nanoseconds: roomAt)).remainingMilliseconds)
            return
        }
        var entry = pollfd(fd: transport.number, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&entry, 1, deadline.remainingMilliseconds)
    }

    private func waitForBytes(until deadline: Moment?, for awaited: String) throws(LinkError) {
        while true {
            try check(deadline, for: awaited)
            var entries = [pollfd(fd: transport.number, events: Int16(POLLIN), revents: 0)]
            if transport.hasUnread { return }
            if let number = listener?.number { entries.append(pollfd(fd: number, events: Int16(POLLIN), revents: 0)) }
            let ready = unsafe poll(&entries, nfds_t(entries.count), deadline?.remainingMilliseconds ?? -1)
            let failure = errno
            if ready == -1 {
                if failure == EINTR { continue }
                throw .descriptor(.systemCall(SystemCallError(call: "poll", number: failure, subject: "the link")))
            }
            // Whoever is served comes first: it may have closed the link and be the visitor itself.
            if entries[0].revents != 0 { return }
            if entries.count == 2, entries[1].revents != 0 { try listener?.turnVisitorAway() }
        }
    }

    private func check(_ deadline: Moment?, for awaited: String) throws(LinkError) {
        if let deadline, deadline.remainingMilliseconds == 0 { throw .timedOut(waitingFor: awaited) }
    }
}

extension Frame {
    /// The error that a reset frame is; its text is cut to what can be printed.
    var reset: LinkError {
        let text = String(decoding: payload, as: UTF8.self).unicodeScalars.filter {
            $0.value >= 0x20 && $0.value != 0x7f && !(0x80...0x9f).contains($0.value)
        }
        return .reset(reason: String(String.UnicodeScalarView(text)))
    }
}

/// A point in monotonic time.
struct Moment {
    private let nanoseconds: UInt64

    init(in milliseconds: UInt64) {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        nanoseconds = SystemClock.monotonicNanoseconds().addingReportingOverflow(overflow ? .max : product).partialValue
    }

    init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The earlier of two moments.
    func or(_ other: Moment) -> Moment { Moment(nanoseconds: min(nanoseconds, other.nanoseconds)) }

    /// How long poll(2) may wait, rounded up; 0 once the moment has passed.
    var remainingMilliseconds: CInt {
        let now = SystemClock.monotonicNanoseconds()
        return nanoseconds > now ? CInt(clamping: (nanoseconds - now + 999_999) / 1_000_000) : 0
    }
}
