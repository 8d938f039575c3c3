internal import Histogram
package import RPC

/// What was measured of calls. Times are in nanoseconds.
package struct LoadRecord: Sendable {
  /// Calls by how they ended.
  package private(set) var statuses: [StatusCode: UInt64] = [:]
  /// Bytes of requests and answers, without their framing.
  package private(set) var requestBytes: UInt64 = 0
  package private(set) var answerBytes: UInt64 = 0
  /// Connections that were lost while the load lasted.
  package var lostConnections = 0
  /// Of calls that went well, from the time at which they were meant to begin.
  private var latency = Self.empty
  /// The same from the time at which they did begin.
  private var service = Self.empty

  /// Two digits after the first: 0.1 %.
  private static var empty: Histogram<UInt64> {
    Histogram(
      lowestDiscernibleValue: 1_000, highestTrackableValue: longest,
      numberOfSignificantValueDigits: .three)
  }

  private static let longest: UInt64 = 3_600_000_000_000

  package init() {}

  /// Notes a call.
  ///
  /// - Parameters:
  ///   - meant: when it was meant to begin.
  ///   - begun: when it did.
  ///   - ended: when its answer, or its failure, was known.
  package mutating func add(
    _ code: StatusCode, meant: UInt64, begun: UInt64, ended: UInt64, requestBytes: Int,
    answerBytes: Int
  ) {
    statuses[code, default: 0] += 1
    self.requestBytes += UInt64(requestBytes)
    self.answerBytes += UInt64(answerBytes)
    guard code == .ok else { return }
    _ = latency.record(min(ended - min(meant, ended), Self.longest))
    _ = service.record(min(ended - min(begun, ended), Self.longest))
  }

  /// Adds what another has noted.
  package mutating func add(_ other: LoadRecord) {
    statuses.merge(other.statuses) { $0 + $1 }
    requestBytes += other.requestBytes
    answerBytes += other.answerBytes
    lostConnections += other.lostConnections
    latency.add(other.latency)
    service.add(other.service)
  }

  /// Calls that went well.
  package var succeeded: UInt64 { statuses[.ok] ?? 0 }
  /// Calls that did not.
  package var failed: UInt64 { statuses.values.reduce(0, +) - succeeded }

  /// Latencies of calls that went well, from when they were meant to begin.
  package var latencies: LoadLatencies { LoadLatencies(latency) }

  /// The same from when they did begin.
  package var serviceTimes: LoadLatencies { LoadLatencies(service) }

  /// Latencies of a closed loop as they would be for calls at even distances: for each that took longer than
  /// the distance those are added that would have waited behind it.
  package func corrected(interval: UInt64) -> LoadLatencies {
    guard interval > 0 else { return latencies }
    var corrected = Self.empty
    for value in latency.recordedValues() {
      _ = corrected.recordCorrectedValue(
        value.value, count: value.count, expectedInterval: interval)
    }
    return LoadLatencies(corrected)
  }
}

/// A distribution of latencies, in nanoseconds.
package struct LoadLatencies: Sendable {
  package var count: UInt64
  package var mean: Double
  package var smallest: UInt64
  package var largest: UInt64
  /// By percentile: 50, 75, 90, 99, 99.9, 99.99.
  package var percentiles: [(percentile: Double, nanoseconds: UInt64)]

  static let shown = [50.0, 75, 90, 95, 99, 99.9, 99.99]

  init(_ histogram: Histogram<UInt64>) {
    let count = histogram.totalCount
    self.count = count
    mean = count > 0 ? histogram.mean : 0
    smallest = count > 0 ? histogram.min : 0
    largest = count > 0 ? histogram.max : 0
    percentiles = Self.shown.map { percentile in
      (percentile, count > 0 ? histogram.valueAtPercentile(percentile) : 0)
    }
  }
}
