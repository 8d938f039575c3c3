public import CohortConfiguration
internal import GRDB
internal import Synchronization

extension SQLiteCohortStore {
  /// Reads the last revision of every resource; the first time, every revision is verified.
  ///
  /// - Throws: `corrupt`, `unavailable`.
  public func snapshot() throws(StoreError) -> StoreSnapshot {
    let isVerified = condition.withLock { $0.isHistoryVerified }
    let snapshot = try read { db in
      if !isVerified { try verifyHistory(db) }
      return StoreSnapshot(resources: try lastRevisions(db), head: try Rows.head(db))
    }
    if !isVerified { condition.withLock { $0.isHistoryVerified = true } }
    return snapshot
  }

  /// The record of a request.
  ///
  /// - Throws: `corrupt` for a record that is not what was written; `unavailable`.
  public func request(_ key: RequestKey) throws(StoreError) -> StoredRequest? {
    try read { db in
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT body_digest, response, time, digest FROM requests
            WHERE principal = ? AND id = ?
            """),
        arguments: [Rows.blob(key.principal), Rows.blob(key.id)])
      guard let row else { return nil }
      guard let bodyDigest = Rows.text(row[0]), let response = Rows.bytes(row[1]),
        let time = Rows.integer(row[2]), let digest = Rows.text(row[3])
      else { throw StoreError.corrupt(place: "the record of a request") }
      let request = StoredRequest(
        key: key, bodyDigest: bodyDigest, response: response, time: time)
      guard digest == Rows.digest(of: request, hash) else {
        throw StoreError.corrupt(place: "the record of a request")
      }
      return request
    }
  }

  /// Audit entries in ascending order, as they are stored.
  ///
  /// - Throws: `corrupt` where a row is no entry at all; `unavailable`.
  public func auditEntries(after sequence: Int64, limit: Int) throws(StoreError)
    -> [StoredAuditEntry]
  {
    try read { db in
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: """
            SELECT sequence, payload, hash FROM audit
            WHERE sequence > ? ORDER BY sequence LIMIT ?
            """),
        arguments: [sequence, max(1, limit)])
      var entries: [StoredAuditEntry] = []
      while let row = try rows.next() {
        guard let sequence = Rows.integer(row[0]), let payload = Rows.bytes(row[1]),
          let hash = Rows.text(row[2])
        else {
          throw StoreError.corrupt(
            place: "the audit entry behind number \(entries.last?.sequence ?? sequence)")
        }
        entries.append(StoredAuditEntry(sequence: sequence, payload: payload, hash: hash))
      }
      return entries
    }
  }

  /// The last revision of each resource, in the order of their keys: one step of the index for each.
  private func lastRevisions(_ db: Database) throws -> [StoredResource] {
    let next = try db.cachedStatement(
      sql: """
        SELECT kind, name, revision, digest, payload FROM revisions
        WHERE (kind, name) > (?, ?) ORDER BY kind, name, revision DESC LIMIT 1
        """)
    var resources: [StoredResource] = []
    var kind: any DatabaseValueConvertible = ""
    var name: any DatabaseValueConvertible = Rows.blob("")
    while let row = try Row.fetchOne(next, arguments: [kind, name]) {
      let resource = try intact(row)
      resources.append(resource)
      kind = resource.key.kind.rawValue
      name = Rows.blob(resource.key.name)
    }
    return resources
  }

  /// Verifies every revision that was ever written.
  private func verifyHistory(_ db: Database) throws {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT kind, name, revision, digest, payload FROM revisions ORDER BY rowid")
    while let row = try rows.next() { _ = try intact(row) }
  }

  private func intact(_ row: Row) throws -> StoredResource {
    guard let kind = Rows.text(row[0]).flatMap(ResourceKind.init(rawValue:)),
      let name = Rows.text(row[1]), let revision = Rows.integer(row[2]),
      let digest = Rows.text(row[3]), let payload = Rows.bytes(row[4])
    else { throw StoreError.corrupt(place: "a revision of a resource") }
    let resource = StoredResource(
      key: ResourceKey(kind, name), revision: revision, digest: digest, payload: payload)
    guard resource.isIntact(hash) else {
      throw StoreError.corrupt(place: "revision \(revision) of \(kind.rawValue) '\(name)'")
    }
    return resource
  }

  private func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try pool.read(body)
    } catch let error as StoreError {
      throw error
    } catch let error as DatabaseError {
      throw Failure.reading(error, path: path)
    } catch {
      throw .unavailable("its file cannot be read")
    }
  }
}
