internal import ArgumentParser
internal import CohortConfiguration
internal import Foundation
internal import MessageCoding
internal import RPC
internal import TrialGateServices

/// `trialgate config diff`.
struct ConfigDiff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Says what a protocol version changes against another.",
    discussion: """
      Each line names the kind of difference: criterion added or removed, threshold, unit, window, reading, class, \
      logic, text or other.

      Example: trialgate config diff 2024-04-17 2025-01-01
      """)

  @Argument(help: "Id of the one version.")
  var before: String

  @Argument(help: "Id of the other version.")
  var after: String

  @Option(help: "text or json.")
  var format = AnswerFormat.text

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      let json = try await compare(client)
      if format == .json {
        print(json, terminator: "")
        return
      }
      let differences = try DocumentParser.parse(json).member("differences")?.elements ?? []
      print(
        "\(before) -> \(after): \(differences.count) difference\(differences.count == 1 ? "" : "s")"
      )
      for difference in differences { print(Self.line(difference)) }
    }
  }

  @inline(never)
  private func compare(_ client: ConfigurationClient) async throws -> String {
    let trial = try await client.trial()
    return try await client.json(
      .compareVersions,
      [
        ("before", .text("\(trial)/versions/\(before)")),
        ("after", .text("\(trial)/versions/\(after)")),
      ])
  }

  private static func line(_ difference: DocumentNode) -> String {
    let kind = difference.text("kind").dropFirst("DIFFERENCE_KIND_".count).lowercased()
    let (path, before, after) = (
      difference.text("path"), difference.text("before"), difference.text("after")
    )
    let word = kind.replacingOccurrences(of: "_", with: " ")
    if before.isEmpty { return "+ \(word)  \(path): \(after)" }
    if after.isEmpty { return "- \(word)  \(path): \(before)" }
    return "  \(word)  \(path): \(before) -> \(after)"
  }
}

/// `trialgate config simulate`.
struct ConfigSimulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Says whose verdict a protocol version changes against another, and why.",
    discussion: """
      PATH is a request as `evaluate` takes it, or a folder of them (.json, .yaml, .yml). Either version may be a \
      draft. Nothing is kept of the patients.

      Example: trialgate config simulate patients --before 2024-04-17 --after 2025-01-01
      """)

  @Argument(help: "A request, or a folder of them.")
  var path: String

  @Option(help: "Id of the one version.")
  var before: String

  @Option(help: "Id of the other version.")
  var after: String

  @Option(help: "Index date of requests that are bare snapshots, or instead of theirs, YYYY-MM-DD.")
  var indexDate: String?

  @Option(help: "text, or json: one object a line, the summary last.")
  var format = AnswerFormat.text

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    var overrides = RequestDocument.Overrides()
    overrides.indexDate = indexDate
    let patients = try RequestFiles.read(path, overrides: overrides)
    try await connection.withClient { try await simulate($0, patients) }
  }

  @inline(never)
  private func simulate(
    _ client: ConfigurationClient, _ patients: [RequestFiles.Request]
  ) async throws {
    let trial = try await client.trial()
    let names = ("\(trial)/versions/\(before)", "\(trial)/versions/\(after)")
    if let (service, principal) = client.local {
      try decide(patients, try service.simulation(before: names.0, after: names.1, as: principal))
    } else if let (server, options) = client.connection {
      try await ask(server, options, names, patients)
    }
  }

  /// Decides in this process.
  private func decide(
    _ patients: [RequestFiles.Request], _ simulation: ChangeSimulation
  ) throws {
    var simulation = simulation
    for patient in patients {
      try show(simulation.answer(StreamMessages.item(Self.item(patient).span)))
    }
    try show(simulation.summaryBytes())
  }

  /// One call of `SimulateChange`; requests and answers pass each other.
  @inline(never)
  private func ask(
    _ server: GRPCClient, _ options: CallOptions, _ names: (String, String),
    _ patients: [RequestFiles.Request]
  ) async throws {
    var options = options
    // The time is for each patient, not for all of them.
    options.timeoutMilliseconds = nil
    let call = server.call(
      ContractNames.path(.simulateChange), .bidirectional, options: options)
    let sending = Task { try await Self.send(names, patients, on: call) }
    for try await answer in call.messages { try show(answer) }
    // What ended the sending early has ended the answers, too.
    _ = try? await sending.value
  }

  @inline(never)
  private static func send(
    _ names: (String, String), _ patients: [RequestFiles.Request], on call: ClientCall
  ) async throws {
    try await call.send(plan(names))
    for patient in patients { try await call.send(Self.patient(patient)) }
    call.finishSending()
  }

  private func show(_ answer: [UInt8]) throws {
    guard let json = ConfigurationDocuments.answer(answer, of: .simulateChange) else {
      throw RPCStatus(
        .internal, "the answer cannot be read; use the program of the server's version")
    }
    let node = try DocumentParser.parse(json)
    switch format {
    case .json: print(Self.oneLine(json))
    case .text: SimulationText.print(node)
    }
  }

  private static func oneLine(_ json: String) -> String {
    json.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
  }

  // MARK: Requests

  private static let longestID = 256

  /// An `EvaluateStreamRequest`, whose form an item has in this process.
  private static func item(_ patient: RequestFiles.Request) -> [UInt8] {
    var writer = FieldWriter()
    writer.text(1, id(patient))
    writer.element(2, patient.encoded)
    return writer.bytes
  }

  private static func id(_ patient: RequestFiles.Request) -> String {
    String(decoding: patient.name.utf8.prefix(longestID), as: UTF8.self)
  }

  private static func plan(_ names: (String, String)) -> [UInt8] {
    var writer = FieldWriter()
    writer.message(1) {
      $0.text(1, names.0)
      $0.text(2, names.1)
    }
    return writer.bytes
  }

  private static func patient(_ patient: RequestFiles.Request) -> [UInt8] {
    var writer = FieldWriter()
    writer.element(2, item(patient))
    return writer.bytes
  }
}

