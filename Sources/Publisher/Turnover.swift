public import ALPMTypes

/// What publishing one database changes for those who look for a package by its name.
public struct Turnover: Hashable, Sendable {
    /// The architecture of the database.
    public let architecture: Architecture
    /// The names that clients find there from then on.
    public let appearing: Set<PackageName>
    /// The names that they find there no more.
    public let vanishing: Set<PackageName>

    /// Compares the names that a database has before and after.
    public init(architecture: Architecture, before: Set<PackageName>, after: Set<PackageName>) {
        self.architecture = architecture
        appearing = after.subtracting(before)
        vanishing = before.subtracting(after)
    }

    /// An order in which databases are published, as indices: what gets a name comes before what loses it.
    ///
    /// So no client finds a package that moves in neither of two databases, unless each of two gets what the other loses:
    /// then no order has that property.
    public static func order(of turnovers: [Turnover]) -> [Int] {
        var waiting = Array(turnovers.indices)
        var order: [Int] = []
        while var next = waiting.first {
            var seen: Set<Int> = [next]
            while let earlier = waiting.first(where: { $0 != next && turnovers[$0].precedes(turnovers[next]) }),
                seen.insert(earlier).inserted
            {
                next = earlier
            }
            order.append(next)
            waiting.removeAll { $0 == next }
        }
        return order
    }

    /// The same order in few steps: the databases of one step may be published in any order.
    public static func steps(of turnovers: [Turnover]) -> [[Int]] {
        var steps: [[Int]] = []
        for next in order(of: turnovers) {
            let mustWait = steps.last?.contains { turnovers[$0].precedes(turnovers[next]) } ?? true
            if mustWait { steps.append([next]) } else { steps[steps.count - 1].append(next) }
        }
        return steps
    }

    private func precedes(_ other: Turnover) -> Bool {
        architecture == other.architecture && !appearing.isDisjoint(with: other.vanishing)
    }
}
