import CohortConfiguration
import CohortStoreContract
import Testing

/// The store in memory against the contract of every store.
struct InMemoryCohortStoreTests {
  @Test(arguments: CohortStoreContract.clauses)
  func contract(_ clause: CohortStoreContract.Clause) throws {
    let store = InMemoryCohortStore(hash: testHash)
    try clause.check(StoreUnderTest(hash: testHash) { store })
  }
}
