import EnclaveClient
import Testing

@Suite("The log of a transfer that takes long")
struct TransferMilestonesTests {
    private static func said(_ steps: [(done: Int, time: Double)], all: Int = 1_000) -> [Int?] {
        var milestones = TransferMilestones()
        return steps.map { milestones.percentage(LinkProgress(.toEnclave, done: $0.done, all: all), at: $0.time) }
    }

    @Test("has nothing about what takes less than ten seconds")
    func short() {
        #expect(Self.said([(0, 5), (500, 9), (999, 14), (1_000, 14.9)]) == [nil, nil, nil, nil])
    }

    @Test("has a line at each tenth, once, and at the end")
    func tenths() {
        let said = Self.said([(0, 0), (40, 5), (110, 11), (190, 12), (200, 13), (209, 14), (455, 15), (1_000, 16)])
        #expect(said == [nil, nil, 11, nil, 20, nil, 45, 100])
    }

    @Test("has a line each minute where a tenth takes longer")
    func minutes() {
        let said = Self.said([(0, 0), (1, 30), (2, 61), (3, 100), (4, 121)], all: 1_000)
        #expect(said == [nil, nil, 0, nil, 0])
    }

    @Test("counts what crossed before an interruption, and another direction begins anew")
    func resumed() {
        #expect(Self.said([(510, 0), (520, 11), (600, 12)]) == [nil, nil, 60])
        var milestones = TransferMilestones()
        _ = milestones.percentage(LinkProgress(.toEnclave, done: 0, all: 1_000), at: 0)
        #expect(milestones.percentage(LinkProgress(.toEnclave, done: 300, all: 1_000), at: 20) == 30)
        #expect(milestones.percentage(LinkProgress(.fromEnclave, done: 0, all: 1_000), at: 21) == nil)
        #expect(milestones.percentage(LinkProgress(.fromEnclave, done: 500, all: 1_000), at: 25) == nil)
        #expect(milestones.percentage(LinkProgress(.fromEnclave, done: 700, all: 1_000), at: 32) == 70)
    }
}
