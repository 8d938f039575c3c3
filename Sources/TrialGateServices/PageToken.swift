internal import CohortConfiguration
internal import Crypto

/// Tokens of pages: the place where a page begins, sealed together with the query that it belongs to, so that one
/// of another query and one that was made up are told apart from ours.
struct PageToken: Sendable {
  private static let sealLength = 16
  private let key: [UInt8]

  /// - Parameter secret: what the key is made of; servers of one store share it.
  init(secret: String) {
    key = Array(SHA256.hash(data: Array("trialgate.page_token\n\(secret)".utf8)))
  }

  /// The token of a place in a query's list.
  func token(_ place: [UInt8], of query: ListQuery, in list: String) -> String {
    Hexadecimal.text(place + seal(place, query, list))
  }

  /// The place that a query's token stands for; nil for an empty token.
  ///
  /// - Throws: the fault of a token that this query has not been given.
  func place(of query: ListQuery, in list: String) throws(ConfigurationRefusal) -> [UInt8]? {
    if query.pageToken.isEmpty { return nil }
    if let bytes = Hexadecimal.bytes(query.pageToken), bytes.count >= Self.sealLength {
      let place = Array(bytes.dropLast(Self.sealLength))
      if ConstantTime.areEqual(seal(place, query, list), bytes.suffix(Self.sealLength)) {
        return place
      }
    }
    throw ConfigurationRefusal([
      FieldFault(
        "page_token", "PAGE_TOKEN_INVALID",
        "use the next_page_token of the page before, with the same parent, filter and order")
    ])
  }

  /// The place that a token names, whoever made it; nil for what is no token.
  static func unverifiedPlace(_ token: String) -> [UInt8]? {
    guard let bytes = Hexadecimal.bytes(token), bytes.count > sealLength else { return nil }
    return Array(bytes.dropLast(sealLength))
  }

  private func seal(_ place: [UInt8], _ query: ListQuery, _ list: String) -> [UInt8] {
    var authentication = HMAC<SHA256>(key: SymmetricKey(data: key))
    for part in [list, query.parent, query.filter, query.orderBy] {
      authentication.update(data: Array("\(part.utf8.count) \(part)\n".utf8))
    }
    authentication.update(data: place)
    return Array(Array(authentication.finalize()).prefix(Self.sealLength))
  }
}
