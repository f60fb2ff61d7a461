import Descriptors
import Glibc

/// Frames over a stream socket, with deadlines, and the listener looked after while waiting.
struct FrameChannel: ~Copyable {
    private let descriptor: Descriptor
    private let listener: Listener?
    private var decoder = FrameDecoder()
    private var arrived: ArraySlice<Frame> = []
    private var hasEnded = false

    init(_ descriptor: consuming Descriptor, listener: Listener?) throws(LinkError) {
        // Without this the end of the other side would end this process, too.
        ThisProcess.ignoreBrokenPipeSignal()
        do throws(DescriptorError) { try descriptor.setNonblocking() } catch { throw .descriptor(error) }
        self.descriptor = descriptor
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
            let bytes: [UInt8]
            do throws(DescriptorError) { bytes = try descriptor.read(atMost: 1 << 16) } catch {
                // The other side may close with bytes of ours unread; that is its end, too.
                guard case .systemCall(let failure) = error, failure.number == ECONNRESET else {
                    throw .descriptor(error)
                }
                bytes = []
            }
            hasEnded = bytes.isEmpty
            arrived = try decoder.frames(in: bytes)[...]
        }
        return arrived.popFirst()
    }

    /// Writes frames; if that fails because the other side has gone, its last words are the error.
    mutating func write(_ bytes: [UInt8], milliseconds: UInt64) throws(LinkError) {
        do throws(DescriptorError) {
            try descriptor.writeAll(bytes, deadline: Deadline(milliseconds: milliseconds))
        } catch .timedOut {
            throw .timedOut(waitingFor: "room to write")
        } catch {
            guard case .systemCall(let failure) = error, [EPIPE, ECONNRESET].contains(failure.number) else {
                throw .descriptor(error)
            }
            let deadline = Moment(in: 1_000)
            while let frame = try? read(until: deadline, for: "its last words") {
                if frame.type == .reset { throw frame.reset }
            }
            throw .closed
        }
    }

    private func waitForBytes(until deadline: Moment?, for awaited: String) throws(LinkError) {
        while true {
            try check(deadline, for: awaited)
            var entries = [pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)]
            if let listener { entries.append(pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)) }
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

    private init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The earlier of two moments.
    func or(_ other: Moment) -> Moment { Moment(nanoseconds: min(nanoseconds, other.nanoseconds)) }

    /// How long poll(2) may wait, rounded up; 0 once the moment has passed.
    var remainingMilliseconds: CInt {
        let now = SystemClock.monotonicNanoseconds()
        return nanoseconds > now ? CInt(clamping: (nanoseconds - now + 999_999) / 1_000_000) : 0
    }
}
