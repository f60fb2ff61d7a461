// PackageArchive
