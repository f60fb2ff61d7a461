import Mirrors
import Testing

@Suite struct BackoffTests {
    @Test("waits double up to the longest, and after the last try there is none")
    func waits() {
        let backoff = Backoff(attempts: 6, first: 1000, longest: 5000)
        #expect((1...7).map(backoff.wait) == [1000, 2000, 4000, 5000, 5000, nil, nil])
        #expect(Backoff(attempts: 1).wait(afterFailures: 1) == nil)
    }
}
