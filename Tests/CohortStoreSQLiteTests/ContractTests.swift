import CohortConfiguration
import CohortStoreContract
import CohortStoreSQLite
import StoreExercises
import Testing

/// The store in a file against the contract of every store, and writers at the same time on both.
struct ContractTests {
  @Test(arguments: CohortStoreContract.clauses)
  func contract(_ clause: CohortStoreContract.Clause) throws {
    let scratch = try Scratch()
    try clause.check(StoreUnderTest(hash: storeHash) { try scratch.open() })
  }

  @Test func eightWritersOnTenCohortsInAFile() async throws {
    let report = try await aside {
      let scratch = try Scratch()
      return try WriterRace.run(scratch.open(), seconds: 1.5)
    }
    #expect(report.faults == [])
    #expect(report.written > 0 && report.conflicts > 0)
  }

  @Test func eightWritersOnTenCohortsInMemory() async throws {
    let report = try await aside {
      try WriterRace.run(InMemoryCohortStore(hash: storeHash), seconds: 0.3)
    }
    #expect(report.faults == [])
    #expect(report.written > 0)
  }
}
