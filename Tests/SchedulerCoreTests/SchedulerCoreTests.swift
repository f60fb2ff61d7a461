// SchedulerCoreTests
