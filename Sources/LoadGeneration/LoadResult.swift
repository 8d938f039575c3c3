internal import RPC

/// What a load came to.
package struct LoadResult: Sendable {
  package var plan: LoadPlan
  package var record: LoadRecord
  /// Seconds that were measured.
  package var seconds: Double

  /// Calls that went well, by the second.
  package var ratePerSecond: Double { Double(record.succeeded) / max(seconds, 1e-9) }

  /// Latencies corrected for coordinated omission. In an open loop they count from when calls were meant to
  /// begin; in a closed loop those are added that calls at even distances would have had.
  package var latencies: LoadLatencies {
    if plan.ratePerSecond != nil { return record.latencies }
    let slots = Double(plan.connections * plan.streams)
    let interval = seconds * 1e9 * slots / Double(max(1, record.succeeded))
    return record.corrected(interval: UInt64(interval))
  }

  // MARK: Text

  /// The result as a reader wants it.
  package var text: String {
    var lines = [
      "\(plan.server)  \(plan.path)",
      "\(loop), \(plan.connections) connection\(plan.connections == 1 ? "" : "s") x "
        + "\(plan.streams) \(plan.mode == .stream ? "stream" : "call")"
        + "\(plan.streams == 1 ? "" : "s"), \(Self.fixed(seconds, 1)) s",
      "",
      "answered    \(record.succeeded) (\(Self.fixed(ratePerSecond, 1))/s)",
      "failed      \(record.failed)\(record.failed == 0 ? "" : ": " + failures)",
    ]
    if record.lostConnections > 0 { lines.append("connections lost  \(record.lostConnections)") }
    lines.append("sent        \(perCall(record.requestBytes)) bytes a request")
    lines.append("received    \(perCall(record.answerBytes)) bytes an answer")
    lines.append("")
    let corrected = latencies
    let measured = record.serviceTimes
    lines.append("latency      corrected     measured")
    func line(_ name: String, _ one: Double, _ other: Double) {
      lines.append(
        Self.padded(name, 9, left: true) + Self.padded(Self.duration(one), 13)
          + Self.padded(Self.duration(other), 13))
    }
    line("min", Double(corrected.smallest), Double(measured.smallest))
    line("mean", corrected.mean, measured.mean)
    for (one, other) in zip(corrected.percentiles, measured.percentiles) {
      line(
        "p\(Self.percentile(one.percentile))", Double(one.nanoseconds), Double(other.nanoseconds))
    }
    line("max", Double(corrected.largest), Double(measured.largest))
    return lines.joined(separator: "\n") + "\n"
  }

  private var loop: String {
    plan.ratePerSecond.map { "open loop, \(Self.fixed($0, 0)) calls a second" } ?? "closed loop"
  }

  private var failures: String {
    record.statuses.filter { $0.key != .ok }.sorted { $0.value > $1.value }
      .map { "\($0.value) \($0.key.name)" }.joined(separator: ", ")
  }

  private func perCall(_ bytes: UInt64) -> UInt64 {
    let calls = record.succeeded + record.failed
    return calls == 0 ? 0 : bytes / calls
  }

  // MARK: JSON

  /// The result as one JSON object. Latencies are in microseconds.
  package var json: String {
    let statuses = record.statuses.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\"\($0.key.name)\": \($0.value)" }.joined(separator: ", ")
    let rate = plan.ratePerSecond.map { "\($0)" } ?? "null"
    return """
      {
        "server": \(Self.quoted(plan.server)),
        "method": \(Self.quoted(plan.path)),
        "loop": "\(plan.ratePerSecond == nil ? "closed" : "open")",
        "wanted_per_second": \(rate),
        "connections": \(plan.connections),
        "streams": \(plan.streams),
        "seconds": \(Self.fixed(seconds, 6)),
        "answered": \(record.succeeded),
        "failed": \(record.failed),
        "answered_per_second": \(Self.fixed(ratePerSecond, 3)),
        "statuses": {\(statuses)},
        "lost_connections": \(record.lostConnections),
        "request_bytes": \(record.requestBytes),
        "answer_bytes": \(record.answerBytes),
        "latency_us": \(Self.object(latencies)),
        "service_time_us": \(Self.object(record.serviceTimes))
      }

      """
  }

  private static func object(_ latencies: LoadLatencies) -> String {
    func microseconds(_ nanoseconds: Double) -> String { fixed(nanoseconds / 1_000, 3) }
    let percentiles = latencies.percentiles.map {
      "\"p\(percentile($0.percentile))\": \(microseconds(Double($0.nanoseconds)))"
    }
    return "{"
      + ([
        "\"count\": \(latencies.count)", "\"min\": \(microseconds(Double(latencies.smallest)))",
        "\"mean\": \(microseconds(latencies.mean))",
      ] + percentiles + ["\"max\": \(microseconds(Double(latencies.largest)))"])
      .joined(separator: ", ") + "}"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20: quoted += " "
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  // MARK: Figures

  /// A number with so many digits behind the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let scaled = UInt64(max(0, min(value, 1e12) * factor).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let whole = scaled / UInt64(factor)
    let rest = "\(scaled % UInt64(factor))"
    return "\(whole)." + String(repeating: "0", count: digits - rest.count) + rest
  }

  /// Nanoseconds in a unit that suits them.
  static func duration(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1_000_000: fixed(nanoseconds / 1_000, 1) + " us"
    case ..<1_000_000_000: fixed(nanoseconds / 1_000_000, 2) + " ms"
    default: fixed(nanoseconds / 1_000_000_000, 3) + " s"
    }
  }

  /// `99.9` and `50`, not `50.0`.
  static func percentile(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\(value)"
  }

  private static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + space : space + text
  }
}
