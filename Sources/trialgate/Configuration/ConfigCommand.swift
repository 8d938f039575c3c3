internal import ArgumentParser
internal import CohortConfiguration
internal import MessageCoding

/// `trialgate config`: what evaluations rest on.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Shows and changes protocol versions, activations, sites and cohorts.",
    discussion: """
      Works on a server (--server), or with --as NAME on a data directory that no server holds. Every change needs a \
      --reason; --dry-run says what would happen.

      Exit codes: 0 done; 1 it was refused; 64 the command line is wrong; 65 a file is wrong; 66 a file cannot be read; \
      75 a server holds the data directory.

      Example: an amendment, from the draft to its activation at one site

        trialgate config apply amendment.yaml --base 2024-04-17 --reason "amendment 2" --dry-run
        trialgate config apply amendment.yaml --base 2024-04-17 --reason "amendment 2"
        trialgate config approve 2025-01-01 --reason "reviewed by the board"
        trialgate config activate 2025-01-01 --site changzheng --from 2025-02-01 --reason "adopted"
      """,
    subcommands: [
      ConfigList.self, ConfigShow.self, ConfigApply.self, ConfigApprove.self, ConfigSupersede.self,
      ConfigActivate.self, ConfigRollback.self, ConfigSite.self, ConfigCohort.self,
      ConfigDiff.self, ConfigSimulate.self, ConfigWatch.self,
    ])
}

/// How an answer is printed.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
}

/// `trialgate config list`.
struct ConfigList: AsyncParsableCommand {
  enum Collection: String, ExpressibleByArgument, CaseIterable {
    case trials
    case versions
    case sites
    case revisions
    case activations
    case cohorts
  }

  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists trials, versions, sites, revisions of a site, activations or cohorts.",
    discussion: """
      Examples:
        trialgate config list versions --filter 'state = APPROVED' --order-by 'create_time desc'
        trialgate config list revisions --site changzheng
      """)

  @Argument(help: "trials, versions, sites, revisions, activations or cohorts.")
  var what: Collection

  @Option(help: "Id of the site whose revisions are listed.")
  var site: String?

  @Option(help: "Comparisons joined by AND: 'state = OPEN AND id : \"s\"'.")
  var filter = ""

  @Option(help: "Fields, each perhaps followed by desc: 'state, create_time desc'.")
  var orderBy = ""

  @Option(help: "text or json.")
  var format = AnswerFormat.text

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func validate() throws {
    if (what == .revisions) != (site != nil) {
      throw ValidationError("--site goes with revisions, and revisions need it")
    }
  }

  func run() async throws {
    try await connection.withClient { client in
      var members = [
        ("filter", DocumentNode.text(filter)), ("order_by", DocumentNode.text(orderBy)),
      ]
      if what != .trials {
        let trial = try await client.trial()
        members.append(("parent", .text(site.map { "\(trial)/sites/\($0)" } ?? trial)))
      }
      if format == .json {
        print(try await client.json(method, members), terminator: "")
      } else {
        print(table(try await client.all(method, field, members)), terminator: "")
      }
    }
  }

  private var method: ConfigurationMethod {
    switch what {
    case .trials: .listTrials
    case .versions: .listProtocolVersions
    case .sites: .listSites
    case .revisions: .listSiteRevisions
    case .activations: .listActivations
    case .cohorts: .listCohorts
    }
  }

  private var field: String { what == .revisions ? "siteRevisions" : what.rawValue }

  private func table(_ elements: [DocumentNode]) -> String {
    var table: TextTable
    switch what {
    case .trials:
      table = TextTable(["TRIAL", "NAME"])
      for trial in elements { table.add([trial.id(), trial.text("displayName")]) }
    case .versions:
      table = TextTable(["VERSION", "STATE", "AUTHORS", "APPROVER", "DIGEST"])
      for version in elements {
        let authors = version.member("authors")?.elements.compactMap(\.text) ?? []
        table.add([
          version.id(), version.state("VERSION_STATE_"), authors.joined(separator: ","),
          version.text("approver"), version.text("protocolDigest"),
        ])
      }
    case .sites:
      table = TextTable(["SITE", "STATE", "NAME"])
      for site in elements {
        table.add([site.id(), site.state("OPERATIONAL_STATE_"), site.text("displayName")])
      }
    case .revisions:
      table = TextTable(["REVISION", "FROM", "CONSENT", "CREATOR", "DIGEST"])
      for revision in elements {
        table.add([
          revision.id(), revision.text("effectiveFrom"), revision.text("consentVersion"),
          revision.text("creator"), revision.text("siteDigest"),
        ])
      }
    case .activations:
      table = TextTable(["ACTIVATION", "VERSION", "SITE", "FROM", "REPLACED BY", "CREATOR"])
      for activation in elements {
        let site = activation.text("site")
        table.add([
          activation.id(), activation.text("version"), site.isEmpty ? "(all)" : site,
          activation.text("effectiveFrom"), activation.text("replacedBy"),
          activation.text("creator"),
        ])
      }
    case .cohorts:
      table = TextTable(["COHORT", "STATE", "ENROLLED", "CAP"])
      for cohort in elements {
        let enrolled = cohort.text("enrolled")
        table.add([
          cohort.id(), cohort.state("OPERATIONAL_STATE_"), enrolled.isEmpty ? "0" : enrolled,
          cohort.text("cap"),
        ])
      }
    }
    return table.text
  }
}

/// `trialgate config show`.
struct ConfigShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Prints one resource as JSON.",
    discussion: """
      NAME is that of the resource, below the trial: versions/2024-04-17, sites/changzheng, \
      sites/changzheng/revisions/1, activations/built-in, cohorts/sle. An empty NAME is the trial.

      --definition prints the definition of a version alone, as a file that `config apply` takes.

      Example: trialgate config show versions/2024-04-17 --definition > amendment.json
      """)

  @Argument(help: "Name of the resource below its trial.")
  var name = ""

  @Flag(help: "Print the definition of a version alone.")
  var definition = false

  @OptionGroup(title: "Configuration")
  var connection: ConnectionOptions

  func run() async throws {
    try await connection.withClient { client in
      let trial = try await client.trial()
      let whole = name.isEmpty ? trial : "\(trial)/\(name)"
      let answer = try await client.json(try method, [("name", .text(whole))])
      guard definition else {
        print(answer, terminator: "")
        return
      }
      let version = try DocumentParser.parse(answer)
      guard let definition = version.member("definition") else {
        throw CommandFailure.report("only a version has a definition", code: 64)
      }
      print(try DefinitionDocument(node: definition).json(), terminator: "")
    }
  }

  private var method: ConfigurationMethod {
    get throws {
      let collections = name.split(separator: "/").enumerated().filter { $0.offset % 2 == 0 }
      switch collections.map({ String($0.element) }) {
      case []: return .getTrial
      case ["versions"]: return .getProtocolVersion
      case ["sites"]: return .getSite
      case ["sites", "revisions"]: return .getSiteRevision
      case ["activations"]: return .getActivation
      case ["cohorts"]: return .getCohort
      default:
        throw CommandFailure.report(
          "'\(name)' names no resource; write it like sites/changzheng", code: 64)
      }
    }
  }
}
