import CLinux
import Descriptors
import Glibc

/// Opening a serial line: raw bytes, 8 data bits, no parity, one stop bit, and nobody else on it.
enum SerialLine {
    /// Opens the device and throws away what came before; a device that is not there is `unplugged`.
    static func open(_ path: String, _ settings: LineSettings) throws(LinkError) -> Descriptor {
        let line: Descriptor
        do throws(DescriptorError) {
            line = try Descriptor.opening(path, flags: O_RDWR | O_NOCTTY | O_NONBLOCK)
        } catch { throw failure(error, path) }
        try claim(line.number, path)
        try configure(line.number, path, settings)
        return line
    }

    private static func claim(_ number: CInt, _ path: String) throws(LinkError) {
        guard isatty(number) == 1 else { throw .malformed(field: "address", expected: "a serial line at \(path)") }
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else { throw .busy(path: path) }
        var status = stat()
        try succeed("fstat", path) { unsafe fstat(number, &status) }
        // The major numbers 136 to 143 are those of pseudo-terminals (pts(4)), which would stay exclusive after a holder
        // that was killed; the lock does not.
        guard !(136...143).contains(status.st_rdev >> 8 & 0xfff) else { return }
        try succeed("ioctl", path) { creposeal_claim_terminal(number) }
    }

    private static func configure(_ number: CInt, _ path: String, _ settings: LineSettings) throws(LinkError) {
        guard let speed = LineSettings.speeds[settings.baud] else {
            throw .malformed(field: "address.baud", expected: "a standard rate")
        }
        var wanted = termios()
        try succeed("tcgetattr", path) { unsafe tcgetattr(number, &wanted) }
        unsafe cfmakeraw(&wanted)
        // Nothing of what the modem says ends the line, and closing it does not hang up.
        wanted.c_cflag &= ~tcflag_t(HUPCL | CSTOPB | PARENB) & ~LineSettings.hardwareFlow
        wanted.c_cflag |= tcflag_t(CLOCAL | CREAD) | (settings.flow == .rtscts ? LineSettings.hardwareFlow : 0)
        wanted.c_iflag &= ~tcflag_t(IXOFF | IXANY)
        _ = unsafe cfsetspeed(&wanted, speed)
        try succeed("tcsetattr", path) { unsafe tcsetattr(number, TCSANOW, &wanted) }
        // tcsetattr(3) is content if the device took anything of it.
        var taken = termios()
        try succeed("tcgetattr", path) { unsafe tcgetattr(number, &taken) }
        guard unsafe cfgetospeed(&taken) == speed else {
            throw .malformed(field: "address.baud", expected: "a rate that \(path) can")
        }
        guard taken.c_cflag & LineSettings.hardwareFlow == wanted.c_cflag & LineSettings.hardwareFlow else {
            throw .malformed(field: "address.flow", expected: "what \(path) can")
        }
        try succeed("tcflush", path) { tcflush(number, TCIOFLUSH) }
    }

    /// What a failed call on a line means: it is gone, somebody else has it, or the call's own error.
    static func failure(_ error: DescriptorError, _ path: String) -> LinkError {
        guard case .systemCall(let failure) = error else { return .descriptor(error) }
        switch failure.number {
        case ENOENT, ENXIO, ENODEV, EIO: return .unplugged(path: path)
        case EBUSY: return .busy(path: path)
        default: return .descriptor(error)
        }
    }

    private static func succeed(_ call: String, _ path: String, _ body: () -> CInt) throws(LinkError) {
        let result = body()
        let number = errno
        guard result == -1 else { return }
        throw failure(.systemCall(SystemCallError(call: call, number: number, subject: path)), path)
    }
}

extension LineSettings {
    static let hardwareFlow = tcflag_t(truncatingIfNeeded: CRTSCTS)

    /// The standard rates, as termios(3) names them.
    static let speeds: [Int: speed_t] = [
        1_200: speed_t(B1200), 2_400: speed_t(B2400), 4_800: speed_t(B4800),
        9_600: speed_t(B9600), 19_200: speed_t(B19200), 38_400: speed_t(B38400), 57_600: speed_t(B57600),
        115_200: speed_t(B115200), 230_400: speed_t(B230400), 460_800: speed_t(B460800), 500_000: speed_t(B500000),
        576_000: speed_t(B576000), 921_600: speed_t(B921600), 1_000_000: speed_t(B1000000),
        1_152_000: speed_t(B1152000), 1_500_000: speed_t(B1500000), 2_000_000: speed_t(B2000000),
        2_500_000: speed_t(B2500000), 3_000_000: speed_t(B3000000),
    ]
}
