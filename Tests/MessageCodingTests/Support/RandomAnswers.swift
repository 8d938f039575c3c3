import EligibilityCore
import TestSupport
import Testing

@testable import MessageCoding

/// Answers with any of their fields set.
extension RandomRequests {
  mutating func passesOn() throws -> PassesOn {
    var passes = PassesOn()
    passes.date = try maybe { try $0.date() }
    passes.instant = maybe {
      Instant(
        seconds: Int64($0.generator.number(in: -1_000_000...4_000_000_000)),
        nanoseconds: Int32($0.generator.pick([0, 5, 999_999_999])))
    }
    passes.condition = text()
    passes.never = generator.chance(oneIn: 2)
    return passes
  }

  mutating func missing() throws -> MissingFact {
    var fact = MissingFact()
    fact.concept = text()
    fact.codings = list { $0.coding() }
    fact.unit = text()
    fact.notBefore = try maybe { try $0.date() }
    fact.notAfter = try maybe { try $0.date() }
    fact.cohort = text()
    fact.settlingValues = text()
    fact.isAttestation = generator.chance(oneIn: 2)
    fact.reason = text()
    fact.criterionID = text()
    fact.section = maybe { $0.generator.pick(EnumTables.sections) }
    fact.factIDs = list { $0.text() }
    return fact
  }

  mutating func evidence() -> Evidence {
    var evidence = Evidence()
    evidence.factID = text()
    evidence.concept = text()
    evidence.givenValue = text()
    evidence.givenUnit = text()
    evidence.normalisedValue = text()
    evidence.normalisedUnit = text()
    evidence.limit = text()
    evidence.effective = text()
    evidence.role = text()
    return evidence
  }

  mutating func titles() -> [Text] {
    list { random in Text(language: random.text(), text: random.text()) }
  }

  mutating func result() throws -> CriterionResult {
    var result = CriterionResult(
      id: text(), parentID: text(), outcome: generator.pick(EnumTables.criterionOutcomes))
    result.reasons = list { $0.text() }
    result.evidence = EvidenceList(list { $0.evidence() })
    result.passesOn = try maybe { try $0.passesOn() }
    result.missing = try list { try $0.missing() }
    result.cohort = text()
    result.isDecisive = generator.chance(oneIn: 2)
    result.titles = titles()
    return result
  }

  mutating func cohort() throws -> CohortVerdict {
    var cohort = CohortVerdict(
      cohort: text(), outcome: generator.pick(EnumTables.outcomes),
      ownOutcome: generator.pick(EnumTables.outcomes))
    cohort.passesOn = try maybe { try $0.passesOn() }
    cohort.titles = titles()
    return cohort
  }

  mutating func verdict() throws -> Verdict {
    let year = generator.pick(["0001", "0987", "2025", "9999"])
    var verdict = Verdict(
      outcome: generator.pick(EnumTables.outcomes), stage: generator.pick(EnumTables.stages),
      indexDate: try #require(CalendarDate(parsing: "\(year)-03-15")))
    verdict.cohorts = try list { try $0.cohort() }
    verdict.results = try list(upTo: generator.pick([2, 30])) { try $0.result() }
    verdict.settleSets = try list { random in
      SettleSet(
        direction: random.generator.pick(EnumTables.settleDirections),
        facts: try random.list { try $0.missing() })
    }
    verdict.outstandingAttestations = try list { try $0.missing() }
    verdict.passesOn = try maybe { try $0.passesOn() }
    verdict.toRepeat = try list { try $0.missing() }
    verdict.validUntil = text()
    verdict.readings = list { random in Reading(knob: random.text(), value: random.text()) }
    verdict.dataIssues = list { random in
      DataIssue(factID: random.text(), path: random.text(), reason: random.text())
    }
    verdict.warnings = list { random in
      Warning(
        code: random.text(), arguments: random.list { $0.text() }, criterionID: random.text())
    }
    verdict.trial = text()
    verdict.protocolVersion = text()
    verdict.protocolDigest = text()
    verdict.site = text()
    verdict.siteRevision = text()
    verdict.siteDigest = text()
    verdict.verdictDigest = text()
    return verdict
  }

  mutating func answer() throws -> EvaluationAnswer {
    var answer = EvaluationAnswer(verdict: try verdict())
    answer.activation = text()
    answer.configurationRevision = text()
    answer.cohortAvailability = list { random in
      CohortAvailability(cohort: random.text(), state: random.text())
    }
    answer.requestRef = text()
    return answer
  }
}
