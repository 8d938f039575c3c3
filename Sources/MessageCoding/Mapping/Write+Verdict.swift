internal import CTrialGateProto
internal import EligibilityCore

extension MessageWriter {
  func answer(_ answer: EvaluationAnswer) -> UnsafeMutablePointer<Trialgate__V1__EvaluateResponse>?
  {
    make(Trialgate__V1__EvaluateResponse.self, trialgate__v1__evaluate_response__init) {
      $0.verdict = verdict(answer.verdict)
      set(&$0.request_ref, answer.requestRef)
      $0.configuration = make(
        Trialgate__V1__EvaluationConfiguration.self, trialgate__v1__evaluation_configuration__init
      ) { message in
        set(&message.activation, answer.activation)
        set(&message.revision, answer.configurationRevision)
        set(&message.cohorts, &message.n_cohorts, answer.cohortAvailability) { cohort in
          make(
            Trialgate__V1__CohortAvailability.self, trialgate__v1__cohort_availability__init
          ) {
            set(&$0.cohort, cohort.cohort)
            set(&$0.state, cohort.state)
          }
        }
      }
    }
  }

  private func verdict(_ verdict: Verdict) -> UnsafeMutablePointer<Trialgate__V1__Verdict>? {
    make(Trialgate__V1__Verdict.self, trialgate__v1__verdict__init) {
      $0.outcome.rawValue = EnumTables.outcomes.number(of: verdict.outcome)
      set(&$0.cohorts, &$0.n_cohorts, verdict.cohorts, cohort)
      set(&$0.results, &$0.n_results, verdict.results, result)
      set(&$0.settle_sets, &$0.n_settle_sets, verdict.settleSets, settleSet)
      set(
        &$0.outstanding_attestations, &$0.n_outstanding_attestations,
        verdict.outstandingAttestations, missing)
      $0.passes_on = verdict.passesOn.flatMap(passesOn)
      set(&$0.to_repeat, &$0.n_to_repeat, verdict.toRepeat, missing)
      set(&$0.valid_until, verdict.validUntil)
      set(&$0.readings, &$0.n_readings, verdict.readings, reading)
      set(&$0.data_issues, &$0.n_data_issues, verdict.dataIssues, issue)
      set(&$0.warnings, &$0.n_warnings, verdict.warnings, warning)
      $0.stage.rawValue = EnumTables.stages.number(of: verdict.stage)
      set(&$0.index_date, verdict.indexDate.description)
      set(&$0.trial, verdict.trial)
      set(&$0.protocol_version, verdict.protocolVersion)
      set(&$0.protocol_digest, verdict.protocolDigest)
      set(&$0.site, verdict.site)
      set(&$0.site_revision, verdict.siteRevision)
      set(&$0.site_digest, verdict.siteDigest)
      set(&$0.verdict_digest, verdict.verdictDigest)
    }
  }

  private func cohort(_ cohort: CohortVerdict)
    -> UnsafeMutablePointer<Trialgate__V1__CohortVerdict>?
  {
    make(Trialgate__V1__CohortVerdict.self, trialgate__v1__cohort_verdict__init) {
      set(&$0.cohort, cohort.cohort)
      $0.outcome.rawValue = EnumTables.outcomes.number(of: cohort.outcome)
      $0.own_outcome.rawValue = EnumTables.outcomes.number(of: cohort.ownOutcome)
      $0.passes_on = cohort.passesOn.flatMap(passesOn)
      set(&$0.titles, &$0.n_titles, cohort.titles, text)
    }
  }

  private func result(_ result: CriterionResult)
    -> UnsafeMutablePointer<Trialgate__V1__CriterionResult>?
  {
    make(Trialgate__V1__CriterionResult.self, trialgate__v1__criterion_result__init) {
      set(&$0.id, result.id)
      set(&$0.parent_id, result.parentID)
      $0.outcome.rawValue = EnumTables.criterionOutcomes.number(of: result.outcome)
      set(&$0.reasons, &$0.n_reasons, result.reasons)
      set(&$0.evidence, &$0.n_evidence, Array(result.evidence), evidence)
      $0.passes_on = result.passesOn.flatMap(passesOn)
      set(&$0.missing, &$0.n_missing, result.missing, missing)
      set(&$0.cohort, result.cohort)
      $0.decisive = result.isDecisive ? 1 : 0
      set(&$0.titles, &$0.n_titles, result.titles, text)
    }
  }

