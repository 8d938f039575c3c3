internal import RPC
internal import Synchronization

/// Load reports as tests ask for them (ORCA, gRFC A51): with the trailers of a call, and out of band by
/// `xds.service.orca.v3.OpenRcaService`.
enum LoadReports {
  static let service = "xds.service.orca.v3.OpenRcaService"
  static let trailer = "endpoint-load-metrics-bin"

  /// The report that the last stream asked to be sent out of band, an `OrcaLoadReport`.
  private static let outOfBand = Mutex<[UInt8]>([])

  static func register(with router: inout ServiceRouter) {
    router.method(service: service, method: "StreamCoreMetrics", .serverStreaming) { _ in
      Reporter()
    }
  }

  static func setOutOfBand(_ report: [UInt8]) { outOfBand.withLock { $0 = report } }

  static var current: [UInt8] { outOfBand.withLock { $0 } }

  /// The `xds.data.orca.v3.OrcaLoadReport` that says what a `grpc.testing.TestOrcaReport` says.
  static func report(_ reader: FieldReader) throws(FieldReader.Malformed) -> [UInt8] {
    var reader = reader
    var writer = FieldWriter()
    while let (number, value) = try reader.next() {
      switch (number, value) {
      // CPU and memory have the same numbers; the two maps from texts to doubles do not.
      case (1...2, .fixed64(let bits)): writer.fixed64(number, bits)
      case (3...4, .bytes(let range)): writer.element(number + 1, reader.array(range))
      default: break
      }
    }
    return writer.bytes
  }
}

/// One stream of reports: at once, and again whenever the interval that the client asks for has passed.
private final class Reporter: ServerCallListener {
  /// A shorter interval is not kept to.
  private static let shortestInterval: UInt64 = 100_000_000

  private var interval: UInt64 = 30_000_000_000

  func received(_ message: Span<UInt8>, on call: ServerCall) {
    var reader = FieldReader(message)
    do throws(FieldReader.Malformed) {
      while let (number, value) = try reader.next() {
        guard number == 1, case .bytes(let range) = value else { continue }
        var duration = reader.message(range)
        var (seconds, nanoseconds): (UInt64, UInt64) = (0, 0)
        while let (number, value) = try duration.next() {
          guard case .varint(let count) = value else { continue }
          if number == 1 { seconds = min(count, 1 << 32) }
          if number == 2 { nanoseconds = min(count, 999_999_999) }
        }
        interval = max(Self.shortestInterval, seconds * 1_000_000_000 + nanoseconds)
      }
    } catch {
      call.finish(TestRequest.malformed)
      return
    }
    report(call)
  }

  func requestsEnded(on call: ServerCall) {}

  func timerFired(on call: ServerCall) { report(call) }

  private func report(_ call: ServerCall) {
    let head = [UInt8](repeating: 0, count: ResponseMessage.prefixLength)
    if call.isReady { call.send(ResponseMessage(withPrefix: head + LoadReports.current)) }
    call.setTimer(nanoseconds: interval)
  }
}
