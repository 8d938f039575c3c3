internal import CohortConfiguration
internal import FoundationEssentials
internal import GRDB

/// Values of the tables. Texts are kept as their bytes, since SQLite's own end at a zero; a value that is not of
/// its column's kind, which a damaged file may hold, is nil.
enum Rows {
  static func blob(_ text: String) -> Data { Data(text.utf8) }

  static func blob(_ bytes: [UInt8]) -> Data { Data(bytes) }

  static func bytes(_ value: DatabaseValue) -> [UInt8]? {
    guard case .blob(let data) = value.storage else { return nil }
    return Array(data)
  }

  static func integer(_ value: DatabaseValue) -> Int64? {
    guard case .int64(let number) = value.storage else { return nil }
    return number
  }

  static func text(_ value: DatabaseValue) -> String? {
    switch value.storage {
    case .blob(let data): String(validating: data, as: UTF8.self)
    case .string(let text): text
    default: nil
    }
  }

  /// The end of the audit chain.
  static func head(_ db: Database) throws -> AuditHead {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1"))
    guard let row else { return .none }
    guard let sequence = integer(row[0]), let hash = text(row[1]) else {
      throw StoreError.corrupt(place: "the last audit entry")
    }
    return AuditHead(sequence: sequence, hash: hash)
  }

  /// SHA-256 over all of a request's record.
  static func digest(of request: StoredRequest, _ hash: HashFunction) -> String {
    let parts = [
      Array(request.key.principal.utf8), Array(request.key.id.utf8),
      Array(request.bodyDigest.utf8), request.response, Array(String(request.time).utf8),
    ]
    // The lengths keep apart what would otherwise be spelled alike.
    let head = "trialgate.store.request\n" + parts.map { "\($0.count)\n" }.joined()
    return hash(parts.reduce(Array(head.utf8), +))
  }
}
