import CohortConfiguration
import EligibilityCore
import Testing

/// What a request is evaluated with: nothing that it names is replaced by something else.
@Suite struct SelectionTests {
  private func select(
    _ request: EvaluationRequest, on day: String = "2025-05-01",
    in published: PublishedConfiguration? = nil
  ) throws -> PublishedConfiguration.Selection {
    try (published ?? configuration()).select(request, indexDate: date(day))
  }

  // MARK: Trial and version

  @Test func theLastVersionRulesWhereNoneIsPinned() throws {
    let selection = try select(request())
    #expect(selection.program.trial == "trial" && selection.program.version == "2")
    #expect(selection.activation == "built-in")
  }

  @Test(arguments: ["1", "2"]) func aPinnedVersionIsTaken(_ version: String) throws {
    let selection = try select(request { $0.protocolVersion = version })
    #expect(selection.program.version == version)
    #expect(selection.program.digest == "digest of trial \(version)")
    #expect(selection.activation.isEmpty)
  }

  /// The trial may be left out where there is only one.
  @Test func theOnlyTrial() throws {
    let all = try configuration()
    let one = PublishedConfiguration(revision: "c", trials: Array(all.trials.prefix(1)))
    #expect(try select(request { $0.trial = "" }, in: one).program.trial == "trial")
    #expect(throws: ConfigurationError.self) { try select(request { $0.trial = "" }) }
    #expect(throws: ConfigurationError.self) {
      try select(request { $0.trial = "other" }, in: one)
    }
  }

  // MARK: Site

  /// The revision in force on the index date; the day that it begins on belongs to it.
  @Test(arguments: [
    ("2024-01-01", "r1", "1.0"), ("2025-02-28", "r1", "1.0"), ("2025-03-01", "r2", "2.0"),
    ("2025-05-31", "r2", "2.0"), ("2025-06-01", "r3", "3.0"), ("2030-01-01", "r3", "3.0"),
    ("0001-01-01", "r1", "1.0"),
  ])
  func revisionsByDate(_ day: String, _ revision: String, _ consent: String) throws {
    let site = try select(request { $0.site = "north" }, on: day).site
    #expect(site.site == "north" && site.revision == revision)
    #expect(site.consentVersion == consent)
    #expect(site.digest.contains("revision=\(revision)|"))
    #expect(site.timeZone.initialOffsetSeconds == (revision == "r2" ? 9 : 8) * 3_600)
  }

  /// A pinned revision is taken whatever the date.
  @Test(arguments: ["r1", "r2", "r3"], ["2024-01-01", "2030-01-01"])
  func pinnedRevisions(_ revision: String, _ day: String) throws {
    let site = try select(
      request {
        $0.site = "north"
        $0.siteRevision = revision
      }, on: day
    ).site
    #expect(site.revision == revision)
  }

  @Test func noSiteNamed() throws {
    let site = try select(request()).site
    #expect(site.site.isEmpty && site.revision == "any")
    #expect(site.consentVersion == nil)
  }

  @Test func upperLimitsAreThoseOfTheRevision() throws {
    let limit = SiteContext.UpperLimit(
      concept: "alt", sex: .female, limit: Quantity(value: ExactDecimal(40), unit: "U/L"))
    let zone = TimeZoneTable.shanghai
    let site = Site(
      id: "s",
      revisions: [
        SiteRevision(
          id: "1", effectiveFrom: nil, timeZone: zone, consentVersion: nil, upperLimits: [limit])
      ], digest: digest)
    let published = PublishedConfiguration(
      revision: "c",
      trials: [
        PublishedTrial(id: "trial", versions: [try program("trial", "1")], sites: [site])
      ])
    #expect(try select(request { $0.site = "s" }, in: published).site.upperLimits == [limit])
  }

  // MARK: Errors name the field and what to do

  struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var subject: ConfigurationError.Subject
    var field: String
    var remedy: String
    var day = "2025-05-01"
    var change: @Sendable (inout EvaluationRequest) -> Void
  }

  static let faults: [Fault] = [
    Fault(
      testDescription: "unknown trial", subject: .trial, field: "trial",
      remedy: "name one of this server's trials: trial, other"
    ) { $0.trial = "nothing" },
    Fault(
      testDescription: "no trial named among two", subject: .trial, field: "trial",
      remedy: "name one of this server's trials: trial, other"
    ) { $0.trial = "" },
    Fault(
      testDescription: "unknown version", subject: .version, field: "protocol_version",
      remedy: "leave it empty or name a version of the trial: 1, 2"
    ) { $0.protocolVersion = "3" },
    Fault(
      testDescription: "a version of the other trial's spelling", subject: .version,
      field: "protocol_version", remedy: "leave it empty or name a version of the trial: 1, 2"
    ) { $0.protocolVersion = " 1" },
    Fault(
      testDescription: "unknown site", subject: .site, field: "site",
      remedy: "leave it empty or name a site of the trial: north, late"
    ) { $0.site = "south" },
    Fault(
      testDescription: "no site named where one must be", subject: .site, field: "site",
      remedy: "name a site of the trial: north"
    ) { $0.trial = "other" },
    Fault(
      testDescription: "unknown revision", subject: .siteRevision, field: "site_revision",
      remedy: "leave it empty or name a revision of the site: r1, r2 from 2025-03-01, "
        + "r3 from 2025-06-01"
    ) { ($0.site, $0.siteRevision) = ("north", "r4") },
    Fault(
      testDescription: "no revision in force yet", subject: .siteRevision, field: "site_revision",
      remedy: "name a revision of the site: r1 from 2025-03-01", day: "2025-02-28"
    ) { $0.site = "late" },
    Fault(
      testDescription: "a stage without criteria", subject: .stage, field: "stage",
      remedy: "this protocol version has no criteria for the stage"
    ) { ($0.stage, $0.protocolVersion) = (.infusion, "1") },
    Fault(
      testDescription: "unknown cohort", subject: .cohort, field: "cohorts[0]",
      remedy: "name cohorts of this protocol version: B"
    ) { $0.cohorts = ["C"] },
    Fault(
      testDescription: "a cohort of another version", subject: .cohort, field: "cohorts[1]",
      remedy: "name cohorts of this protocol version: B"
    ) { $0.cohorts = ["B", "A"] },
  ]

  @Test(arguments: faults) func faultsAreNamed(_ fault: Fault) throws {
    let error = try #require(
      #expect(throws: ConfigurationError.self) {
        try select(request(fault.change), on: fault.day)
      })
    #expect(error.subject == fault.subject)
    #expect(error.field == fault.field)
    #expect(error.remedy == fault.remedy)
  }

  @Test func everySubjectIsProvoked() {
    let subjects: Set<ConfigurationError.Subject> = [
      .trial, .version, .site, .siteRevision, .cohort, .stage,
    ]
    #expect(Set(Self.faults.map(\.subject)) == subjects)
  }

  @Test func whatExistsIsNotRefused() throws {
    let selection = try select(
      request {
        ($0.stage, $0.site, $0.siteRevision) = (.infusion, "north", "r1")
        ($0.protocolVersion, $0.cohorts) = ("2", ["B"])
      })
    #expect(selection.program.version == "2" && selection.site.revision == "r1")
  }

  // MARK: Time zone before a date is known

  @Test func timeZones() throws {
    let published = try configuration()
    func hours(_ change: (inout EvaluationRequest) -> Void) throws -> Int? {
      try published.timeZone(of: request(change)).map { $0.initialOffsetSeconds / 3_600 }
    }
    #expect(try hours { $0.site = "north" } == 8)
    #expect(try hours { ($0.site, $0.siteRevision) = ("north", "r2") } == 9)
    #expect(try hours { _ in } == 8)
    #expect(try hours { $0.site = "south" } == nil)
    #expect(try hours { $0.trial = "nothing" } == nil)
  }
}
