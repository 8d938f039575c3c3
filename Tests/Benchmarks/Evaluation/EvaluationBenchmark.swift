internal import ArgumentParser
internal import CohortConfiguration
internal import EligibilityCore
internal import Foundation
internal import Glibc
internal import MessageCoding
internal import TrialGateServices

/// `evaluation-benchmark`: evaluates one patient again and again, for `evaluation.py` to count what it costs.
/// It is no part of the product.
@main struct EvaluationBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluation-benchmark",
    abstract: "Evaluates a patient COUNT times and prints the CPU time of one evaluation.",
    discussion: "Example: evaluation-benchmark --detail full --cohorts 6 --count 1000 patient.json")

  enum Part: String, ExpressibleByArgument, CaseIterable {
    /// The core alone: facts to verdict.
    case evaluate
    /// What a server does with a call's bytes: decode, evaluate, encode.
    case answer
    /// Bytes to a request alone.
    case decode
    /// An answer to bytes alone.
    case encode
  }

  enum Amount: String, ExpressibleByArgument, CaseIterable {
    case outcome
    case full
  }

  @Option(
    help:
      "What is repeated: evaluate (facts to verdict), answer (bytes to bytes), or its parts decode and encode."
  )
  var part = Part.evaluate

  @Option(help: "How much of the verdict is made: outcome or full.")
  var detail = Amount.full

  @Option(
    help: "Cohorts that are decided: 1 = those of the request, 2 to 6 = the first of the trial.")
  var cohorts = 1

  @Option(help: "Evaluations.")
  var count = 1_000

  @Option(help: "How often that is done; each time has a line of its own.")
  var rounds = 1

  @Option(help: "A definition instead of the built-in one.")
  var definition: String?

  @Option(help: "Versions of the trial that are loaded; the request pins the last one. 1 to 1000.")
  var versions = 1

  @Option(help: "File for the request's bytes, as they are evaluated.")
  var writeRequest: String?

  @Argument(help: "A request as ProtoJSON.")
  var request: String

  func validate() throws {
    guard (1...6).contains(cohorts) else { throw ValidationError("--cohorts must be 1 to 6") }
    guard (1...1_000).contains(rounds) else {
      throw ValidationError("--rounds must be 1 to 1000")
    }
    guard (1...1_000).contains(versions) else {
      throw ValidationError("--versions must be 1 to 1000")
    }
    guard (0...10_000_000).contains(count) else {
      throw ValidationError("--count must be 0 to 10000000")
    }
  }

  func run() throws {
    let text = try String(contentsOfFile: request, encoding: .utf8)
    let configuration = try loaded()
    guard let program = configuration.trials.first?.versions.last else {
      throw ValidationError("no version is loaded")
    }
    var document = try DocumentParser.parse(text)
    document.set("detail", .string(detail == .full ? "DETAIL_FULL" : "DETAIL_OUTCOME"))
    if versions > 1 { document.set("protocolVersion", .string(program.version)) }
    if cohorts > 1 {
      let first = program.cohorts.prefix(cohorts).map { document.node(.string($0.id)) }
      document.set("cohorts", .array(first))
    }
    let bytes = try RequestDocument(node: document).encoded
    if let writeRequest { try Data(bytes).write(to: URL(fileURLWithPath: writeRequest)) }
    let service = EligibilityService(configuration: configuration)
    let once: () throws -> Int
    switch part {
    case .answer: once = { try service.evaluate(bytes.span).count }
    case .decode: once = { try EligibilityMessages.request(bytes.span).cohorts.count }
    case .encode:
      let message = try service.evaluate(bytes.span).dropFirst(Self.prefixLength)
      let answer = try EligibilityMessages.answer(Array(message))
      once = { EligibilityMessages.bytes(of: answer, headroom: Self.prefixLength).count }
    case .evaluate:
      let request = try EligibilityMessages.request(bytes.span)
      guard let indexDate = request.indexDate else {
        throw ValidationError("the request must have an index_date")
      }
      let site = try configuration.select(request, indexDate: indexDate).site
      var parameters = EvaluationParameters(stage: request.stage, indexDate: indexDate)
      parameters.cohorts = request.cohorts
      once = {
        program.evaluate(request.patient, parameters, site: site, detail: request.detail)
          .results.count
      }
    }
    // What is made once is made before the count begins.
    let size = try once()
    for _ in 0..<rounds {
      let before = Self.cpuNanoseconds
      var total = 0
      for _ in 0..<count { total += try once() }
      let spent = Self.cpuNanoseconds - before
      guard total == size * count else { throw ExitCode.failure }
      print(count > 0 ? "\(spent / count) ns" : "0 ns")
    }
  }

  /// Bytes that frame a message on the wire.
  private static let prefixLength = 5

  /// The configuration: the built-in trial or a definition, in as many versions as are asked for.
  private func loaded() throws -> PublishedConfiguration {
    guard definition != nil || versions > 1 else { return try BuiltInConfiguration.load() }
    guard
      let text = try definition.map({ try String(contentsOfFile: $0, encoding: .utf8) })
        ?? EmbeddedResources.definitions.first?.text
    else { throw ValidationError("this build carries no trial") }
    let name = definition ?? "built-in"
    let first = try BuiltInConfiguration.load(definition: text, name: name)
    guard versions > 1, let trial = first.trials.first else { return first }
    var programs = trial.versions
    for number in 2...versions {
      let other = text.replacingOccurrences(
        of: "(?m)^version: .*$", with: "version: \"copy-\(number)\"", options: .regularExpression)
      let copy = try BuiltInConfiguration.load(definition: other, name: name)
      programs.append(contentsOf: copy.trials[0].versions)
    }
    let trials = [PublishedTrial(id: trial.id, versions: programs, sites: trial.sites)]
    return PublishedConfiguration(revision: first.revision, trials: trials)
  }

  private static var cpuNanoseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

extension DocumentNode {
  fileprivate func node(_ value: Value) -> DocumentNode {
    DocumentNode(value: value, line: line, column: column)
  }

  fileprivate mutating func set(_ name: String, _ value: Value) {
    var members = members.filter { $0.key != name }
    members.append((name, node(value)))
    self = node(.object(members))
  }
}
