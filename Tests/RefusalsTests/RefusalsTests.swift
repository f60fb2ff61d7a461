// RefusalsTests
