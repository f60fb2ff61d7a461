import EnclaveClient
import Testing

@Suite("The words for a transfer that takes long")
struct TransferMeterTests {
    private static func lines(_ steps: [(done: Int, time: Double)], all: Int = 102_400) -> [String?] {
        var meter = TransferMeter()
        return steps.map { meter.line(LinkProgress(.toEnclave, done: $0.done, all: all), at: $0.time) }
    }

    @Test("what takes less than a second is not worth a word")
    func short() {
        #expect(Self.lines([(512, 5), (51_200, 5.5), (102_400, 5.9)]) == [nil, nil, nil])
    }

    @Test(
        "what takes longer says how much is done and how long it will still take, twice a second, and goes at the end")
    func long() {
        let said = Self.lines([(0, 5), (10_240, 6), (11_000, 6.4), (20_480, 7), (102_400, 15)])
        let lines = ["to the enclave: 10 of 100 KiB, 9 s left", nil, "to the enclave: 20 of 100 KiB, 8 s left", ""]
        #expect(said == [nil] + lines)
    }

    @Test("what crossed before an interruption does not count for the rate")
    func resumed() {
        #expect(Self.lines([(51_200, 5), (61_440, 6)]).last == "to the enclave: 60 of 100 KiB, 4 s left")
    }

    @Test("many seconds are told in minutes")
    func minutes() {
        #expect(Self.lines([(0, 0), (1_024, 10)]).last == "to the enclave: 1 of 100 KiB, 16 min left")
    }

    @Test("another direction begins anew")
    func directions() {
        var meter = TransferMeter()
        _ = meter.line(LinkProgress(.toEnclave, done: 0, all: 102_400), at: 0)
        _ = meter.line(LinkProgress(.toEnclave, done: 51_200, all: 102_400), at: 5)
        #expect(meter.line(LinkProgress(.fromEnclave, done: 0, all: 102_400), at: 6) == nil)
        let line = meter.line(LinkProgress(.fromEnclave, done: 10_240, all: 102_400), at: 7)
        #expect(line == "from the enclave: 10 of 100 KiB, 9 s left")
    }
}
