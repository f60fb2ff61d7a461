// RepositoryDatabase
