/// What a serial line does to the bytes on it; with no argument it is perfect and takes no time.
///
/// Rates of bytes and of bits are probabilities of each one.
public struct LineRates: Hashable, Sendable {
    /// Bits a second, of which a byte takes ten; nil: bytes take no time.
    public var baud: Int?
    /// How long a byte is under way after its last bit was sent.
    public var latencyNanoseconds: UInt64 = 0
    /// How many bits arrive flipped.
    public var bitErrors = 0.0
    /// How many bytes are lost.
    public var drops = 0.0
    /// How many bytes are followed by a random one.
    public var inserts = 0.0
    /// How many bytes arrive twice.
    public var duplicates = 0.0
    /// How many bytes begin a burst, in which every byte becomes a random one.
    public var bursts = 0.0
    /// How many bytes a burst has at most.
    public var burstByteCount = 64
    /// How many bytes are held up, with all that follow.
    public var stalls = 0.0
    /// How long a stall is at most.
    public var stallNanoseconds: UInt64 = 500_000_000
    /// How many bytes begin a cut, in which nothing arrives.
    public var cuts = 0.0
    /// How long a cut is at most.
    public var cutNanoseconds: UInt64 = 2_000_000_000

    /// A perfect line of this rate.
    public init(baud: Int? = nil) { self.baud = baud }

    /// The time of one byte.
    public var byteNanoseconds: UInt64 {
        guard let baud else { return 0 }
        return (10_000_000_000 + UInt64(baud) / 2) / UInt64(baud)
    }

    /// A line that is bad in some of these ways, but lets about every other frame of 500 bytes through.
    public static func random(using generator: inout some RandomNumberGenerator) -> LineRates {
        var rates = LineRates(baud: [9_600, 115_200, 921_600, 3_000_000].randomElement(using: &generator))
        rates.latencyNanoseconds = .random(in: 0...20_000_000, using: &generator)
        let kinds: [(WritableKeyPath<LineRates, Double>, Double)] = [
            (\.bitErrors, 1e-4), (\.drops, 3e-4), (\.inserts, 3e-4), (\.duplicates, 3e-4), (\.bursts, 2e-4),
            (\.stalls, 1e-5), (\.cuts, 1e-5),
        ]
        for (kind, most) in kinds where Bool.random(using: &generator) {
            rates[keyPath: kind] = .random(in: 0...most, using: &generator)
        }
        return rates
    }
}
