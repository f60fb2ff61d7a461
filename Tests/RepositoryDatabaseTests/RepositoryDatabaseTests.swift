// RepositoryDatabaseTests
