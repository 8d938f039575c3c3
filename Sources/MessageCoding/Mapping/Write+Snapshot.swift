internal import CTrialGateProto
internal import EligibilityCore

extension MessageWriter {
  func snapshot(
    _ snapshot: PatientSnapshot
  ) -> UnsafeMutablePointer<Trialgate__V1__PatientSnapshot>? {
    make(Trialgate__V1__PatientSnapshot.self, trialgate__v1__patient_snapshot__init) {
      set(&$0.as_of, snapshot.asOf)
      set(&$0.observations, &$0.n_observations, snapshot.observations, observation)
      set(&$0.medications, &$0.n_medications, snapshot.medications, medication)
      set(&$0.conditions, &$0.n_conditions, snapshot.conditions, condition)
      set(&$0.attestations, &$0.n_attestations, snapshot.attestations, attestation)
      set(&$0.assessments, &$0.n_assessments, snapshot.assessments, assessment)
      set(&$0.reviewed, &$0.n_reviewed, snapshot.reviewed, review)
      set(&$0.birth_date, snapshot.birthDate)
      $0.sex_at_birth.rawValue = EnumTables.sexes.number(of: snapshot.sexAtBirth)
      set(&$0.patient_ref, snapshot.patientRef)
      set(&$0.allergies, &$0.n_allergies, snapshot.allergies, allergy)
      set(
        &$0.trial_participations, &$0.n_trial_participations, snapshot.trialParticipations,
        participation)
      set(&$0.consents, &$0.n_consents, snapshot.consents, consent)
      set(&$0.procedures, &$0.n_procedures, snapshot.procedures, procedure)
    }
  }

  private func review(
    _ review: ReviewedSection
  ) -> UnsafeMutablePointer<Trialgate__V1__ReviewedSection>? {
    make(Trialgate__V1__ReviewedSection.self, trialgate__v1__reviewed_section__init) {
      $0.section.rawValue = EnumTables.sections.number(of: review.section)
      set(&$0.as_of, review.asOf)
    }
  }

  private func observation(
    _ fact: Observation
  ) -> UnsafeMutablePointer<Trialgate__V1__Observation>? {
    make(Trialgate__V1__Observation.self, trialgate__v1__observation__init) {
      set(&$0.id, fact.id)
      $0.status.rawValue = EnumTables.recordStatuses.number(of: fact.status)
      $0.concept = concept(fact.concept)
      set(&$0.effective, fact.effective)
      $0.quantity = quantity(fact.quantity)
      $0.finding.rawValue = EnumTables.findings.number(of: fact.finding)
      if let range = fact.referenceRange {
        $0.reference_range = make(
          Trialgate__V1__ReferenceRange.self, trialgate__v1__reference_range__init
        ) {
          $0.low = quantity(range.low)
          $0.high = quantity(range.high)
          $0.percentile_99 = quantity(range.percentile99)
        }
      }
      $0.specimen = fact.specimen.flatMap(coding)
      $0.method = fact.method.flatMap(coding)
    }
  }

  private func medication(
    _ fact: MedicationExposure
  ) -> UnsafeMutablePointer<Trialgate__V1__MedicationExposure>? {
    make(Trialgate__V1__MedicationExposure.self, trialgate__v1__medication_exposure__init) {
      set(&$0.id, fact.id)
      $0.status.rawValue = EnumTables.medicationStatuses.number(of: fact.status)
      $0.drug = concept(fact.drug)
      set(&$0.start, fact.start)
      set(&$0.end, fact.end)
      $0.dose = quantity(fact.dose)
      $0.dose_basis.rawValue = EnumTables.doseBases.number(of: fact.doseBasis)
      if let frequency = fact.frequency {
        $0.frequency = make(Trialgate__V1__Frequency.self, trialgate__v1__frequency__init) {
          $0.times = UInt32(clamping: frequency.times)
          $0.period = UInt32(clamping: frequency.period)
          $0.unit.rawValue = EnumTables.frequencyUnits.number(of: frequency.unit)
        }
      }
      $0.route.rawValue = EnumTables.routes.number(of: fact.route)
      $0.purpose.rawValue = EnumTables.purposes.number(of: fact.purpose)
      set(&$0.indications, &$0.n_indications, fact.indications, concept)
      set(&$0.prescription_id, fact.prescriptionID)
    }
  }