/// The answers of a simulation, for people.
private enum SimulationText {
  static func print(_ answer: DocumentNode) {
    if let verdicts = answer.member("verdicts") {
      if verdicts.member("differs") != nil { Swift.print(line(answer.text("itemId"), verdicts)) }
    } else if let error = answer.member("error") {
      Swift.print("\(answer.text("itemId")): \(error.text("reason")) \(error.text("message"))")
    } else if let summary = answer.member("summary") {
      summarise(summary)
    }
  }

  private static func line(_ id: String, _ verdicts: DocumentNode) -> String {
    let outcomes = (verdicts.member("outcomes")?.elements ?? [])
      .filter { $0.text("before") != $0.text("after") }
      .map { row in
        let cohort = row.text("cohort").isEmpty ? "overall" : row.text("cohort")
        return "\(cohort) \(outcome(row, "before")) -> \(outcome(row, "after"))"
      }
    let criteria = (verdicts.member("criteria")?.elements ?? []).map { row in
      "\(row.text("criterion")) \(or(row.text("before"))) -> \(or(row.text("after")))"
    }
    return "\(id): \(outcomes.joined(separator: "; "))\n  by \(criteria.joined(separator: "; "))"
  }

  private static func summarise(_ summary: DocumentNode) {
    func number(_ node: DocumentNode, _ member: String) -> String {
      switch node.member(member)?.value {
      case .number(let text), .plain(let text), .string(let text): text
      default: "0"
      }
    }
    Swift.print(
      "\(number(summary, "patients")) patients, \(number(summary, "differing")) differ, "
        + "\(number(summary, "failed")) could not be decided")
    var table = TextTable(["COHORT", "BEFORE", "AFTER", "PATIENTS"])
    for row in summary.member("outcomes")?.elements ?? [] {
      table.add([
        row.text("cohort").isEmpty ? "overall" : row.text("cohort"), outcome(row, "before"),
        outcome(row, "after"), number(row, "patients"),
      ])
    }
    Swift.print(table.text, terminator: "")
    let criteria = summary.member("criteria")?.elements ?? []
    guard !criteria.isEmpty else { return }
    var second = TextTable(["CRITERION", "PATIENTS"])
    for row in criteria { second.add([row.text("criterion"), number(row, "patients")]) }
    Swift.print(second.text, terminator: "")
  }

