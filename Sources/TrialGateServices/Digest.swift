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
    var count = 0
    canonicalLines { line in
      count += line.0.utf8.count + line.1.utf8.count + line.2.utf8.count + line.3.utf8.count + 1
    }
    return [UInt8](capacity: count) { text in
      canonicalLines { line in
        Self.add(line.0, to: &text)
        Self.add(line.1, to: &text)
        Self.add(line.2, to: &text)
        Self.add(line.3, to: &text)
        text.append(UInt8(ascii: "\n"))
      }
    }
  }

  private static func add(_ part: String, to text: inout OutputSpan<UInt8>) {
    let bytes = part.utf8.span
    for index in bytes.indices { text.append(bytes[index]) }
  }

  /// The lines, each of up to four parts.
  private func canonicalLines(_ line: ((String, String, String, String)) -> Void) {
    line(("trialgate.v1.verdict", "", "", ""))
    line(("protocol=", protocolDigest, "", ""))
    line(("site=", siteDigest, "", ""))
    line(("stage=", stage.rawValue, "", ""))
    line(("index_date=", indexDate.description, "", ""))
    line(("outcome=", outcome.rawValue, "", ""))
    for cohort in cohorts { line(("cohort=", cohort.cohort, " ", cohort.outcome.rawValue)) }
    for result in results { line(("result=", result.id, " ", result.outcome.rawValue)) }
    for reading in readings { line(("reading=", reading.knob, " ", reading.value)) }
  }
}
