public import CohortConfiguration

/// A store that the contract is held against.
public struct StoreUnderTest {
  /// Computes SHA-256.
  public let hash: HashFunction
  /// Opens the same data again: what was opened before is not used any more. A store that ends with its
  /// process gives the same object.
  public let open: () throws -> any CohortStore

  /// Takes a way to a store that begins empty.
  public init(hash: @escaping HashFunction, open: @escaping () throws -> any CohortStore) {
    self.hash = hash
    self.open = open
  }
}

/// What a store did that it must not do.
public struct ContractBreach: Error, CustomStringConvertible {
  /// In words.
  public let description: String
}

/// What `CohortStore` promises, clause by clause. Each begins with a store of its own that is empty.
public enum CohortStoreContract {
  /// One promise.
  public struct Clause: Sendable, CustomStringConvertible {
    /// What is promised.
    public let description: String
    /// Throws `ContractBreach`, or an error of the store that it must not have.
    public let check: @Sendable (StoreUnderTest) throws -> Void
  }

  /// All of them.
  public static let clauses: [Clause] =
    readingClauses + writingClauses + refusalClauses + concurrencyClauses
}

func require(_ holds: Bool, _ breach: @autoclosure () -> String) throws(ContractBreach) {
  if !holds { throw ContractBreach(description: breach()) }
}

/// Makes transactions that follow one another.
struct Scribe {
  let hash: HashFunction
  var head = AuditHead.none

  init(_ subject: StoreUnderTest) {
    hash = subject.hash
  }

  func resource(
    _ name: String, revision: Int64, _ text: String = "", kind: ResourceKind = .cohort
  ) -> StoredResource {
    StoredResource(
      key: ResourceKey(kind, name), revision: revision, payload: Array(text.utf8), hash: hash)
  }

  /// The next transaction, without taking the head forward.
  func transaction(
    _ resources: [StoredResource], request: StoredRequest? = nil, forget: Int64 = .min,
    entry: String = "entry"
  ) -> StoreTransaction {
    let payload = Array("\(entry) behind \(head.sequence) \(head.hash)".utf8)
    let sequence = head.sequence + 1
    return StoreTransaction(
      writes: resources.map { .init($0, replacing: $0.revision - 1) },
      audit: StoredAuditEntry(
        sequence: sequence, payload: payload, hash: hash(Array("\(sequence) ".utf8) + payload)),
      expectedHead: head, request: request, forgetRequestsBefore: forget)
  }

  /// Commits the next transaction.
  mutating func commit(
    _ resources: [StoredResource], to store: any CohortStore, request: StoredRequest? = nil,
    forget: Int64 = .min
  ) throws(StoreError) {
    let transaction = transaction(resources, request: request, forget: forget)
    try store.commit(transaction)
    head = AuditHead(sequence: transaction.audit.sequence, hash: transaction.audit.hash)
  }
}
