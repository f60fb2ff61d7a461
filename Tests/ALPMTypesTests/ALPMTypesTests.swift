// ALPMTypesTests
