// RepositoryDirectory