  private static func outcome(_ row: DocumentNode, _ member: String) -> String {
    let text = row.text(member)
    return text.isEmpty ? "-" : String(text.dropFirst("OUTCOME_".count))
  }

  private static func or(_ text: String) -> String { text.isEmpty ? "-" : text }
}

/// `trialgate config watch`.
struct ConfigWatch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Prints the configuration of a server, then each change as it is made.",
    discussion: """
      Where the connection is lost it is taken up again behind the last change, so that none is missed or printed \
      twice. JSON has the token with which --resume goes on later.

      Example: trialgate config watch --server 127.0.0.1:50051
      """)

  @Option(help: "Token of the last message that was taken; without it the whole state comes first.")
  var resume = ""

  @Option(help: "Seconds between signs of life: 1 to 120.")
  var heartbeat = 30

  @Option(help: "text, or json: one object a line.")
  var format = AnswerFormat.text

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func validate() throws {
    guard (1...120).contains(heartbeat) else {
      throw ValidationError("--heartbeat must be 1 to 120")
    }
    guard connection.dataDir == nil else {
      throw ValidationError("watch needs a --server; a data directory changes by whoever holds it")
    }
  }

  func run() async throws {
    try await connection.withClient { client in
      guard let (server, options) = client.connection else { return }
      try await follow(server, options)
    }
  }

  @inline(never)
  private func follow(_ server: GRPCClient, _ options: CallOptions) async throws {
    var token = resume
    while true {
      do {
        try await watch(server, options, &token)
      } catch let status as RPCStatus where status.code == .unavailable && !token.isEmpty {
        FileHandle.standardError.write(Data("the connection was lost; going on\n".utf8))
        try await Task.sleep(for: .milliseconds(500))
      }
    }
  }

  @inline(never)
  private func watch(
    _ server: GRPCClient, _ options: CallOptions, _ token: inout String
  ) async throws {
    var options = options
    options.timeoutMilliseconds = nil
    options.waitsForReady = !token.isEmpty
    let request = try ConfigurationDocuments.request(
      .object([("resume_token", .text(token)), ("heartbeat_seconds", .number(heartbeat))]),
      of: .watchConfiguration)
    let call = server.call(
      ContractNames.path(.watchConfiguration), .serverStreaming, options: options)
    try await call.send(request)
    call.finishSending()
    for try await message in call.messages {
      guard let json = ConfigurationDocuments.answer(message, of: .watchConfiguration) else {
        throw RPCStatus(
          .internal, "the answer cannot be read; use the program of the server's version")
      }
      let node = try DocumentParser.parse(json)
      show(node, json)
      let next = node.text("resumeToken")
      if !next.isEmpty { token = next }
    }
  }

  private func show(_ node: DocumentNode, _ json: String) {
    if format == .json {
      print(
        json.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
          .joined(separator: " "))
    } else if let resource = node.member("resource") {
      print("  \(Self.name(resource))")
    } else if node.member("stateEnd") != nil {
      print("that is the state; changes follow")
    } else if let entry = node.member("change")?.member("auditEntry") {
      let names = (entry.member("changes")?.elements ?? []).map { $0.text("name") }
      print(
        "\(entry.text("time"))  \(entry.text("principal"))  \(entry.text("action"))  "
          + "\(names.joined(separator: ", "))  \(entry.text("reason"))")
    }
    // Whoever reads from a pipe shall not wait for more.
    fflush(nil)
  }

  private static func name(_ resource: DocumentNode) -> String {
    let kinds = ["trial", "protocolVersion", "site", "siteRevision", "activation", "cohort"]
    for kind in kinds {
      if let found = resource.member(kind) { return found.text("name") }
    }
    return ""
  }
}
