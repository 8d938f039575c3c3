internal import ArgumentParser
internal import CohortConfiguration
internal import MessageCoding

/// `trialgate config activate`.
struct ConfigActivate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "activate",
    abstract: "Has an approved version rule from a day on, at a site or at all.",
    discussion: """
      On an index date the activation rules whose first day is the latest that is not after it; of two with the same \
      first day that of the site goes before that of all sites.

      Example: trialgate config activate 2025-01-01 --site changzheng --from 2025-02-01 --reason "adopted"
      """)

  @Argument(help: "Id of the version.")
  var version: String

  @Option(help: "Id of the site. Without it, all sites.")
  var site: String?

  @Option(help: "The first index date, YYYY-MM-DD. Without it, from the beginning.")
  var from: String?

  @Option(help: "Id of the activation of the same site and day whose place it takes.")
  var replaces: String?

  @Option(help: "Id of the activation. Without it, the server chooses one.")
  var id: String?

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      let activation = ActivationRequest(
        version: version, site: site ?? "", from: from ?? "", replaces: replaces ?? "",
        id: id ?? "")
      try await activation.send(client, mutation)
    }
  }
}

/// An activation that is asked for.
struct ActivationRequest {
  var version: String
  var site: String
  var from: String
  var replaces: String
  var id = ""

  @inline(never)
  func send(_ client: ConfigurationClient, _ mutation: MutationOptions) async throws {
    let members = members(parent: try await client.trial()) + mutation.members
    let answer = try await client.call(.createActivation, members)
    let place = answer.text("site").isEmpty ? "all sites" : "site \(answer.text("site"))"
    let first = answer.text("effectiveFrom")
    print(
      "\(answer.id()): \(answer.text("version")) rules at \(place) "
        + (first.isEmpty ? "from the beginning" : "from \(first)"))
    mutation.conclude()
  }

  private func members(parent: String) -> [(String, DocumentNode)] {
    [
      ("parent", .text(parent)), ("activation_id", .text(id)),
      (
        "activation",
        .object([
          ("version", .text(version)), ("site", .text(site)), ("effective_from", .text(from)),
          ("replaces", .text(replaces)),
        ])
      ),
    ]
  }
}

/// `trialgate config rollback`: activates an earlier version again.
struct ConfigRollback: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Has the version that ruled before rule again. The history keeps both.",
    discussion: """
      The last activation of the site (or of all sites) is followed: without --from the earlier version takes its place \
      from its own first day on, with --from it rules from that day on. --to names the version where it is not the one \
      that ruled before.

      Example: trialgate config rollback --site changzheng --from 2025-03-01 --reason "limit withdrawn"
      """)

  @Option(help: "Id of the site. Without it, the activations of all sites.")
  var site: String?

  @Option(help: "Id of the version to go back to.")
  var to: String?

  @Option(help: "The first index date, YYYY-MM-DD.")
  var from: String?

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      let trial = try await client.trial()
      let all = try await client.all(
        .listActivations, "activations",
        [("parent", .text(trial)), ("order_by", .text("effective_from, create_time"))])
      let own = all.filter { $0.text("site") == site ?? "" }
      let standing = own.filter { $0.text("replacedBy").isEmpty }
      guard let last = standing.last else {
        throw CommandFailure.report(
          "nothing is active there to go back from; see trialgate config list activations", code: 1)
      }
      guard let version = to ?? earlier(than: last, all) else {
        throw CommandFailure.report(
          "no version ruled there before; name one with --to", code: 1)
      }
      let first = from ?? last.text("effectiveFrom")
      let replaced = standing.first { $0.text("effectiveFrom") == first }
      let request = ActivationRequest(
        version: version, site: site ?? "", from: first, replaces: replaced?.id() ?? "")
      try await request.send(client, mutation)
    }
  }

  /// The version whose place an activation took: that of the activation it replaces, or what ruled there on the day
  /// before.
  private func earlier(than last: DocumentNode, _ all: [DocumentNode]) -> String? {
    if let replaced = all.first(where: { $0.id() == last.text("replaces") }) {
      return replaced.text("version")
    }
    let first = last.text("effectiveFrom")
    return all.last {
      $0.text("replacedBy").isEmpty && $0.text("effectiveFrom") < first
        && ($0.text("site").isEmpty || $0.text("site") == last.text("site"))
    }?.text("version")
  }
}
