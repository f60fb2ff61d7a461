// JailRecords
