internal import ArgumentParser
internal import CohortConfiguration
internal import Foundation
internal import MessageCoding
internal import TrialGateServices

/// `trialgate audit`: who changed what, when and why.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Lists, exports and verifies the history of the configuration.",
    subcommands: [AuditList.self, AuditExportCommand.self, AuditVerify.self])
}

/// Reads the history, page by page.
struct AuditPages {
  let client: ConfigurationClient
  let filter: String

  @inline(never)
  func each(_ body: (DocumentNode) throws -> Void) async throws {
    var token = ""
    repeat {
      let page = try await client.call(
        .listAuditEntries,
        [
          ("filter", .text(filter)), ("page_size", .number(500)), ("page_token", .text(token)),
        ])
      for entry in page.member("auditEntries")?.elements ?? [] { try body(entry) }
      token = page.text("nextPageToken")
    } while !token.isEmpty
  }
}

/// `trialgate audit list`.
struct AuditList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the history, oldest first.",
    discussion: """
      Example: trialgate audit list --filter 'principal = ann AND time >= 2025-01-01'
      """)

  @Option(help: "Comparisons of sequence, time, principal, action, reason, request_id, resource.")
  var filter = ""

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      var table = TextTable(["NO", "TIME", "WHO", "WHAT", "RESOURCES", "WHY"])
      try await AuditPages(client: client, filter: filter).each { entry in
        let names = (entry.member("changes")?.elements ?? []).map { $0.text("name") }
        let shown =
          names.count > 3 ? names.prefix(2) + ["and \(names.count - 2) more"] : names[...]
        table.add([
          entry.text("sequence"), entry.text("time"), entry.text("principal"),
          entry.text("action"), shown.joined(separator: ", "), entry.text("reason"),
        ])
      }
      print(table.text, terminator: "")
    }
  }
}

/// `trialgate audit export`.
struct AuditExportCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case jsonl
    case csv
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Prints the history as JSON lines or CSV.",
    discussion: """
      CSV has one row for each resource that changed; a text that a spreadsheet would take for a formula has an \
      apostrophe in front.

      Example: trialgate audit export --format csv > audit.csv
      """)

  @Option(help: "jsonl or csv.")
  var format = Format.jsonl

  @Option(help: "Comparisons of sequence, time, principal, action, reason, request_id, resource.")
  var filter = ""

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  private static let columns = ["sequence", "time", "principal", "action", "reason", "requestId"]
  private static let changeColumns = ["kind", "name", "revision", "digestBefore", "digestAfter"]

  func run() async throws {
    try await connection.withClient { client in
      if format == .csv {
        print(
          (Self.columns + Self.changeColumns + ["previousHash", "hash"]).joined(separator: ","))
      }
      try await AuditPages(client: client, filter: filter).each { entry in
        switch format {
        case .jsonl: print(entry.jsonLine)
        case .csv:
          for change in entry.member("changes")?.elements ?? [] {
            let cells =
              Self.columns.map { entry.text($0) } + Self.changeColumns.map { change.text($0) }
              + ["previousHash", "hash"].map { entry.text($0) }
            print(cells.map(Self.cell).joined(separator: ","))
          }
        }
      }
    }
  }

  /// A cell by RFC 4180.
  private static func cell(_ text: String) -> String {
    let safe = text.first.map { "=+-@\t\r".contains($0) } ?? false ? "'\(text)" : text
    guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
    return "\"\(safe.replacing("\"", with: "\"\""))\""
  }
}

/// `trialgate audit verify`.
struct AuditVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verifies the chain of the history, and names the first bad entry.",
    discussion: """
      Every entry is held against its hash and the one before it. On a data directory every resource is also held \
      against what the last entry about it says.

      Exit codes: 0 the chain is whole; 1 it is not, or it could not be read.

      Example: trialgate audit verify --as ann --data-dir ./data
      """)

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      do {
        let head: AuditHead
        if let store = client.store {
          head = try AuditVerifier.verify(store, hash: Digest.sha256)
        } else {
          head = try await verify(client)
        }
        print("\(head.sequence) entries are whole; the last has the hash \(head.hash)")
      } catch let fault as AuditFault {
        throw CommandFailure.report(
          "audit entry \(fault.sequence) is bad: \(fault.description)", code: 1)
      } catch let error as StoreError {
        throw CommandFailure.report("\(error)", code: 1)
      }
    }
  }

  @inline(never)
  private func verify(_ client: ConfigurationClient) async throws -> AuditHead {
    var verifier = AuditVerifier(hash: Digest.sha256)
    try await AuditPages(client: client, filter: "").each { node in
      guard let stored = node.auditEntry else {
        throw AuditFault(
          sequence: verifier.head.sequence + 1, description: "the entry cannot be read")
      }
      try verifier.add(stored)
    }
    return verifier.head
  }
}

extension DocumentNode {
  /// The document in one line of JSON.
  var jsonLine: String {
    switch value {
    case .object(let members):
      "{"
        + members.map { "\(Self.quoted($0.key)):\($0.node.jsonLine)" }.joined(separator: ",") + "}"
    case .array(let elements): "[" + elements.map(\.jsonLine).joined(separator: ",") + "]"
    case .string(let text): Self.quoted(text)
    case .number(let text), .plain(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The audit entry that an answer tells of, as a store keeps it, with the hash that the answer gives it.
  fileprivate var auditEntry: StoredAuditEntry? {
    guard let sequence = Int64(text("sequence")),
      let time = ConfigurationTime.milliseconds(text("time"))
    else { return nil }
    var changes: [AuditEntry.Change] = []
    for change in member("changes")?.elements ?? [] {
      guard let kind = ResourceKind(rawValue: change.text("kind")),
        let revision = Int64(change.text("revision"))
      else { return nil }
      changes.append(
        AuditEntry.Change(
          key: ResourceKey(kind, change.text("name")), revision: revision,
          digestBefore: change.text("digestBefore"), digestAfter: change.text("digestAfter")))
    }
    let entry = AuditEntry(
      sequence: sequence, time: time, principal: text("principal"), action: text("action"),
      reason: text("reason"), requestID: text("requestId"), changes: changes,
      previousHash: text("previousHash"))
    let stored = entry.stored(Digest.sha256)
    return StoredAuditEntry(
      sequence: stored.sequence, payload: stored.payload, hash: text("hash"))
  }
}
