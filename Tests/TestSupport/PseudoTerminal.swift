import Foundation

/// The master of a pseudo-terminal that is set to raw bytes; programs open the other end by a name of our own.
final class PseudoTerminal: Sendable {
    /// The name by which programs open it: a symbolic link, gone when this object is.
    let path: String
    private let master: CInt

    /// Makes a pseudo-terminal and the link to it, in place of one that is there.
    init(at path: String) throws {
        // The numbers of TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)), which are macros that Swift does not read.
        let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        let master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard master >= 0 else { throw POSIXError(.ENODEV) }
        var (locked, number): (CInt, CUnsignedInt) = (0, 0)
        guard unsafe ioctl(master, unlock, &locked) == 0, unsafe ioctl(master, getNumber, &number) == 0 else {
            throw POSIXError(.ENOTTY)
        }
        let device = "/dev/pts/\(number)"
        // Until a program sets the line itself, nothing of what arrives may be echoed.
        let slave = unsafe open(device, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw POSIXError(.ENODEV) }
        defer { close(slave) }
        var settings = termios()
        guard unsafe tcgetattr(slave, &settings) == 0 else { throw POSIXError(.ENOTTY) }
        unsafe cfmakeraw(&settings)
        guard unsafe tcsetattr(slave, TCSANOW, &settings) == 0 else { throw POSIXError(.ENOTTY) }
        guard unsafe symlink(device, path + ".new") == 0, unsafe rename(path + ".new", path) == 0 else {
            throw POSIXError(.EIO)
        }
        self.path = path
        self.master = master
    }

    deinit {
        _ = unsafe unlink(path)
        _ = close(master)
    }

    /// The number to poll; valid only while this object lives.
    var number: CInt { master }

    /// What a program wrote, at most so many bytes; nil while no program has the other end open.
    func read(atMost count: Int) -> [UInt8]? {
        var isOpen = true
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let got = unsafe Glibc.read(master, buffer.baseAddress, count)
            isOpen = got >= 0 || errno != EIO
            initialized = max(got, 0)
        }
        return isOpen ? bytes : nil
    }

    /// Gives a program bytes to read; returns how many there was room for.
    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBytes { max(0, unsafe Glibc.write(master, $0.baseAddress, $0.count)) }
    }
}
