internal import CohortConfiguration
internal import GRDB

/// What SQLite's result codes mean for whoever uses the store. SQLite's own messages are not passed on.
enum Failure {
  /// While the file was opened.
  static func opening(_ error: DatabaseError, path: String) -> StoreError {
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: .occupied(path)
    case .SQLITE_CANTOPEN: .unavailable("'\(path)' cannot be opened; see who may read and write it")
    default: writing(error, isFlushing: false, path: path)
    }
  }

  /// While something was read.
  static func reading(_ error: DatabaseError, path: String) -> StoreError {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
      // A page that the disk cannot read is lost, as far as SQLite knows.
      .corrupt(place: place(path, finding: "pages do not fit together or cannot be read"))
    case .SQLITE_BUSY, .SQLITE_LOCKED: .unavailable("another process keeps its file locked")
    case .SQLITE_IOERR: .unavailable("its disk failed, \(error.extendedResultCode)")
    case .SQLITE_NOMEM: .unavailable("there is no memory")
    case .SQLITE_MISUSE: .unavailable("it was closed")
    default: .unavailable("its file cannot be read, \(error.extendedResultCode)")
    }
  }

  /// While a transaction was written.
  ///
  /// - Parameter isFlushing: whether all was written, and was about to be kept.
  static func writing(_ error: DatabaseError, isFlushing: Bool, path: String) -> StoreError {
    switch error.extendedResultCode {
    case .SQLITE_IOERR_SHMSIZE where !isFlushing: return .readOnly("its disk is full")
    // The pages of the log come before the mark that makes them count.
    case .SQLITE_IOERR_WRITE: return .unavailable("its disk failed, \(error.extendedResultCode)")
    case _ where isFlush(error): return .uncertain("\(error.extendedResultCode)")
    default: break
    }
    switch error.resultCode {
    case .SQLITE_FULL: return .readOnly("its disk is full")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
      return .readOnly("its file may not be written")
    case .SQLITE_IOERR where isFlushing: return .uncertain("\(error.extendedResultCode)")
    case .SQLITE_CONSTRAINT: return .unavailable("the rules of its tables forbid the change")
    default: return reading(error, path: path)
    }
  }

  /// Whether the disk was told to keep what was written, and failed.
  static func isFlush(_ error: DatabaseError) -> Bool {
    [.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC].contains(error.extendedResultCode)
  }

  /// A file with what is wrong in it.
  static func place(_ path: String, finding: String) -> String {
    "the file '\(path)' (\(finding.split(separator: "\n").joined(separator: " ")))"
  }
}
