// RepositoryImportTests