  private func evidence(_ evidence: Evidence) -> UnsafeMutablePointer<Trialgate__V1__Evidence>? {
    make(Trialgate__V1__Evidence.self, trialgate__v1__evidence__init) {
      set(&$0.fact_id, evidence.factID)
      set(&$0.concept, evidence.concept)
      set(&$0.given_value, evidence.givenValue)
      set(&$0.given_unit, evidence.givenUnit)
      set(&$0.normalised_value, evidence.normalisedValue)
      set(&$0.normalised_unit, evidence.normalisedUnit)
      set(&$0.limit, evidence.limit)
      set(&$0.effective, evidence.effective)
      set(&$0.role, evidence.role)
    }
  }

  private func missing(_ fact: MissingFact) -> UnsafeMutablePointer<Trialgate__V1__MissingFact>? {
    make(Trialgate__V1__MissingFact.self, trialgate__v1__missing_fact__init) {
      set(&$0.concept, fact.concept)
      set(&$0.codings, &$0.n_codings, fact.codings, coding)
      set(&$0.unit, fact.unit)
      set(&$0.not_before, fact.notBefore?.description ?? "")
      set(&$0.not_after, fact.notAfter?.description ?? "")
      set(&$0.cohort, fact.cohort)
      set(&$0.settling_values, fact.settlingValues)
      $0.is_attestation = fact.isAttestation ? 1 : 0
      set(&$0.reason, fact.reason)
      set(&$0.criterion_id, fact.criterionID)
      set(&$0.section, fact.section?.rawValue ?? "")
      set(&$0.fact_ids, &$0.n_fact_ids, fact.factIDs)
    }
  }

  func coding(_ coding: Coding) -> UnsafeMutablePointer<Trialgate__V1__Coding>? {
    make(Trialgate__V1__Coding.self, trialgate__v1__coding__init) {
      set(&$0.system, coding.system)
      set(&$0.code, coding.code)
    }
  }

  private func settleSet(_ settleSet: SettleSet) -> UnsafeMutablePointer<Trialgate__V1__SettleSet>?
  {
    make(Trialgate__V1__SettleSet.self, trialgate__v1__settle_set__init) {
      $0.direction.rawValue = EnumTables.settleDirections.number(of: settleSet.direction)
      set(&$0.facts, &$0.n_facts, settleSet.facts, missing)
    }
  }

  private func passesOn(_ passesOn: PassesOn) -> UnsafeMutablePointer<Trialgate__V1__PassesOn>? {
    make(Trialgate__V1__PassesOn.self, trialgate__v1__passes_on__init) {
      set(&$0.date, passesOn.date?.description ?? "")
      set(&$0.instant, passesOn.instant?.description ?? "")
      set(&$0.condition, passesOn.condition)
      $0.never = passesOn.never ? 1 : 0
    }
  }

  private func text(_ text: Text) -> UnsafeMutablePointer<Trialgate__V1__Text>? {
    make(Trialgate__V1__Text.self, trialgate__v1__text__init) {
      set(&$0.language, text.language)
      set(&$0.text, text.text)
    }
  }

  func reading(_ reading: Reading) -> UnsafeMutablePointer<Trialgate__V1__Reading>? {
    make(Trialgate__V1__Reading.self, trialgate__v1__reading__init) {
      set(&$0.knob, reading.knob)
      set(&$0.value, reading.value)
    }
  }

  private func issue(_ issue: DataIssue) -> UnsafeMutablePointer<Trialgate__V1__DataIssue>? {
    make(Trialgate__V1__DataIssue.self, trialgate__v1__data_issue__init) {
      set(&$0.fact_id, issue.factID)
      set(&$0.path, issue.path)
      set(&$0.reason, issue.reason)
    }
  }

  private func warning(_ warning: Warning) -> UnsafeMutablePointer<Trialgate__V1__Warning>? {
    make(Trialgate__V1__Warning.self, trialgate__v1__warning__init) {
      set(&$0.code, warning.code)
      set(&$0.arguments, &$0.n_arguments, warning.arguments)
      set(&$0.criterion_id, warning.criterionID)
    }
  }
}
