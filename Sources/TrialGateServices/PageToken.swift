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

  private func seal(_ place: [UInt8], _ query: ListQuery, _ list: String) -> [UInt8] {
    var authentication = HMAC<SHA256>(key: SymmetricKey(data: key))
    for part in [list, query.parent, query.filter, query.orderBy] {
      authentication.update(data: Array("\(part.utf8.count) \(part)\n".utf8))
    }
    authentication.update(data: place)
    return Array(Array(authentication.finalize()).prefix(Self.sealLength))
  }

}

/// Bytes as lower-case hexadecimal digits.
enum Hexadecimal {
  /// The digits of bytes.
  static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes that digits stand for; nil for anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    func value(_ digit: UInt8) -> UInt8? {
      switch digit {
      case 48...57: digit - 48
      case 97...102: digit - 87
      default: nil
      }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}

/// Comparison whose time says nothing of the place of a difference.
enum ConstantTime {
  /// Whether two texts of bytes are the same; their lengths are no secret.
  static func areEqual(_ first: some Collection<UInt8>, _ second: some Collection<UInt8>) -> Bool {
    guard first.count == second.count else { return false }
    var difference: UInt8 = 0
    for (one, other) in zip(first, second) { difference |= one ^ other }
    return difference == 0
  }
}