  private func condition(_ fact: Condition) -> UnsafeMutablePointer<Trialgate__V1__Condition>? {
    make(Trialgate__V1__Condition.self, trialgate__v1__condition__init) {
      set(&$0.id, fact.id)
      $0.verification_status.rawValue = EnumTables.verificationStatuses.number(
        of: fact.verificationStatus)
      $0.concept = concept(fact.concept)
      set(&$0.onset, fact.onset)
      set(&$0.abatement, fact.abatement)
      set(&$0.last_activity, fact.lastActivity)
      set(&$0.last_treatment, fact.lastTreatment)
      $0.clinical_status.rawValue = EnumTables.clinicalStatuses.number(of: fact.clinicalStatus)
      $0.treatment_need.rawValue = EnumTables.treatmentNeeds.number(of: fact.treatmentNeed)
      $0.control_status.rawValue = EnumTables.controlStatuses.number(of: fact.controlStatus)
      $0.severity.rawValue = EnumTables.severities.number(of: fact.severity)
    }
  }

  private func attestation(
    _ fact: Attestation
  ) -> UnsafeMutablePointer<Trialgate__V1__Attestation>? {
    make(Trialgate__V1__Attestation.self, trialgate__v1__attestation__init) {
      set(&$0.id, fact.id)
      $0.status.rawValue = EnumTables.recordStatuses.number(of: fact.status)
      $0.concept = concept(fact.concept)
      $0.answer.rawValue = EnumTables.answers.number(of: fact.answer)
      set(&$0.effective, fact.effective)
      set(&$0.attested_by, fact.attestedBy)
    }
  }

  private func assessment(
    _ fact: Assessment
  ) -> UnsafeMutablePointer<Trialgate__V1__Assessment>? {
    make(Trialgate__V1__Assessment.self, trialgate__v1__assessment__init) {
      set(&$0.id, fact.id)
      $0.status.rawValue = EnumTables.recordStatuses.number(of: fact.status)
      $0.instrument = concept(fact.instrument)
      set(&$0.effective, fact.effective)
      set(&$0.total, fact.total)
      set(&$0.grades, &$0.n_grades, fact.grades) { grade in
        make(Trialgate__V1__SystemGrade.self, trialgate__v1__system_grade__init) {
          set(&$0.system, grade.system)
          set(&$0.grade, grade.grade)
        }
      }
      $0.conclusion.rawValue = EnumTables.answers.number(of: fact.conclusion)
      set(&$0.items, &$0.n_items, fact.items) { item in
        make(Trialgate__V1__AssessmentItem.self, trialgate__v1__assessment_item__init) {
          set(&$0.item, item.item)
          set(&$0.value, item.value)
          $0.answer.rawValue = EnumTables.answers.number(of: item.answer)
        }
      }
      $0.window_days = UInt32(clamping: fact.windowDays ?? 0)
    }
  }

  private func allergy(_ fact: Allergy) -> UnsafeMutablePointer<Trialgate__V1__Allergy>? {
    make(Trialgate__V1__Allergy.self, trialgate__v1__allergy__init) {
      set(&$0.id, fact.id)
      $0.verification_status.rawValue = EnumTables.verificationStatuses.number(
        of: fact.verificationStatus)
      $0.substance = concept(fact.substance)
      $0.category.rawValue = EnumTables.allergyCategories.number(of: fact.category)
      $0.criticality.rawValue = EnumTables.criticalities.number(of: fact.criticality)
      $0.reaction_severity.rawValue = EnumTables.severities.number(of: fact.reactionSeverity)
      set(&$0.onset, fact.onset)
    }
  }

  private func participation(
    _ fact: TrialParticipation
  ) -> UnsafeMutablePointer<Trialgate__V1__TrialParticipation>? {
    make(Trialgate__V1__TrialParticipation.self, trialgate__v1__trial_participation__init) {
      set(&$0.id, fact.id)
      $0.status.rawValue = EnumTables.recordStatuses.number(of: fact.status)
      set(&$0.trial, fact.trial)
      $0.type.rawValue = EnumTables.trialTypes.number(of: fact.type)
      set(&$0.start, fact.start)
      set(&$0.last_dose, fact.lastDose)
      set(&$0.last_visit, fact.lastVisit)
      $0.state.rawValue = EnumTables.participationStates.number(of: fact.state)
    }
  }

  private func consent(_ fact: Consent) -> UnsafeMutablePointer<Trialgate__V1__Consent>? {
    make(Trialgate__V1__Consent.self, trialgate__v1__consent__init) {
      set(&$0.id, fact.id)
      $0.status.rawValue = EnumTables.recordStatuses.number(of: fact.status)
      set(&$0.document_version, fact.documentVersion)
      set(&$0.signed_, fact.signed)
      set(&$0.withdrawn, fact.withdrawn)
    }
  }

  private func procedure(_ fact: Procedure) -> UnsafeMutablePointer<Trialgate__V1__Procedure>? {
    make(Trialgate__V1__Procedure.self, trialgate__v1__procedure__init) {
      set(&$0.id, fact.id)
      $0.status.rawValue = EnumTables.recordStatuses.number(of: fact.status)
      $0.concept = concept(fact.concept)
      set(&$0.start, fact.start)
      set(&$0.end, fact.end)
    }
  }
}
