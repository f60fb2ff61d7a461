// RepositoryImport
