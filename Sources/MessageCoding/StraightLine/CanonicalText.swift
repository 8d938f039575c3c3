public import EligibilityCore

extension Verdict {
  /// What the verdict's digest is computed over; the contract documents the lines.
  public var canonicalText: [UInt8] { BackwardBuffer.canonicalText(of: self) }
}

extension BackwardBuffer {
  /// Bytes that most verdicts fit in.
  private static let usualCapacity = 8 << 10

  fileprivate static func canonicalText(of verdict: Verdict) -> [UInt8] {
    bytes(headroom: 0, capacity: usualCapacity) { $0.canonicalText(verdict) }
  }

  /// The lines, the last one first.
  private mutating func canonicalText(_ verdict: borrowing Verdict) {
    let (readings, results, cohorts) = (verdict.readings, verdict.results, verdict.cohorts)
    for index in readings.indices.reversed() {
      line("reading=", readings.span[index].knob, readings.span[index].value)
    }
    for index in results.indices.reversed() {
      line("result=", results.span[index].id, results.span[index].outcome.rawValue)
    }
    for index in cohorts.indices.reversed() {
      line("cohort=", cohorts.span[index].cohort, cohorts.span[index].outcome.rawValue)
    }
    line("outcome=", verdict.outcome.rawValue)
    line("index_date=", verdict.indexDate.description)
    line("stage=", verdict.stage.rawValue)
    line("site=", verdict.siteDigest)
    line("protocol=", verdict.protocolDigest)
    line("trialgate.v1.verdict", "")
  }

  private mutating func line(_ name: String, _ value: String) {
    put("\n")
    put(value)
    put(name)
  }

  private mutating func line(_ name: String, _ subject: String, _ value: String) {
    put("\n")
    put(value)
    put(" ")
    put(subject)
    put(name)
  }
}
