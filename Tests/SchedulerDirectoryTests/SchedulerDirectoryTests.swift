// SchedulerDirectoryTests
