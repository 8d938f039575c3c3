public import CohortConfiguration
internal import GRDB
internal import Synchronization

extension SQLiteCohortStore {
  /// Writes a transaction.
  ///
  /// - Throws: `conflict`; `readOnly` where the disk is full, the file may not be written, or a reader of
  ///   another process keeps the log from ending; `uncertain` where the flush failed, and `unavailable` for
  ///   every commit after that; `unavailable` where another process keeps the file locked.
  public func commit(_ transaction: StoreTransaction) throws(StoreError) {
    try write(pages: transaction.estimatedPages) { db in
      try check(transaction, db)
      try write(transaction, db)
    }
  }

  /// Writes as much as an ordinary transaction does, and takes it away again. Nothing that is read changes.
  ///
  /// - Throws: what a `commit` would throw, but for `conflict`.
  public func probe() throws(StoreError) {
    try write(pages: Self.probePages) { db in
      try db.execute(
        sql: "INSERT INTO probe (filler) VALUES (zeroblob(?))",
        arguments: [Self.probePages * 4_096])
    }
    try write(pages: Self.probePages) { try $0.execute(sql: "DELETE FROM probe") }
  }

  private static var probePages: Int { 16 }

  /// Runs one transaction, and looks after the log behind it.
  private func write(pages: Int, _ body: (Database) throws -> Void) throws(StoreError) {
    var isFlushing = false
    do {
      try pool.writeWithoutTransaction { db in
        if let reason = condition.withLock({ $0.stopped }) { throw StoreError.unavailable(reason) }
        try makeRoomInLog(db)
        try db.inTransaction(.immediate) {
          try body(db)
          isFlushing = true
          return .commit
        }
        isFlushing = false
        tend(db, adding: pages)
      }
    } catch let error as StoreError {
      throw error
    } catch let error as DatabaseError {
      let failure = Failure.writing(error, isFlushing: isFlushing, path: path)
      if case .uncertain = failure { stop() }
      throw failure
    } catch {
      throw .unavailable("its file cannot be written")
    }
  }

  /// Ends writing for good.
  private func stop() {
    condition.withLock {
      $0.stopped =
        "its disk failed to keep a change, and writing ended; check the disk and start the program anew"
    }
  }

  private func check(_ transaction: StoreTransaction, _ db: Database) throws {
    guard transaction.continues(try Rows.head(db)) else { throw StoreError.conflict }
    let last = try db.cachedStatement(
      sql: "SELECT MAX(revision) FROM revisions WHERE kind = ? AND name = ?")
    for write in transaction.writes {
      let key = write.resource.key
      let revision = try Int64.fetchOne(
        last, arguments: [key.kind.rawValue, Rows.blob(key.name)])
      guard revision ?? 0 == write.expectedRevision else { throw StoreError.conflict }
    }
  }

  private func write(_ transaction: StoreTransaction, _ db: Database) throws {
    let entry = transaction.audit
    try db.cachedStatement(sql: "INSERT INTO audit (sequence, payload, hash) VALUES (?, ?, ?)")
      .execute(arguments: [entry.sequence, Rows.blob(entry.payload), Rows.blob(entry.hash)])
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO revisions (kind, name, revision, digest, payload, audit)
        VALUES (?, ?, ?, ?, ?, ?)
        """)
    for write in transaction.writes {
      let resource = write.resource
      try insert.execute(
        arguments: [
          resource.key.kind.rawValue, Rows.blob(resource.key.name), resource.revision,
          Rows.blob(resource.digest), Rows.blob(resource.payload), entry.sequence,
        ])
    }
    try db.cachedStatement(sql: "DELETE FROM requests WHERE time < ?")
      .execute(arguments: [transaction.forgetRequestsBefore])
    guard let request = transaction.request else { return }
    try db.cachedStatement(
      sql: """
        INSERT INTO requests (principal, id, body_digest, response, time, digest, audit)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (principal, id) DO UPDATE SET
          body_digest = excluded.body_digest, response = excluded.response, time = excluded.time,
          digest = excluded.digest, audit = excluded.audit
        """
    ).execute(
      arguments: [
        Rows.blob(request.key.principal), Rows.blob(request.key.id), Rows.blob(request.bodyDigest),
        Rows.blob(request.response), request.time, Rows.blob(Rows.digest(of: request, hash)),
        entry.sequence,
      ])
  }

  // MARK: The write-ahead log

  /// Refuses to let the log grow without bound while a reader of another process holds on to its beginning.
  private func makeRoomInLog(_ db: Database) throws {
    guard condition.withLock({ $0.log.isFull }) else { return }
    checkpoint(db, .truncate)
    if condition.withLock({ $0.log.isFull }) {
      throw StoreError.readOnly(
        "its log is full since another process keeps reading the file; end that process")
    }
  }

  /// Looks after the log behind a commit. The commit is safe whatever comes of it.
  private func tend(_ db: Database, adding pages: Int) {
    let due = condition.withLock {
      $0.log.add(pages)
      return $0.log.due
    }
    if let due { checkpoint(db, due) }
  }

  private func checkpoint(_ db: Database, _ kind: Database.CheckpointMode) {
    do {
      let (held, moved) = try db.checkpoint(kind)
      let canShrink = condition.withLock { $0.log.learn(held: held, moved: moved) }
      if canShrink, kind == .passive { checkpoint(db, .truncate) }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && kind != .passive {
      // A reader is in the way. What it does not need is moved all the same.
      checkpoint(db, .passive)
    } catch {
      // A page that could not be moved is no harm: the log keeps everything. A failed flush is.
      condition.withLock { $0.log.postpone() }
      if let error = error as? DatabaseError, Failure.isFlush(error) { stop() }
    }
  }
}

extension StoreTransaction {
  /// About how many pages it writes: a few for each row, and those of its bytes.
  fileprivate var estimatedPages: Int {
    let bytes =
      audit.payload.count + (request?.response.count ?? 0)
      + writes.reduce(0) { $0 + $1.resource.payload.count }
    return 4 + 3 * writes.count + bytes / 4_096
  }
}
