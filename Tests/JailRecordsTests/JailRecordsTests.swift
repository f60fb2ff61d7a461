// JailRecordsTests
