internal import ArgumentParser
internal import CohortConfiguration
internal import EligibilityCore
internal import MessageCoding
internal import RPC
internal import TrialGateServices

/// `trialgate config apply`: brings a definition file into a draft.
struct ConfigApply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Creates a draft from a definition file, or changes one, and says what differs.",
    discussion: """
      FILE is the ProtoJSON of a ProtocolDefinition, as YAML or JSON; its trial and version name the draft. What differs \
      is printed line by line: + for what is new, - for what is gone, -> for what changed. A draft that exists is \
      compared with itself, a new one with --base.

      Example: trialgate config apply amendment.yaml --base 2024-04-17 --reason "amendment 2" --dry-run
      """)

  @Argument(help: "A definition; - for standard input.")
  var file: String

  @Option(help: "Id of the version that a new draft began as a copy of.")
  var base: String?

  @Option(help: "Anything to be said of the version.")
  var notes: String?

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    let text = try InputFile.read(file, what: "a definition")
    let root: DocumentNode
    let document: DefinitionDocument
    do {
      document = try DefinitionDocument(text)
      root = try DocumentParser.parse(document.json())
    } catch {
      throw CommandFailure.report("'\(file)' is no definition:\n\(error)", code: 65)
    }
    try await connection.withClient { client in
      let trial = ResourceName.trial(document.definition.trial)
      let id = document.definition.version
      let name = "\(trial)/versions/\(id)"
      let draft = try await version(name, client)
      let other = base.map { "\(trial)/versions/\($0)" }
      let basis: DocumentNode?
      if draft == nil, let other {
        basis = try await client.call(.getProtocolVersion, [("name", .text(other))])
      } else {
        basis = draft
      }
      tell(basis, root)
      warn(text)
      var version: [(String, DocumentNode)] = [("definition", root)]
      if let notes { version.append(("notes", .text(notes))) }
      var mask = [DocumentNode.text("definition")]
      if notes != nil { mask.append(.text("notes")) }
      let answer: DocumentNode
      if let draft {
        version += [("name", .text(name)), ("etag", .text(draft.text("etag")))]
        answer = try await client.call(
          .updateProtocolVersion,
          [("version", .object(version)), ("update_mask", .list(mask))] + mutation.members)
      } else {
        if let base { version.append(("base_version", .text(base))) }
        answer = try await client.call(
          .createProtocolVersion,
          [("parent", .text(trial)), ("version", .object(version))] + mutation.members)
      }
      print(
        "\(answer.id()) is a \(answer.state("VERSION_STATE_")); "
          + "another principal approves it: trialgate config approve \(id) --reason …")
      mutation.conclude()
    }
  }

  @inline(never)
  private func version(_ name: String, _ client: ConfigurationClient) async throws -> DocumentNode?
  {
    do {
      return try await client.call(.getProtocolVersion, [("name", .text(name))])
    } catch let status as RPCStatus where status.code == .notFound {
      return nil
    }
  }

  private func tell(_ basis: DocumentNode?, _ root: DocumentNode) {
    guard let basis, let definition = basis.member("definition") else {
      print("a new definition; --base VERSION says what differs")
      return
    }
    let lines = DocumentDifference(from: definition, to: root).lines
    print(
      "\(basis.id()) -> \(root.text("version")): \(lines.count) difference\(lines.count == 1 ? "" : "s")"
    )
    for line in lines { print(line) }
  }

  /// What keeps the definition from being approved is no fault of a draft.
  private func warn(_ text: String) {
    let faults = DefinitionReview(text, digest: Digest.sha256).faults
    if faults.isEmpty { return }
    print("\(faults.count) fault\(faults.count == 1 ? "" : "s") to be mended before the approval:")
    for fault in faults { print("  \(fault)") }
  }
}

/// `trialgate config approve`.
struct ConfigApprove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve",
    abstract:
      "Compiles and reviews a draft and makes it immutable. Whoever wrote it may not approve it.",
    discussion: """
      What the review finds, contradictions and parts that can never count, is said and kept with the version; it \
      refuses nothing. --dry-run says it before.

      Example: trialgate config approve 2025-01-01 --reason "reviewed by the board" --token approver.token
      """)

  @Argument(help: "Id of the version.")
  var version: String

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      let name = "\(try await client.trial())/versions/\(version)"
      let draft = try await client.call(.getProtocolVersion, [("name", .text(name))])
      let answer = try await client.call(
        .approveProtocolVersion,
        [("name", .text(name)), ("etag", .text(draft.text("etag")))] + mutation.members)
      print(
        "\(answer.id()) is \(answer.state("VERSION_STATE_")), approved by \(answer.text("approver"))"
      )
      print("digest \(answer.text("protocolDigest"))")
      say(answer.member("findings")?.elements ?? [])
      mutation.conclude()
    }
  }

  /// A rehearsal lists what was found; afterwards it stands with the version.
  private func say(_ findings: [DocumentNode]) {
    if findings.isEmpty { return }
    print(
      "the review found \(findings.count) thing\(findings.count == 1 ? "" : "s"); "
        + "trialgate config show versions/\(version) has them")
    if mutation.dryRun { for finding in findings { print("  \(Self.line(finding))") } }
  }

  private static func line(_ finding: DocumentNode) -> String {
    let criteria = (finding.member("criteria")?.elements ?? []).compactMap(\.text)
    let witness = finding.text("witness")
    return "\(finding.text("kind")) \(criteria.joined(separator: ", ")): "
      + finding.text("message") + (witness.isEmpty ? "" : " (\(witness))")
  }
}

/// `trialgate config supersede`.
struct ConfigSupersede: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supersede",
    abstract: "Marks an approved version as one whose place another has taken.",
    discussion: """
      It can still be read and pinned, and no longer be activated.

      Example: trialgate config supersede 2024-04-17 --by 2025-01-01 --reason "all sites have adopted it"
      """)

  @Argument(help: "Id of the version.")
  var version: String

  @Option(help: "Id of the version that took its place.")
  var by: String

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      let name = "\(try await client.trial())/versions/\(version)"
      let held = try await client.call(.getProtocolVersion, [("name", .text(name))])
      let answer = try await client.call(
        .supersedeProtocolVersion,
        [
          ("name", .text(name)), ("etag", .text(held.text("etag"))), ("superseded_by", .text(by)),
        ] + mutation.members)
      print("\(answer.id()) is \(answer.state("VERSION_STATE_")) by \(answer.text("supersededBy"))")
      mutation.conclude()
    }
  }
}
