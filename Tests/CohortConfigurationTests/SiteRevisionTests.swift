import CohortConfiguration
import EligibilityCore
import Testing

@Suite struct SiteRevisionTests {
  /// What a digest is computed over, line by line.
  @Test func canonicalText() throws {
    #expect(
      try revision("r1").canonicalText(site: "north") == """
        trialgate.v1.site_revision
        site=north
        revision=r1
        effective_from=
        offset=28800
        consent_version=

        """)
    #expect(
      try revision("r2", from: "2025-03-01", hours: -5, consent: "2.0").canonicalText(site: "s")
        == """
        trialgate.v1.site_revision
        site=s
        revision=r2
        effective_from=2025-03-01
        offset=-18000
        consent_version=2.0

        """)
  }

  @Test func canonicalTextHoldsTransitionsAndLimits() throws {
    let zone = try #require(
      TimeZoneTable(
        initialOffsetSeconds: 3_600,
        transitions: [.init(at: Instant(seconds: 0), offsetSeconds: 7_200)]))
    let limits: [SiteContext.UpperLimit] = [
      .init(
        concept: "alt", sex: .female, fromAge: 18, toAge: 65,
        limit: Quantity(value: ExactDecimal(40), unit: "U/L")),
      .init(concept: "alt", limit: Quantity(value: ExactDecimal(50), unit: "U/L")),
    ]
    let text = SiteRevision(
      id: "r", effectiveFrom: nil, timeZone: zone, consentVersion: nil, upperLimits: limits
    ).canonicalText(site: "s")
    #expect(text.contains("transition=1970-01-01T00:00:00Z 7200\n"))
    #expect(text.contains("upper_limit=alt FEMALE 18-65 40 U/L\n"))
    #expect(text.contains("upper_limit=alt  - 50 U/L\n"))
  }

  /// Whatever differs between two revisions differs in their text.
  @Test func everythingIsInTheText() throws {
    let texts = try [
      revision("r1").canonicalText(site: "a"), revision("r1").canonicalText(site: "b"),
      revision("r2").canonicalText(site: "a"),
      revision("r1", from: "2025-01-01").canonicalText(site: "a"),
      revision("r1", hours: 9).canonicalText(site: "a"),
      revision("r1", consent: "1").canonicalText(site: "a"),
    ]
    #expect(Set(texts).count == texts.count)
  }

  /// In ascending order of their first day, in whatever order they were given.
  @Test func revisionsAscend() throws {
    let given = try [
      revision("c", from: "2025-06-01"), revision("a"), revision("b", from: "2025-03-01"),
    ]
    for revisions in [given, given.reversed(), [given[1], given[0], given[2]]] {
      let site = Site(id: "s", revisions: revisions, digest: digest)
      #expect(site.revisions.map(\.revision.id) == ["a", "b", "c"])
    }
  }

  /// Each revision carries the digest of its own text.
  @Test func digests() throws {
    let site = Site(id: "s", revisions: [try revision("r1")], digest: digest)
    #expect(site.revisions.map(\.digest) == [digest(try revision("r1").canonicalText(site: "s"))])
  }
}
