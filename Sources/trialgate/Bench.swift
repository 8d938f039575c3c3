internal import ArgumentParser
internal import EligibilityCore
internal import Foundation
internal import LoadGeneration
internal import MessageCoding
internal import RPC
internal import TrialGateServices

/// `trialgate bench`: puts load on a server and says how it did.
struct Bench: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  static let configuration = CommandConfiguration(
    abstract: "Puts load on a server and prints how many calls it answered, and how soon.",
    discussion: """
      Without --rate the loop is closed: each of --connections times --streams calls begins when the one \
      before it has ended. With --rate it is open: calls begin at even distances, whether or not the \
      server keeps up, and latencies count from when a call was meant to begin, so that a server that \
      stalls is seen in all of them (coordinated omission). In a closed loop those latencies are added \
      that calls at even distances would have had. "measured" is from when a call did begin.

      Calls that fail are counted by their status and are in no latency.

      Exit codes: 0 load was put on, whatever the server said; 1 it cannot be connected to; 64 the \
      command line is wrong; 65 a file is wrong; 66 a file cannot be read.

      Example: trialgate bench --server 127.0.0.1:50051 \
      --request deploy/examples/eligible-sle-refractory-nephritis.json --rate 500 --duration 30
      """)

  @Option(help: "HOST:PORT of the server, or unix:PATH.")
  var server = "127.0.0.1:50051"

  @OptionGroup
  var encryption: ClientTLSOptions

  @OptionGroup
  var credentials: CredentialOptions

  @Option(
    help: """
      A request as `evaluate` takes it, or a folder of them (.json, .yaml, .yml), which are sent in turn.
      """)
  var request: String

  @Option(help: "Index date of requests that are bare snapshots, or instead of theirs, YYYY-MM-DD.")
  var indexDate: String?

  @Option(help: "outcome or full, instead of what the requests say.")
  var detail: String?

  @Option(help: "Connections: 1 to 10000.")
  var connections = 1

  @Option(help: "Calls open at once on each connection: 1 to 10000.")
  var streams = 10

  @Option(
    help: "Calls a second over all connections; without it each begins when another has ended.")
  var rate: Double?

  @Option(help: "How long to measure: 10, 10s, 500ms or 2m.")
  var duration = Seconds(10)

  @Option(help: "How long to put on load before measuring.")
  var warmUp = Seconds(0)

  @Flag(help: "Send the requests as items of EvaluateStream, one at a time on each of its calls.")
  var stream = false

  @Option(help: "Milliseconds that a call, or an item, may take.")
  var timeout: UInt64 = 10_000

  @Option(help: "text or json.")
  var format = Format.text

  func validate() throws {
    guard (1...10_000).contains(connections) else {
      throw ValidationError("--connections must be 1 to 10000")
    }
    guard (1...10_000).contains(streams) else {
      throw ValidationError("--streams must be 1 to 10000")
    }
    if let rate, !(rate > 0 && rate <= 10_000_000) {
      throw ValidationError("--rate must be above 0, and 10000000 at most")
    }
    guard duration.value > 0, duration.value <= 86_400 else {
      throw ValidationError("--duration must be above 0, and a day at most")
    }
    guard warmUp.value >= 0, warmUp.value <= 86_400 else {
      throw ValidationError("--warm-up must be a day at most")
    }
    guard (1...86_400_000).contains(timeout) else {
      throw ValidationError("--timeout must be 1 to 86400000")
    }
  }

  func run() async throws {
    let plan = try plan()
    let showsProgress = format == .text && isatty(2) == 1
    do {
      let result = try await LoadRun(plan).run { record, seconds in
        if showsProgress { Self.show(record, seconds) }
      }
      if showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
      print(format == .json ? result.json : result.text, terminator: "")
    } catch {
      throw CommandFailure.report(error.description, code: 1)
    }
  }

  private static func show(_ record: LoadRecord, _ seconds: Double) {
    let what =
      seconds < 0
      ? "warming up"
      : String(
        format: "%.0f s  %llu answered (%.0f/s)  %llu failed", seconds, record.succeeded,
        Double(record.succeeded) / max(seconds, 0.001), record.failed)
    FileHandle.standardError.write(Data("\r\u{1B}[K\(what)".utf8))
  }

  private func plan() throws -> LoadPlan {
    var overrides = RequestDocument.Overrides()
    overrides.indexDate = indexDate
    overrides.detail = detail
    let requests = try RequestFiles.read(request, overrides: overrides).map(\.encoded)
    var plan = LoadPlan(
      server: server,
      path: stream ? ContractNames.evaluateStream : ContractNames.evaluate,
      requests: stream ? requests.map(StreamItems.item(ofRequest:)) : requests)
    plan.mode = stream ? .stream : .unary
    plan.tls = encryption.files
    plan.metadata = try credentials.metadata
    plan.connections = connections
    plan.streams = streams
    plan.ratePerSecond = rate
    plan.seconds = duration.value
    plan.warmUpSeconds = warmUp.value
    plan.timeoutMilliseconds = timeout
    plan.itemStatus = StreamItems.status(ofAnswer:)
    return plan
  }
}

/// A time on the command line: `10`, `10s`, `500ms` or `2m`.
struct Seconds: ExpressibleByArgument, CustomStringConvertible {
  var value: Double

  init(_ value: Double) {
    self.value = value
  }

  init?(argument: String) {
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("", 1)]
    guard let (unit, factor) = units.first(where: { argument.hasSuffix($0.0) }),
      let number = Double(argument.dropLast(unit.count)), number.isFinite
    else { return nil }
    value = number * factor
  }

  var description: String { value == value.rounded() ? "\(Int(value))s" : "\(value)s" }

  var defaultValueDescription: String { description }
}
