internal import CohortConfiguration
internal import GRDB

/// The format of the file: steps, each of which brings it from one version to the next. A step that was ever
/// released stays as it is; what changes is a step of its own.
struct Schema: Sendable {
  /// What each step does; the first one makes version 1 of an empty file.
  var steps: [@Sendable (Database) throws -> Void]

  /// The newest version.
  var version: Int { steps.count }

  /// What marks the file as the product's own: the letters `TGCS`.
  static let applicationID: Int64 = 0x5447_4353

  /// The format of this program.
  static let current = Schema(steps: [{ try $0.execute(sql: Self.first) }])

  /// Version 1. Every revision of every resource stays, as every audit entry does, and names the entry that tells
  /// of it.
  private static let first = """
    CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY,
      payload BLOB NOT NULL,
      hash BLOB NOT NULL
    ) STRICT;
    CREATE TABLE revisions (
      kind TEXT NOT NULL,
      name BLOB NOT NULL,
      revision INTEGER NOT NULL,
      digest BLOB NOT NULL,
      payload BLOB NOT NULL,
      audit INTEGER NOT NULL REFERENCES audit (sequence),
      PRIMARY KEY (kind, name, revision DESC)
    ) STRICT;
    CREATE TABLE requests (
      principal BLOB NOT NULL,
      id BLOB NOT NULL,
      body_digest BLOB NOT NULL,
      response BLOB NOT NULL,
      time INTEGER NOT NULL,
      digest BLOB NOT NULL,
      audit INTEGER NOT NULL REFERENCES audit (sequence),
      PRIMARY KEY (principal, id)
    ) STRICT;
    CREATE INDEX requests_by_time ON requests (time);
    CREATE TABLE probe (
      filler BLOB NOT NULL
    ) STRICT;

    CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
    WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'audit entries follow one another'); END;
    CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit entries never change'); END;
    CREATE TRIGGER audit_undeleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit entries stay'); END;

    CREATE TRIGGER revisions_in_order BEFORE INSERT ON revisions
    WHEN NEW.revision <> (
      SELECT COALESCE(MAX(revision), 0) + 1 FROM revisions
      WHERE kind = NEW.kind AND name = NEW.name)
    BEGIN SELECT RAISE(ABORT, 'revisions follow one another'); END;
    CREATE TRIGGER revisions_immutable BEFORE INSERT ON revisions
    WHEN NEW.revision > 1 AND NEW.kind IN ('site_revision', 'activation')
    BEGIN SELECT RAISE(ABORT, 'revisions of sites and activations never change'); END;
    CREATE TRIGGER revisions_unchanged BEFORE UPDATE ON revisions
    BEGIN SELECT RAISE(ABORT, 'revisions never change'); END;
    CREATE TRIGGER revisions_undeleted BEFORE DELETE ON revisions
    BEGIN SELECT RAISE(ABORT, 'revisions stay'); END;
    """

  /// Tells the product's own files from others, and those of newer programs from those that can be read.
  ///
  /// - Throws: `newerSchema`, `corrupt`.
  func recognize(_ db: Database, path: String) throws {
    let found = try Self.version(db)
    guard found <= version else { throw StoreError.newerSchema(found: found, known: version) }
    let application = try Self.pragma("application_id", db)
    let isOwn =
      found > 0
      ? application == Self.applicationID
      : try application == 0
        && Int64.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master") == 0
    if !isOwn {
      throw StoreError.corrupt(place: Failure.place(path, finding: "it is no store of TrialGate"))
    }
  }

  /// Brings the file up to the newest version, all steps or none.
  func migrate(_ db: Database) throws {
    guard try Self.version(db) < version else { return }
    try db.inTransaction(.immediate) {
      for step in try steps[Self.version(db)...] { try step(db) }
      try db.execute(
        sql: "PRAGMA user_version = \(version); PRAGMA application_id = \(Self.applicationID)")
      return .commit
    }
  }

  /// Whether the tables, indexes and triggers are those that the steps make.
  ///
  /// - Throws: `corrupt`.
  func verify(_ db: Database, path: String) throws {
    let expected = try DatabaseQueue().write { db in
      for step in steps { try step(db) }
      return try Self.objects(db)
    }
    let found = try Self.objects(db)
    guard found != expected else { return }
    let differing = Set(expected.keys).union(found.keys).filter { expected[$0] != found[$0] }
    throw StoreError.corrupt(
      place: Failure.place(path, finding: "schema: \(differing.sorted().joined(separator: ", "))"))
  }

  private static func version(_ db: Database) throws -> Int {
    Int(clamping: try pragma("user_version", db))
  }

  private static func pragma(_ name: String, _ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "PRAGMA \(name)") ?? 0
  }

  private static func objects(_ db: Database) throws -> [String: String] {
    let rows = try Row.fetchCursor(db, sql: "SELECT type || ' ' || name, sql FROM sqlite_master")
    var objects: [String: String] = [:]
    while let row = try rows.next() {
      objects[Rows.text(row[0]) ?? ""] = Rows.text(row[1]) ?? ""
    }
    return objects
  }
}
