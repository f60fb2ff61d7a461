public import EnclaveClient

extension SchedulerHome {
    /// Measures the link to the enclave; nothing is changed by it.
    ///
    /// A round has `size` bytes, or, if that is nil, what a line carries in about five seconds; rounds go on for so many
    /// seconds.
    public func testLink(
        size: Int?, seconds: Double, progress: (LinkMeasurement) -> Void
    ) throws(SchedulerDirectoryError) -> LinkMeasurement {
        try Conversation(
            configuration, policy: try configuration.policy(), layout: layout, programVersion: programVersion,
            patience: 0, progress: nil
        )
        .testLink(size: size, seconds: seconds, progress: progress)
    }
}
