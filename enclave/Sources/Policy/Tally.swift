/// Who stands behind each requirement of an alternative, and how many of them count.
///
/// Nobody counts both as a person who approved and as the operator of a builder, for one package, nor twice by evidence
/// of one kind, or of kinds of which a requirement says that they are distinct. Which it is is chosen so that the least is missing: otherwise one more approval could turn a satisfied
/// policy into an unsatisfied one.
struct Tally {
    let requirements: [Requirement]
    /// For each requirement the ids of people, or for build records of operators.
    let supporters: [Set<String>]

    /// Requirements as the bits of a number; an alternative has at most four.
    private typealias Selection = Int

    /// How many count toward each requirement, at most its threshold.
    func counts() -> [Int] {
        let builds = selection { requirements[$0].kind == .buildRecord }
        // Those who support the same requirements are interchangeable; only how many build is a choice.
        var groups: [Selection: Int] = [:]
        for id in supporters.reduce(into: Set<String>(), { $0.formUnion($1) }) {
            groups[selection { supporters[$0].contains(id) }, default: 0] += 1
        }
        let kindred = kindred
        let limits = limits(kindred)
        var options: Set<[Int]> = [limits.map { _ in 0 }]
        for (supported, size) in groups {
            let (building, approving) = (supported & builds, supported & ~builds)
            let choices = building == 0 ? 0...0 : approving == 0 ? size...size : 0...size
            options = Set(
                options.flatMap { reach in
                    choices.map { builders in
                        let built = extended(reach, building, by: builders, within: limits)
                        return extended(built, approving, by: size - builders, within: limits)
                    }
                })
        }
        let best = options.map { counts($0, kindred) }.min { left, right in
            let (missingLeft, missingRight) = (missing(left), missing(right))
            return missingLeft == missingRight ? right.lexicographicallyPrecedes(left) : missingLeft < missingRight
        }
        return best ?? requirements.map { _ in 0 }
    }

    /// How many statements are missing in all.
    func missing(_ counts: [Int]) -> Int {
        zip(requirements, counts).reduce(0) { $0 + $1.0.quorum.threshold - $1.1 }
    }

    private func selection(_ isSelected: (Int) -> Bool) -> Selection {
        requirements.indices.reduce(0) { $0 | (isSelected($1) ? 1 << $1 : 0) }
    }

    private func threshold(of selection: Selection) -> Int {
        requirements.indices.reduce(0) { $0 + (selection >> $1 & 1) * requirements[$1].quorum.threshold }
    }

    /// For each requirement the selection of all toward which nobody counts besides it, itself among them.
    private var kindred: [Selection] {
        requirements.map { one in selection { areKindred(one.kind, requirements[$0].kind) } }
    }

    /// Whether nobody counts toward both kinds: they are one, or a requirement keeps the two apart.
    ///
    /// Builds need no such word: that nobody builds and approves is decided before.
    private func areKindred(_ a: EvidenceKind, _ b: EvidenceKind) -> Bool {
        if a == b || a == .buildRecord || b == .buildRecord { return a == b }
        return requirements.contains { requirement in
            requirement.kind == a && requirement.distinctFrom.contains(b)
                || requirement.kind == b && requirement.distinctFrom.contains(a)
        }
    }

    /// The threshold of each selection of kindred requirements, and 0 for the others, whose reach does not matter.
    private func limits(_ kindred: [Selection]) -> [Int] {
        (0..<1 << requirements.count).map { selection in
            kindred.contains { selection & ~$0 == 0 } ? threshold(of: selection) : 0
        }
    }

    /// How many people support at least one requirement of each selection, as far as more would make no difference.
    private func extended(_ reach: [Int], _ supported: Selection, by people: Int, within limits: [Int]) -> [Int] {
        reach.indices.map { $0 & supported == 0 ? reach[$0] : min(reach[$0] + people, limits[$0]) }
    }

    /// The counts when nobody counts for two kindred requirements and each in turn gets as many as it can.
    private func counts(_ reach: [Int], _ kindred: [Selection]) -> [Int] {
        requirements.indices.map { index in
            let earlier = selection { $0 < index } & kindred[index]
            return most(earlier | 1 << index, reach) - most(earlier, reach)
        }
    }

    /// How many can count toward kindred requirements together (Hall's theorem, with deficiency, by Ore).
    ///
    /// Those who reach any selection of them, and no more than the thresholds of the rest.
    private func most(_ kindred: Selection, _ reach: [Int]) -> Int {
        reach.indices.filter { $0 & ~kindred == 0 }.map { reach[$0] + threshold(of: kindred & ~$0) }.min() ?? 0
    }
}
