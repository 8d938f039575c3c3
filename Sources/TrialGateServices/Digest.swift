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
    var text: [UInt8] = []
    text.reserveCapacity(Self.usualCapacity)
    func line(_ name: String, _ first: String, _ second: String? = nil) {
      text.append(contentsOf: name.utf8)
      text.append(contentsOf: first.utf8)
      if let second {
        text.append(UInt8(ascii: " "))
        text.append(contentsOf: second.utf8)
      }
      text.append(UInt8(ascii: "\n"))
    }
    line("trialgate.v1.verdict", "")
    line("protocol=", protocolDigest)
    line("site=", siteDigest)
    line("stage=", stage.rawValue)
    line("index_date=", indexDate.description)
    line("outcome=", outcome.rawValue)
    let (cohorts, results, readings) = (cohorts, results, readings)
    for index in cohorts.indices {
      line("cohort=", cohorts.span[index].cohort, cohorts.span[index].outcome.rawValue)
    }
    for index in results.indices {
      line("result=", results.span[index].id, results.span[index].outcome.rawValue)
    }
    for index in readings.indices {
      line("reading=", readings.span[index].knob, readings.span[index].value)
    }
    return text
  }

  /// Bytes that most verdicts fit in.
  private static let usualCapacity = 6 << 10
}
