import ConsoleMenu
import Cryptography
import Descriptors
import Glibc

/// The terminal of the console, or a stream where there is none.
struct Terminal {
    private let isTerminal: Bool

    init() {
        isTerminal = isatty(STDIN_FILENO) == 1
        _ = configure(echo: true)
    }

    /// Characters that would end or stop the program mean nothing, and the terminal edits lines.
    private func configure(echo: Bool) -> Bool {
        guard isTerminal else { return true }
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return false }
        settings.c_lflag &= ~tcflag_t(ISIG | ECHO | ECHONL)
        settings.c_lflag |= tcflag_t(ICANON | ECHOE | ECHOK) | (echo ? tcflag_t(ECHO) : tcflag_t(ECHONL))
        settings.c_iflag &= ~tcflag_t(IXON | IXOFF)
        settings.c_iflag |= tcflag_t(ICRNL)
        settings.c_oflag |= tcflag_t(OPOST | ONLCR)
        return unsafe tcsetattr(STDIN_FILENO, echo ? TCSADRAIN : TCSAFLUSH, &settings) == 0
    }

    /// Writes text, of which a terminal obeys nothing but the ends of lines.
    func write(_ text: String) {
        var bytes = Array(InputLine.shown(text.utf8).utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count == -1, errno != EINTR { return }
            bytes = bytes.dropFirst(max(count, 0))
        }
    }

    /// Writes a line.
    func say(_ line: String = "") { write(line + "\n") }

    /// Asks for a line; throws `end` where the input has ended for now.
    func ask(_ prompt: String) throws -> String {
        write("\(prompt): ")
        return try InputLine.text(try readLine())
    }

    /// Asks for a line that is not shown.
    func askSecret(_ prompt: String) throws -> [UInt8] {
        // First, so that nothing of it is shown, or thrown away as typed before.
        guard configure(echo: false) else { throw isGone ? EndOfInput.forGood : .forNow }
        defer { _ = configure(echo: true) }
        write("\(prompt): ")
        var bytes = try readLine()
        guard (1...InputLine.maximumCharacters).contains(bytes.count) else {
            Cryptography.wipe(&bytes)
            throw InputError.expected("1 to \(InputLine.maximumCharacters) characters")
        }
        return bytes
    }

    /// Reads up to the end of a line, which the terminal gives whole.
    private func readLine() throws -> [UInt8] {
        var line: [UInt8] = []
        // No piece of a secret is left behind where the array grew.
        line.reserveCapacity(InputLine.maximumCharacters + 1)
        while true {
            var byte: UInt8 = 0
            let count = unsafe read(STDIN_FILENO, &byte, 1)
            let number = errno
            if count == -1, number == EINTR { continue }
            guard count == 1 else { throw isGone ? EndOfInput.forGood : .forNow }
            if byte == UInt8(ascii: "\n") { return line }
            // What is too long is read to its end and refused.
            if line.count <= InputLine.maximumCharacters { line.append(byte) }
        }
    }

    /// Whether nothing will come any more: a stream that ended, or a terminal that hung up.
    private var isGone: Bool {
        var settings = termios()
        guard isTerminal else { return true }
        return unsafe tcgetattr(STDIN_FILENO, &settings) != 0
    }
}

/// There is no line.
enum EndOfInput: Error {
    /// Somebody typed the end of input.
    case forNow
    /// Nothing will come any more.
    case forGood
}
