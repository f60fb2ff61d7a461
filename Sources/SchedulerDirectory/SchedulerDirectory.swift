// SchedulerDirectory
