internal import Crypto
internal import EligibilityCore

/// SHA-256 digests, as lower-case hexadecimal text.
public enum Digest {
  /// The digest of bytes.
  public static func sha256(_ bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(data: bytes)
    return Hexadecimal.text(Array(hash.finalize()))
  }

  /// The digest of a text's UTF-8.
  public static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }
}

extension Verdict {
  /// What the verdict's digest is computed over; the contract documents the lines.
  var canonicalText: [UInt8] {
    var text = CanonicalText(capacity: 512 + 32 * (results.count + readings.count))
    text.line("trialgate.v1.verdict")
    text.line("protocol=", protocolDigest)
    text.line("site=", siteDigest)
    text.line("stage=", stage.rawValue)
    text.line("index_date=", indexDate.description)
    text.line("outcome=", outcome.rawValue)
    for cohort in cohorts { text.line("cohort=", cohort.cohort, " ", cohort.outcome.rawValue) }
    for result in results { text.line("result=", result.id, " ", result.outcome.rawValue) }
    for reading in readings { text.line("reading=", reading.knob, " ", reading.value) }
    return text.bytes
  }
}

/// A text of lines as its UTF-8.
private struct CanonicalText {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  /// Adds a line of up to four parts.
  mutating func line(
    _ first: String, _ second: String = "", _ third: String = "", _ fourth: String = ""
  ) {
    bytes.append(contentsOf: first.utf8)
    if !second.isEmpty { bytes.append(contentsOf: second.utf8) }
    if !third.isEmpty { bytes.append(contentsOf: third.utf8) }
    if !fourth.isEmpty { bytes.append(contentsOf: fourth.utf8) }
    bytes.append(UInt8(ascii: "\n"))
  }
}
