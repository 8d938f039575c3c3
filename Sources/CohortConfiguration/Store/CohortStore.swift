/// Where the configuration lives. One contract suite (`Tests/CohortStoreContract`) holds for every store.
///
/// A store knows nothing of trials. It keeps resources as opaque payloads with a key, a revision and a
/// digest; the audit entries; and the requests of the last day. What is written when is decided by its one
/// user, with `ConfigurationChange`.
///
/// Guarantees that each implementation gives:
/// - **Whole**: `commit` writes all of a transaction or nothing of it, whatever happens in between: an error,
///   a full disk, the end of the process.
/// - **Durable**: what a `commit` that returned has written is there after the end of the process and, where
///   the store is on a disk, after the end of power.
/// - **In order**: transactions follow one another. A read that begins after a `commit` returned sees it.
/// - **At one moment**: `snapshot` shows the state between two transactions, never a part of one.
/// - **Checked**: `commit` refuses with `conflict`, and writes nothing, unless every expected revision and the
///   expected head of the audit chain are what the store holds, the audit entry's sequence follows the
///   head's, each revision follows the expected one, and no key is written twice.
/// - **Append only**: no audit entry is ever changed or deleted, and no resource is ever deleted.
/// - **Byte for byte**: keys, digests, payloads, hashes, ids and answers come back as they were given.
/// - **Intact**: every resource is read with its digest tested (`StoredResource.isIntact`), and one that fails
///   is `corrupt`. Audit entries are handed out as they are: whoever verifies the chain must see them.
///
/// All methods block until they are done, and may be called from several threads at once: readers of one
/// thread do not wait for a writer of another longer than the store's own file format asks for. They are
/// never called on an event loop.
public protocol CohortStore: AnyObject, Sendable {
  /// Reads everything that is in force.
  ///
  /// - Throws: `corrupt`, `unavailable`.
  func snapshot() throws(StoreError) -> StoreSnapshot

  /// Writes a transaction.
  ///
  /// - Throws: `conflict`, `readOnly` and `unavailable`, after which nothing was written and the call may be
  ///   repeated; `uncertain`, after which the store must be read again before anything is built on it.
  func commit(_ transaction: StoreTransaction) throws(StoreError)

  /// The record of a request; nil where there is none or it was forgotten.
  ///
  /// - Throws: `unavailable`.
  func request(_ key: RequestKey) throws(StoreError) -> StoredRequest?

  /// Audit entries in ascending order, as they are stored, gaps and all.
  ///
  /// - Parameters:
  ///   - sequence: those behind this one; 0 = from the first.
  ///   - limit: at most so many, at least 1.
  /// - Throws: `unavailable`.
  func auditEntries(after sequence: Int64, limit: Int) throws(StoreError) -> [StoredAuditEntry]

  /// Tests whether a transaction could be written now; whatever is written for it is the store's own. It is
  /// asked from time to time while transactions fail.
  ///
  /// - Throws: what a `commit` would throw.
  func probe() throws(StoreError)
}

extension CohortStore {
  /// Reads everything, which is all that a store can be asked without writing.
  public func probe() throws(StoreError) { _ = try snapshot() }
}

/// How a store failed. Descriptions name places of the store, never what is in them.
public enum StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another writer was first. Nothing was written.
  case conflict
  /// Nothing can be written, since the disk is full or the file may not be written; reading goes on. Nothing
  /// was written, and a later attempt may succeed without a restart.
  case readOnly(String)
  /// The store does not answer. Nothing was written.
  case unavailable(String)
  /// It is not known whether it was written: the disk failed while it was told to keep it.
  case uncertain(String)
  /// Something is not what was written.
  case corrupt(place: String)
  /// The data was written by a newer version of the program.
  case newerSchema(found: Int, known: Int)
  /// Another process holds the store.
  case occupied(String)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .conflict: "another writer changed the store at the same time; try again"
    case .readOnly(let cause): "the store cannot be written (\(cause)); free space on its disk"
    case .unavailable(let cause): "the store does not answer (\(cause)); try again"
    case .uncertain(let cause):
      "the store does not know whether it kept a change (\(cause)); check its disk"
    case .corrupt(let place): "\(place) is not what was written; restore the store from a copy"
    case .newerSchema(let found, let known):
      "the store has format \(found), and this program knows formats up to \(known); "
        + "use the newer program"
    case .occupied(let path): "another process holds '\(path)'; stop it or choose another directory"
    }
  }
}
