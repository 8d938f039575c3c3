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
  var canonicalBytes: [UInt8] {
    var lines = CanonicalLines(count: 6 + cohorts.count + results.count + readings.count)
    lines.add("trialgate.v1.verdict")
    lines.add("protocol=", protocolDigest)
    lines.add("site=", siteDigest)
    lines.add("stage=", stage.rawValue)
    lines.add("index_date=", indexDate.description)
    lines.add("outcome=", outcome.rawValue)
    for cohort in cohorts { lines.add("cohort=", cohort.cohort, " ", cohort.outcome.rawValue) }
    for result in results { lines.add("result=", result.id, " ", result.outcome.rawValue) }
    for reading in readings { lines.add("reading=", reading.knob, " ", reading.value) }
    return lines.bytes
  }

  /// The same for reading.
  var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }
}

/// Lines of text as their bytes, each ended by a line feed.
private struct CanonicalLines {
  private(set) var bytes: [UInt8] = []

  /// - Parameter count: lines that are to come.
  init(count: Int) {
    bytes.reserveCapacity(48 * count)
  }

  mutating func add(
    _ first: String, _ second: String = "", _ third: String = "", _ fourth: String = ""
  ) {
    add(first.utf8)
    add(second.utf8)
    add(third.utf8)
    add(fourth.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func add(_ text: String.UTF8View) { bytes.append(contentsOf: text) }
}
