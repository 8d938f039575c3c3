import CohortConfiguration
import Foundation
import GRDB
import StoreExercises
import Testing

@testable import CohortStoreSQLite

/// Formats of the file, and what its tables forbid whoever writes to them.
struct SchemaTests {
  @Test func whatAnOpenStoreIsSetTo() throws {
    let scratch = try Scratch()
    let store = try scratch.open()
    let settings = try store.pool.writeWithoutTransaction { db in
      try [
        "journal_mode", "synchronous", "foreign_keys", "busy_timeout", "user_version",
        "wal_autocheckpoint", "trusted_schema", "cell_size_check",
      ].map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
    }
    #expect(settings == ["wal", "2", "1", "2000", "1", "0", "0", "1"])
    let reader = try store.pool.read { try Int.fetchOne($0, sql: "PRAGMA busy_timeout") }
    #expect(reader == 2_000)
  }

  @Test func aNewerFormatIsRefusedAndLeftAlone() throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    let newer = SQLiteCohortStore.knownSchema + 3
    try scratch.raw().writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA user_version = \(newer)")
      try $0.checkpoint(.truncate)
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: scratch.file))
    let error = storeFailure { _ = try scratch.open() }
    #expect(error == .newerSchema(found: newer, known: SQLiteCohortStore.knownSchema))
    #expect(error?.description.contains("format 4") == true)
    #expect(error?.description.contains("up to 1") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.file)) == before)
  }

  @Test func aForeignFileIsRefused() throws {
    let scratch = try Scratch()
    try scratch.raw().write { try $0.execute(sql: "CREATE TABLE other (id INTEGER)") }
    let error = storeFailure { _ = try scratch.open() }
    #expect(error?.description.contains("it is no store of TrialGate") == true)
    #expect(try scratch.raw().read { try $0.tableExists("audit") } == false)
  }

  @Test func anotherProductsFormatIsRefused() throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    try scratch.raw().writeWithoutTransaction { try $0.execute(sql: "PRAGMA application_id = 7") }
    let error = storeFailure { _ = try scratch.open() }
    #expect(error?.description.contains("it is no store of TrialGate") == true)
  }

  @Test(arguments: [
    "DROP TRIGGER audit_unchanged", "DROP INDEX requests_by_time",
    "CREATE TABLE more (id INTEGER)",
  ])
  func otherTablesAndTriggersAreFound(_ change: String) throws {
    let scratch = try Scratch()
    _ = try scratch.filled()
    try scratch.raw().write { try $0.execute(sql: change) }
    let name = change.split(separator: " ")[2]
    let error = storeFailure { _ = try scratch.open() }
    guard case .corrupt(let place) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place.contains("schema:") && place.contains(name))
  }

  /// A later format, as one will come.
  private static let next = Schema(
    steps: Schema.current.steps + [
      { try $0.execute(sql: "ALTER TABLE requests ADD COLUMN note TEXT") }
    ])

  private func open(_ scratch: Scratch, _ schema: Schema) throws -> SQLiteCohortStore {
    try SQLiteCohortStore(
      directory: scratch.path, hash: storeHash, schema: schema, limits: .standard)
  }

  @Test func anOlderFormatIsBroughtUpToDate() throws {
    let scratch = try Scratch()
    let chain = try scratch.filled()
    let store = try open(scratch, Self.next)
    #expect(try store.snapshot().resources == chain.resources)
    #expect(try AuditVerifier.verify(store, hash: storeHash) == chain.head)
    try store.close()
    #expect(try open(scratch, Self.next).snapshot().head == chain.head)
    #expect(storeFailure { _ = try scratch.open() } == .newerSchema(found: 2, known: 1))
  }

  @Test func aNewFileGetsAllSteps() throws {
    let scratch = try Scratch()
    try open(scratch, Self.next).close()
    #expect(try open(scratch, Self.next).snapshot().head == .none)
  }

  @Test func aStepThatFailsLeavesTheOlderFormat() throws {
    let scratch = try Scratch()
    let chain = try scratch.filled()
    let broken = Schema(
      steps: Self.next.steps + [{ try $0.execute(sql: "ALTER TABLE nowhere ADD COLUMN x") }])
    #expect(storeFailure { _ = try open(scratch, broken) } != nil)
    #expect(try scratch.open().snapshot().head == chain.head)
  }

  @Test(arguments: [
    "UPDATE audit SET payload = x'00' WHERE sequence = 1",
    "UPDATE audit SET sequence = 9 WHERE sequence = 3",
    "DELETE FROM audit WHERE sequence = 3",
    "DELETE FROM audit",
    "INSERT OR REPLACE INTO audit VALUES (3, x'00', x'00')",
    "INSERT INTO audit VALUES (5, x'00', x'00')",
    "UPDATE revisions SET payload = x'00'",
    "UPDATE revisions SET revision = 7 WHERE revision = 2",
    "DELETE FROM revisions WHERE revision = 1",
    "INSERT OR REPLACE INTO revisions VALUES ('cohort', x'61', 2, x'00', x'00', 1)",
    "INSERT INTO revisions VALUES ('cohort', x'61', 4, x'00', x'00', 1)",
    "INSERT INTO revisions VALUES ('cohort', x'62', 2, x'00', x'00', 1)",
    "INSERT INTO revisions VALUES ('cohort', x'61', 3, x'00', x'00', 99)",
    "INSERT INTO revisions VALUES ('site_revision', x'72', 2, x'00', x'00', 1)",
    "INSERT INTO revisions VALUES ('cohort', x'61', 3, 'text', x'00', 1)",
  ])
  func theTablesForbid(_ statement: String) throws {
    let scratch = try Scratch()
    let chain = try scratch.filled()
    #expect(throws: DatabaseError.self) {
      try scratch.raw().write { try $0.execute(sql: statement) }
    }
    let store = try scratch.open()
    #expect(try store.snapshot().resources == chain.resources)
    #expect(try AuditVerifier.verify(store, hash: storeHash) == chain.head)
  }

  @Test(arguments: [ResourceKind.siteRevision, .activation])
  func whatNeverChangesHasNoSecondRevision(_ kind: ResourceKind) throws {
    let scratch = try Scratch()
    let store = try scratch.open()
    var chain = ChainWriter(try store.snapshot())
    let key = ResourceKey(kind, "r")
    try chain.commit([(key, [1])], to: store)
    let second = chain.transaction([(cohort, [1]), (key, [2])])
    let error = failure { () throws(StoreError) in try store.commit(second) }
    #expect(error == .unavailable("the rules of its tables forbid the change"))
    #expect(try store.snapshot() == StoreSnapshot(resources: chain.resources, head: chain.head))
    try chain.commit([(cohort, [1])], to: store)
  }
}
