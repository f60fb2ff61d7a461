/// The results of a body for each element, in order, worked out on all cores; throws the first failure in that order.
package func concurrently<Element: Sendable, Value: Sendable, Failure: Error>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) async throws(Failure) -> Value
) async throws(Failure) -> [Value] {
    let results = await withTaskGroup(of: (Int, Result<Value, Failure>).self) { group in
        for (position, element) in elements.enumerated() {
            group.addTask {
                do throws(Failure) {
                    return (position, .success(try await body(element)))
                } catch {
                    return (position, .failure(error))
                }
            }
        }
        return await group.reduce(into: []) { $0.append($1) }
    }
    return try results.sorted { $0.0 < $1.0 }.map { result throws(Failure) in try result.1.get() }
}
