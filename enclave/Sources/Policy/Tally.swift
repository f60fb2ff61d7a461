/// Who stands behind each requirement of an alternative, and how many of them count.
///
/// Nobody counts both as a person who approved and as the operator of a builder, for one package. Which of the two is
/// chosen so that the least is missing: otherwise one more approval could turn a satisfied policy into an unsatisfied one.
struct Tally {
    let requirements: [Requirement]
    /// For each requirement the ids of people, or for build records of operators.
    let supporters: [Set<String>]

    private func isBuild(_ index: Int) -> Bool { requirements[index].kind == .buildRecord }

    /// How many count toward each requirement, at most its threshold.
    func counts() -> [Int] {
        var (approvers, operators) = (Set<String>(), Set<String>())
        for index in requirements.indices {
            if isBuild(index) {
                operators.formUnion(supporters[index])
            } else {
                approvers.formUnion(supporters[index])
            }
        }
        let both = approvers.intersection(operators)
        // Those who support the same requirements are interchangeable; only how many build is a choice.
        var groups: [[Bool]: Int] = [:]
        for id in both { groups[supporters.map { $0.contains(id) }, default: 0] += 1 }
        var options: Set<[Int]> = [capped(supporters.map { $0.subtracting(both).count })]
        for (membership, size) in groups {
            options = Set(
                options.flatMap { counts in
                    (0...size).map { building in
                        capped(
                            counts.indices.map { index in
                                let share = isBuild(index) ? building : size - building
                                return counts[index] + (membership[index] ? share : 0)
                            })
                    }
                })
        }
        let best = options.min { left, right in
            let (missingLeft, missingRight) = (missing(left), missing(right))
            return missingLeft == missingRight ? right.lexicographicallyPrecedes(left) : missingLeft < missingRight
        }
        return best ?? requirements.map { _ in 0 }
    }

    /// How many statements are missing in all.
    func missing(_ counts: [Int]) -> Int {
        zip(requirements, counts).reduce(0) { $0 + $1.0.quorum.threshold - $1.1 }
    }

    private func capped(_ counts: [Int]) -> [Int] {
        zip(counts, requirements).map { min($0, $1.quorum.threshold) }
    }
}
