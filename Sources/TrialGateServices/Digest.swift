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
  var canonicalText: String {
    var lines = [
      "trialgate.v1.verdict", "protocol=\(protocolDigest)", "site=\(siteDigest)",
      "stage=\(stage.rawValue)", "index_date=\(indexDate)", "outcome=\(outcome.rawValue)",
    ]
    lines += cohorts.map { "cohort=\($0.cohort) \($0.outcome.rawValue)" }
    lines += results.map { "result=\($0.id) \($0.outcome.rawValue)" }
    lines += readings.map { "reading=\($0.knob) \($0.value)" }
    return lines.map { $0 + "\n" }.joined()
  }
}
