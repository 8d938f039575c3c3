internal import CohortConfiguration
internal import MessageCoding
internal import RPC
internal import TrialGateServices

/// Calls the configuration service: over the wire, or in this process on a data directory.
///
/// What awaits it is not inlined: the optimizer of Swift 6.3 crashes where it splits a coroutine into which
/// another, with nested literals of `DocumentNode`, was inlined.
final class ConfigurationClient {
  private enum Way {
    case connection(GRPCClient, CallOptions)
    case service(ConfigurationService, Principal, DataDirectory)
  }

  private let way: Way
  private let givenTrial: String?
  private var knownTrial: String?

  init(
    trial: String?, connection: GRPCClient, options: CallOptions
  ) {
    givenTrial = trial
    way = .connection(connection, options)
  }

  init(
    trial: String?, service: ConfigurationService, principal: Principal, directory: DataDirectory
  ) {
    givenTrial = trial
    way = .service(service, principal, directory)
  }

  /// The connection to a server; nil where a data directory is worked on.
  var connection: (client: GRPCClient, options: CallOptions)? {
    if case .connection(let client, let options) = way { (client, options) } else { nil }
  }

  /// The service on a data directory, and who works on it; nil where a server is asked.
  var local: (service: ConfigurationService, principal: Principal)? {
    if case .service(let service, let principal, _) = way { (service, principal) } else { nil }
  }

  /// The store of a data directory; nil where a server is asked.
  var store: (any CohortStore)? {
    if case .service(let service, _, _) = way { service.store } else { nil }
  }

  /// Makes a call.
  ///
  /// - Returns: the answer as ProtoJSON.
  /// - Throws: `RPCStatus`; an exit code for a request that cannot be written.
  @inline(never)
  func json(
    _ method: ConfigurationMethod, _ members: [(String, DocumentNode)]
  ) async throws -> String {
    let request: [UInt8]
    do {
      request = try ConfigurationDocuments.request(.object(members), of: method)
    } catch {
      throw CommandFailure.report("the request cannot be written:\n\(error)", code: 65)
    }
    let path = ContractNames.path(method)
    let answer: [UInt8]
    switch way {
    case .connection(let connection, let options):
      answer = try await connection.unary(path, request, options: options).message
    case .service(let service, let principal, _):
      answer = try await service.call(path, request, as: principal)
    }
    guard let json = ConfigurationDocuments.answer(answer, of: method) else {
      throw RPCStatus(
        .internal, "the answer cannot be read; use the program of the server's version")
    }
    return json
  }

  /// Makes a call.
  @inline(never)
  func call(
    _ method: ConfigurationMethod, _ members: [(String, DocumentNode)]
  ) async throws -> DocumentNode {
    try DocumentParser.parse(try await json(method, members))
  }

  /// All elements of a list, page after page.
  @inline(never)
  func all(
    _ method: ConfigurationMethod, _ field: String, _ members: [(String, DocumentNode)]
  ) async throws -> [DocumentNode] {
    var elements: [DocumentNode] = []
    var token = ""
    repeat {
      let page = try await call(
        method, members + [("page_size", .number(1_000)), ("page_token", .text(token))])
      elements += page.member(field)?.elements ?? []
      token = page.text("nextPageToken")
    } while !token.isEmpty
    return elements
  }

  /// The name of the trial: the one given, or the only one.
  @inline(never)
  func trial() async throws -> String {
    if let givenTrial { return ResourceName.trial(givenTrial) }
    if let knownTrial { return knownTrial }
    let names = try await all(.listTrials, "trials", []).map { $0.text("name") }
    guard let name = names.first, names.count == 1 else {
      throw CommandFailure.report(
        "there are \(names.count) trials; name one with --trial: "
          + names.map { String($0.split(separator: "/").last ?? "") }.joined(separator: ", "),
        code: 64)
    }
    knownTrial = name
    return name
  }
}

// MARK: Documents

extension DocumentNode {
  private init(_ value: Value) {
    self.init(value: value, line: 1, column: 1)
  }

  static func text(_ text: String) -> DocumentNode { DocumentNode(.string(text)) }
  static func truth(_ value: Bool) -> DocumentNode { DocumentNode(.bool(value)) }
  static func number(_ value: Int) -> DocumentNode { DocumentNode(.number(String(value))) }
  static func list(_ elements: [DocumentNode]) -> DocumentNode { DocumentNode(.array(elements)) }
  static func object(_ members: [(String, DocumentNode)]) -> DocumentNode {
    DocumentNode(.object(members.map { (key: $0.0, node: $0.1) }))
  }

  /// The text of a member of an answer; empty where there is none.
  func text(_ member: String) -> String { self.member(member)?.text ?? "" }

  /// The last part of a member that is a name of a resource.
  func id(_ member: String = "name") -> String {
    String(text(member).split(separator: "/").last ?? "")
  }

  /// The text of a member that is an enum, without its prefix: `OPEN`.
  func state(_ prefix: String) -> String {
    let text = text("state")
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
  }
}

/// Rows in columns.
struct TextTable {
  private var rows: [[String]]

  init(_ head: [String]) {
    rows = [head]
  }

  mutating func add(_ row: [String]) {
    rows.append(row.map { $0.isEmpty ? "-" : $0 })
  }

  var text: String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
