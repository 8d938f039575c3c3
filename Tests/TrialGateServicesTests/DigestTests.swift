import EligibilityCore
import MessageCoding
import Testing

@testable import TrialGateServices

@Suite struct DigestTests {
  /// FIPS 180-4, examples of SHA-256.
  static let vectors: [(text: String, digest: String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]

  @Test(arguments: vectors.indices) func digestsAreThoseOfTheStandard(_ index: Int) {
    #expect(Digest.sha256(Self.vectors[index].text) == Self.vectors[index].digest)
    #expect(Digest.sha256(Array(Self.vectors[index].text.utf8)) == Self.vectors[index].digest)
  }

  private static func verdict() throws -> Verdict {
    let date = try #require(CalendarDate(parsing: "2025-03-15"))
    var verdict = Verdict(outcome: .ineligible, stage: .enrolment, indexDate: date)
    verdict.protocolDigest = "p"
    verdict.siteDigest = "s"
    verdict.cohorts = [
      CohortVerdict(cohort: "sle", outcome: .ineligible, ownOutcome: .eligible)
    ]
    verdict.results = [CriterionResult(id: "C1", parentID: "", outcome: .notMet)]
    verdict.readings = [Reading(knob: "k", value: "v")]
    return verdict
  }

  /// The text is part of the contract: another language must come to the same digest.
  @Test func theCanonicalTextIsThatOfTheContract() throws {
    #expect(
      String(decoding: try Self.verdict().canonicalText, as: UTF8.self) == """
        trialgate.v1.verdict
        protocol=p
        site=s
        stage=ENROLMENT
        index_date=2025-03-15
        outcome=INELIGIBLE
        cohort=sle INELIGIBLE
        result=C1 NOT_MET
        reading=k v

        """)
  }

  /// Everything that decides is in the digest; what only explains is not.
  @Test func theDigestIsThatOfWhatDecides() throws {
    let verdict = try Self.verdict()
    var changes: [Verdict] = []
    func change(_ body: (inout Verdict) -> Void) {
      var changed = verdict
      body(&changed)
      changes.append(changed)
    }
    change { $0.protocolDigest = "q" }
    change { $0.siteDigest = "q" }
    change { $0.stage = .infusion }
    change { $0.outcome = .undetermined }
    change { $0.cohorts[0].outcome = .eligible }
    change { $0.results[0].outcome = .unknown }
    change { $0.results[0].id = "C2" }
    change { $0.readings[0].value = "w" }
    let digests = Set(changes.map { Digest.sha256($0.canonicalText) })
    #expect(digests.count == changes.count)
    #expect(!digests.contains(Digest.sha256(verdict.canonicalText)))
    var explained = verdict
    explained.results[0].reasons = ["R"]
    explained.warnings = [Warning(code: "W", arguments: [], criterionID: "")]
    explained.verdictDigest = "d"
    #expect(explained.canonicalText == verdict.canonicalText)
  }
}
