// SchedulerCore
