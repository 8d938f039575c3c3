internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  /// Reads a request for a description; its form is wrong where something was reported.
  mutating func description(_ message: Trialgate__V1__DescribeProtocolRequest)
    -> DescriptionRequest
  {
    for (field, value) in [
      ("trial", message.trial), ("protocol_version", message.protocol_version),
      ("site", message.site),
    ] where text(value).utf8.count > Self.maximumIDLength {
      report(field, "TOO_LONG", "use at most \(Self.maximumIDLength) bytes")
    }
    var request = DescriptionRequest()
    request.trial = text(message.trial)
    request.protocolVersion = text(message.protocol_version)
    request.protocolDigest = text(message.protocol_digest)
    if !request.protocolDigest.isEmpty, !isDigest(request.protocolDigest) {
      report("protocol_digest", "DIGEST_MALFORMED", "write SHA-256 as 64 digits, 0-9 and a-f")
    }
    request.site = text(message.site)
    request.indexDate = date(message.index_date, "index_date")
    request.language = text(message.language)
    if !request.language.isEmpty, !isLanguageTag(request.language) {
      report("language", "LANGUAGE_MALFORMED", "write a BCP 47 tag such as en or zh-CN")
    }
    return request
  }

  private func isDigest(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  /// Subtags of one to eight letters and digits, as in RFC 5646.
  private func isLanguageTag(_ text: String) -> Bool {
    text.utf8.count <= 64
      && text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        .allSatisfy { subtag in
          (1...8).contains(subtag.count)
            && subtag.allSatisfy {
              (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
            }
        }
  }
}
