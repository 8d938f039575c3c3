public import CohortConfiguration
internal import GRDB
internal import Synchronization

/// A store in one SQLite file, `configuration.sqlite` in the data directory.
///
/// A commit is one transaction of the file, flushed to the disk before it returns (write-ahead log,
/// `synchronous=FULL`). Readers see the state between two transactions and wait for no writer.
///
/// The directory belongs to one process at a time, and whoever opens the store holds its lock. The store takes
/// no second one: within the process a file may be opened again, and copies may be read from outside.
///
/// Once a flush to the disk failed, nothing is written any more until the store is opened again in a new process:
/// what the system keeps of a file after that is not known, and writing on would build on it.
public final class SQLiteCohortStore: CohortStore {
  /// The file's name in the data directory.
  public static let fileName = "configuration.sqlite"
  /// How long a writer waits for another process, in seconds.
  public static let busyTimeout = 2
  /// The newest format that is read and written.
  public static let knownSchema = Schema.current.version

  let pool: DatabasePool
  let path: String
  let hash: HashFunction
  let condition: Mutex<Condition>

  /// What a store learns while it is open.
  struct Condition {
    var isHistoryVerified = false
    /// Why nothing is written any more.
    var stopped: String?
    var log: LogGrowth
  }

  /// Opens a store, creates its file where there is none, and brings an older format up to date.
  ///
  /// Payloads are verified as they are read, those of earlier revisions with the first snapshot.
  ///
  /// - Parameters:
  ///   - directory: the data directory, which exists and whose lock the process holds.
  ///   - hash: SHA-256.
  /// - Throws: `newerSchema`, before the file is touched; `corrupt` for a file that is no store, whose pages do
  ///   not fit together, or whose tables and triggers are others; `occupied` where another process keeps the
  ///   file locked for `busyTimeout`; `readOnly`, `unavailable`.
  public convenience init(directory: String, hash: @escaping HashFunction) throws(StoreError) {
    try self.init(directory: directory, hash: hash, schema: .current, limits: .standard)
  }

  init(
    directory: String, hash: @escaping HashFunction, schema: Schema, limits: LogLimits
  ) throws(StoreError) {
    path = "\(directory)/\(Self.fileName)"
    self.hash = hash
    condition = Mutex(Condition(log: LogGrowth(limits)))
    do {
      pool = try DatabasePool(path: path, configuration: Self.configuration(schema, path: path))
      try pool.writeWithoutTransaction { db in
        // The pool lowers it for its writer; a commit must outlast the power.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        // Checkpoints are made after commits, where their failures are seen.
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        try schema.migrate(db)
        // What a process that was killed left in the log. Where a full disk or a reader of another process is in
        // the way, it stays there.
        do {
          try db.checkpoint(.truncate)
        } catch let error as DatabaseError where !Failure.isFlush(error) {}
        try schema.verify(db, path: path)
        try Self.verifyPages(db, path: path)
      }
    } catch let error as StoreError {
      throw error
    } catch let error as DatabaseError {
      throw Failure.opening(error, path: path)
    } catch {
      throw .unavailable("its file cannot be opened")
    }
  }

  /// Moves what the log holds into the file and lets the file go. Nothing can be read or written afterwards.
  public func close() throws(StoreError) {
    do {
      // The pool closes its readers last, which may not write. What cannot be moved stays safe in the log.
      _ = try? pool.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
      try pool.close()
    } catch {
      throw .unavailable("a transaction is not over")
    }
  }

  private static func configuration(_ schema: Schema, path: String) -> Configuration {
    var configuration = Configuration()
    configuration.label = "CohortStore"
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(Double(busyTimeout))
    configuration.prepareDatabase { db in
      // The pool gives its readers more time of its own.
      try db.execute(sql: "PRAGMA busy_timeout = \(busyTimeout * 1_000)")
      // A file that is not the product's own must be found out before anything is written to it.
      try schema.recognize(db, path: path)
      try db.execute(sql: "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")
    }
    return configuration
  }

  /// Whether the pages of the file fit together, and indexes fit their tables. What payloads say is not looked at.
  static func verifyPages(_ db: Database, path: String) throws {
    let finding = try DatabaseValue.fetchOne(db, sql: "PRAGMA integrity_check(1)")
    let text = finding.flatMap(String.fromDatabaseValue) ?? ""
    if text != "ok" { throw StoreError.corrupt(place: Failure.place(path, finding: text)) }
  }
}
