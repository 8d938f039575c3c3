internal import ArgumentParser
internal import CohortConfiguration
internal import MessageCoding

/// A state on the command line.
enum StateOption: String, ExpressibleByArgument, CaseIterable {
  case open
  case paused
  case closed

  /// The state's name in the contract.
  var node: DocumentNode { .text("OPERATIONAL_STATE_\(rawValue.uppercased())") }
}

/// `trialgate config site`.
struct ConfigSite: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site",
    abstract: "Creates sites, changes their state, and adds revisions.",
    subcommands: [ConfigSiteCreate.self, ConfigSiteSet.self, ConfigSiteRevise.self])
}

/// `trialgate config site create`.
struct ConfigSiteCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Creates a site. It takes part once it has a revision.",
    discussion: """
      Example: trialgate config site create huashan --name "Huashan Hospital" --reason "joins the trial"
      """)

  @Argument(help: "Id of the site.")
  var site: String

  @Option(help: "What people call it.")
  var name = ""

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      let answer = try await client.call(
        .createSite,
        [
          ("parent", .text(try await client.trial())), ("site_id", .text(site)),
          ("site", .object([("display_name", .text(name))])),
        ] + mutation.members)
      print("\(answer.id()) is \(answer.state("OPERATIONAL_STATE_")); give it a revision")
      mutation.conclude()
    }
  }
}

/// `trialgate config site set`.
struct ConfigSiteSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Opens, pauses or closes a site, or calls it otherwise.",
    discussion: """
      Example: trialgate config site set changzheng --state paused --reason "inspection"
      """)

  @Argument(help: "Id of the site.")
  var site: String

  @Option(help: "open, paused or closed.")
  var state: StateOption?

  @Option(help: "What people call it.")
  var name: String?

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func validate() throws {
    if state == nil, name == nil { throw ValidationError("give --state or --name") }
  }

  func run() async throws {
    try await connection.withClient { client in
      let whole = "\(try await client.trial())/sites/\(site)"
      let held = try await client.call(.getSite, [("name", .text(whole))])
      var members = [("name", DocumentNode.text(whole)), ("etag", .text(held.text("etag")))]
      var mask: [DocumentNode] = []
      if let state {
        members.append(("state", state.node))
        mask.append(.text("state"))
      }
      if let name {
        members.append(("display_name", .text(name)))
        mask.append(.text("display_name"))
      }
      let answer = try await client.call(
        .updateSite,
        [("site", .object(members)), ("update_mask", .list(mask))] + mutation.members)
      print("\(answer.id()) is \(answer.state("OPERATIONAL_STATE_"))")
      mutation.conclude()
    }
  }
}

/// `trialgate config site revise`.
struct ConfigSiteRevise: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revise",
    abstract: "Adds a revision to a site: time zone, consent version, reference ranges.",
    discussion: """
      FILE is the ProtoJSON of a SiteRevision, as YAML or JSON:

        effectiveFrom: "2025-02-01"
        timeZone: {initialOffsetSeconds: 28800}
        consentVersion: "2.1"
        upperLimits:
          - {concept: alt, sex: SEX_FEMALE, limit: {value: "40", unit: U/L}}

      A revision is never edited: a change is another revision.

      Example: trialgate config site revise changzheng 2 revision.yaml --reason "consent 2.1"
      """)

  @Argument(help: "Id of the site.")
  var site: String

  @Argument(help: "Id of the revision.")
  var revision: String

  @Argument(help: "What is in force; - for standard input.")
  var file: String

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    let text = try InputFile.read(file, what: "a revision of a site")
    let content: DocumentNode
    do {
      content = try DocumentParser.parse(text)
    } catch {
      throw CommandFailure.report("'\(file)' cannot be read:\n\(error)", code: 65)
    }
    try await connection.withClient { client in
      let answer = try await client.call(
        .createSiteRevision,
        [
          ("parent", .text("\(try await client.trial())/sites/\(site)")),
          ("revision_id", .text(revision)), ("site_revision", content),
        ] + mutation.members)
      print("revision \(answer.id()) of \(site), digest \(answer.text("siteDigest"))")
      mutation.conclude()
    }
  }
}

/// `trialgate config cohort`.
struct ConfigCohort: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cohort",
    abstract: "Opens, pauses or closes a cohort, or sets how many are enrolled and may be.",
    discussion: """
      Example: trialgate config cohort sle --state paused --reason "safety review"
      """)

  @Argument(help: "Id of the cohort.")
  var cohort: String

  @Option(help: "open, paused or closed.")
  var state: StateOption?

  @Option(help: "How many patients are enrolled.")
  var enrolled: UInt32?

  @Option(help: "How many may be; 0 = there is no cap.")
  var cap: UInt32?

  @OptionGroup
  var mutation: MutationOptions

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func validate() throws {
    if state == nil, enrolled == nil, cap == nil {
      throw ValidationError("give --state, --enrolled or --cap")
    }
  }

  func run() async throws {
    try await connection.withClient { client in
      let name = "\(try await client.trial())/cohorts/\(cohort)"
      let held = try await client.call(.getCohort, [("name", .text(name))])
      var members = [("name", DocumentNode.text(name)), ("etag", .text(held.text("etag")))]
      var mask: [DocumentNode] = []
      if let state {
        members.append(("state", state.node))
        mask.append(.text("state"))
      }
      for (field, value) in [("enrolled", enrolled), ("cap", cap)] {
        if let value {
          members.append((field, .number(Int(value))))
          mask.append(.text(field))
        }
      }
      let answer = try await client.call(
        .updateCohort,
        [("cohort", .object(members)), ("update_mask", .list(mask))] + mutation.members)
      let enrolled = answer.text("enrolled")
      print(
        "\(answer.id()) is \(answer.state("OPERATIONAL_STATE_")), "
          + "\(enrolled.isEmpty ? "0" : enrolled) enrolled, "
          + (answer.text("cap").isEmpty ? "no cap" : "cap \(answer.text("cap"))"))
      mutation.conclude()
    }
  }
}
