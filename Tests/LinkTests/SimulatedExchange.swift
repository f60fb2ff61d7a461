import TestSupport

@testable import Link

/// Requests and answers over a bad line in simulated time, with restarts of either side; all of it follows from a seed.
struct SimulatedExchange {
    /// What went wrong; nil if every message arrived as it was.
    private(set) var complaint: String?
    private(set) var now: UInt64 = 1_000_000_000
    private(set) var scheduler: SimulatedSide
    private(set) var enclave: SimulatedSide
    /// How many sessions ended with an error.
    private(set) var endedCount = 0
    private let requests: [[UInt8]]
    private var current: Int?
    private var done = 0
    private var restarts: [(time: UInt64, isEnclave: Bool)] = []
    private var reconnectAt: UInt64?
    private var stillness = 0

    /// A line with random faults, 1 to 4 exchanges and up to two restarts.
    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rates = LineRates.random(using: &random)
        let knowsRate = UInt64.random(in: 0..<4, using: &random) > 0
        let sizes = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            Int(4 << UInt64.random(in: 0...13, using: &random)) + .random(in: 0...700, using: &random)
        }
        self.init(rates, knowsRate: knowsRate, sizes: sizes, seed: seed)
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let time = now + UInt64.random(in: 0...10_000_000_000, using: &random)
            restarts.append((time, Bool.random(using: &random)))
        }
        restarts.sort { $0.time < $1.time }
    }

    /// Exchanges of these sizes over a line with these faults.
    init(_ rates: LineRates, knowsRate: Bool, sizes: [Int], seed: UInt64) {
        scheduler = SimulatedSide(.scheduler, rates: rates, knowsRate: knowsRate, seed: seed &* 2, at: now)
        enclave = SimulatedSide(.enclave, rates: rates, knowsRate: knowsRate, seed: seed &* 2 &+ 1, at: now)
        var random = SplitMix64(seed: seed ^ 0xb0d1e5)
        requests = sizes.enumerated().map { index, size in
            [UInt8(index)] + (0..<size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        }
    }

    /// What the enclave answers: half of the request, changed.
    private func answer(to request: [UInt8]) -> [UInt8] {
        request.prefix(1) + request.dropFirst(request.count / 2).map(~)
    }

    /// Runs until every answer is there, or for a simulated day.
    mutating func run() {
        let end = now + 86_400_000_000_000
        while done < requests.count, complaint == nil {
            restartIfDue()
            enclaveTurn()
            schedulerTurn()
            enclave.write(at: now)
            if reconnectAt == nil { scheduler.write(at: now) }
            let events = [
                reconnectAt ?? scheduler.nextEvent(after: now), enclave.nextEvent(after: now), restarts.first?.time,
            ]
            guard let next = events.compactMap(\.self).min(), next < end else {
                complaint = "nothing more happens after \(now / 1_000_000_000) s, \(done) of \(requests.count) done"
                return
            }
            stillness = next <= now ? stillness + 1 : 0
            if stillness > 100 { complaint = "a timer stands still at \(now) ns" }
            now = max(next, now)
        }
    }

    private mutating func restartIfDue() {
        if let restart = restarts.first, restart.time <= now {
            restarts.removeFirst()
            if restart.isEnclave { enclave.restart(at: now) } else { reconnectAt = now }
        }
        if let time = reconnectAt, time <= now {
            reconnectAt = nil
            current = nil
            scheduler.restart(at: now)
        }
    }

    private mutating func enclaveTurn() {
        let arrived = scheduler.line.arrivals(by: now)
        do throws(LinkError) {
            for request in try enclave.receive(arrived, at: now) {
                guard requests.indices.contains(Int(request[0])), requests[Int(request[0])] == request else {
                    complaint = "a request arrived that was not sent"
                    return
                }
                enclave.send(answer(to: request), at: now)
            }
        } catch {
            endedCount += 1
            enclave.end(error, at: now)
            enclave.restart(at: now)
        }
    }

    private mutating func schedulerTurn() {
        let arrived = enclave.line.arrivals(by: now)
        guard reconnectAt == nil else { return }
        do throws(LinkError) {
            for message in try scheduler.receive(arrived, at: now) {
                guard current == done, message == answer(to: requests[done]) else {
                    complaint = "answer \(done) is not that of a clean line"
                    return
                }
                done += 1
            }
        } catch {
            endedCount += 1
            scheduler.end(error, at: now)
            reconnectAt = now + 500_000_000
            return
        }
        if scheduler.session.peerHello != nil, current != done, done < requests.count {
            current = done
            scheduler.send(requests[done], at: now)
        }
    }
}
