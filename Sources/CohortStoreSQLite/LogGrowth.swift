internal import GRDB

/// Bounds of the write-ahead log, in pages of 4 KiB.
struct LogLimits {
  /// From here on the log is moved into the file, as far as readers let it.
  var passive: Int
  /// From here on a writer waits for readers, so that the log begins anew.
  var truncate: Int
  /// Here writing ends until the log could begin anew.
  var full: Int

  /// After each commit; 16 MiB; 256 MiB. Changes of a configuration are rare, and what is in the file as well
  /// outlasts damage to the log, of which SQLite would only drop the end without a word.
  static let standard = LogLimits(passive: 1, truncate: 4_000, full: 65_536)
}

/// How large the log is: estimated from what was written, and known after each checkpoint.
struct LogGrowth {
  private let limits: LogLimits
  private(set) var pages = 0
  private var next: Int
  private var nextTruncate: Int

  init(_ limits: LogLimits) {
    self.limits = limits
    next = limits.passive
    nextTruncate = limits.truncate
  }

  /// Whether nothing may be added.
  var isFull: Bool { pages >= limits.full }

  /// The checkpoint that is due; nil = none.
  var due: Database.CheckpointMode? {
    if pages >= nextTruncate { return .truncate }
    return pages >= next ? .passive : nil
  }

  /// Takes what a commit added.
  mutating func add(_ count: Int) {
    pages += count
  }

  /// Takes what a checkpoint told.
  ///
  /// - Parameters:
  ///   - held: how many pages the log has.
  ///   - moved: how many of them are in the file.
  /// - Returns: whether the log can begin anew at once, and should since it has become large.
  mutating func learn(held: Int, moved: Int) -> Bool {
    // When all are moved and nobody reads them, the next writer begins the log anew.
    pages = held <= moved ? 0 : held
    postpone()
    return held <= moved && held >= limits.truncate
  }

  /// Puts the next checkpoint off: this one failed.
  mutating func postpone() {
    next = pages + limits.passive
    nextTruncate = max(limits.truncate, 2 * pages)
  }
}
