/// Damage to bytes, for parsers that must refuse or read it but never trap.
public enum Mutation {
    /// The bytes with one to four random changes: a byte replaced, removed or repeated, or a piece copied or cut out.
    public static func mutated(_ bytes: [UInt8], using random: inout SplitMix64) -> [UInt8] {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !changed.isEmpty {
            let place = Int.random(in: 0..<changed.count, using: &random)
            let end = min(changed.count, place + Int.random(in: 1...32, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
            case 1: changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: changed.remove(at: place)
            case 3: changed.insert(changed[Int.random(in: 0..<changed.count, using: &random)], at: place)
            case 4: changed.removeSubrange(place..<end)
            default: changed.insert(contentsOf: Array(changed[place..<end]), at: place)
            }
        }
        return changed
    }
}
