import CProtobufC
import CTrialGateProto
import EligibilityCore
import Testing

@testable import MessageCoding

/// Every table of enum values against the names in the contract's descriptors, from number 1 on. A value
/// that is added to the contract, or moved, and not to its table fails here.
@Suite struct EnumTableTests {
  private struct Row {
    let descriptor: ProtobufCEnumDescriptor
    let values: [String]
  }

  /// - Parameter spelling: what the contract calls a value that the core calls otherwise.
  private static func row<Value>(
    _ descriptor: ProtobufCEnumDescriptor, _ table: [Value],
    spelling: (String) -> String = { $0 }
  ) -> Row {
    Row(descriptor: descriptor, values: table.map { spelling("\($0)") })
  }

  private static func rows() -> [Row] {
    [
      row(trialgate__v1__comparator__descriptor, EnumTables.comparators),
      row(trialgate__v1__stage__descriptor, EnumTables.stages),
      row(trialgate__v1__sex__descriptor, EnumTables.sexes),
      row(trialgate__v1__section__descriptor, EnumTables.sections),
      row(trialgate__v1__record_status__descriptor, EnumTables.recordStatuses),
      row(trialgate__v1__finding__descriptor, EnumTables.findings),
      row(trialgate__v1__medication_status__descriptor, EnumTables.medicationStatuses),
      row(trialgate__v1__route__descriptor, EnumTables.routes),
      row(trialgate__v1__therapeutic_purpose__descriptor, EnumTables.purposes),
      row(trialgate__v1__dose_basis__descriptor, EnumTables.doseBases),
      row(trialgate__v1__frequency_unit__descriptor, EnumTables.frequencyUnits),
      row(trialgate__v1__verification_status__descriptor, EnumTables.verificationStatuses),
      row(trialgate__v1__clinical_status__descriptor, EnumTables.clinicalStatuses),
      row(trialgate__v1__treatment_need__descriptor, EnumTables.treatmentNeeds),
      row(trialgate__v1__control_status__descriptor, EnumTables.controlStatuses),
      row(trialgate__v1__severity__descriptor, EnumTables.severities),
      row(trialgate__v1__answer__descriptor, EnumTables.answers),
      row(trialgate__v1__allergy_category__descriptor, EnumTables.allergyCategories),
      row(trialgate__v1__criticality__descriptor, EnumTables.criticalities),
      row(trialgate__v1__trial_type__descriptor, EnumTables.trialTypes),
      row(trialgate__v1__participation_state__descriptor, EnumTables.participationStates),
      row(trialgate__v1__outcome__descriptor, EnumTables.outcomes),
      row(trialgate__v1__criterion_outcome__descriptor, EnumTables.criterionOutcomes),
      row(trialgate__v1__settle_direction__descriptor, EnumTables.settleDirections),
      row(trialgate__v1__detail__descriptor, EnumTables.details),
      row(trialgate__v1__concept_kind__descriptor, EnumTables.conceptKinds),
      row(trialgate__v1__criterion_role__descriptor, EnumTables.roles),
      row(trialgate__v1__comparison_operator__descriptor, EnumTables.comparisons) {
        ["less", "greater"].contains($0) ? "\($0)Than" : $0
      },
      row(trialgate__v1__period_unit__descriptor, EnumTables.periodUnits) { String($0.dropLast()) },
      row(trialgate__v1__group_kind__descriptor, EnumTables.groupKinds),
      row(trialgate__v1__condition_scope__descriptor, EnumTables.conditionScopes),
      row(trialgate__v1__condition_requirement__descriptor, EnumTables.conditionRequirements),
      row(trialgate__v1__participation_end__descriptor, EnumTables.participationEnds),
      row(trialgate__v1__daily_dose_rule__descriptor, EnumTables.dailyDoseRules) {
        $0 == "rolling24Hours" ? "rolling_24Hours" : $0
      },
      row(trialgate__v1__weight_basis__descriptor, EnumTables.weightBases),
      row(trialgate__v1__change_direction__descriptor, EnumTables.changeDirections),
      row(trialgate__v1__change_baseline__descriptor, EnumTables.changeBaselines),
      row(trialgate__v1__body_size_normalisation__descriptor, EnumTables.normalisations),
      row(trialgate__v1__duration_start__descriptor, EnumTables.durationStarts),
      row(trialgate__v1__operational_state__descriptor, EnumTables.operationalStates),
      row(trialgate__v1__version_state__descriptor, EnumTables.versionStates),
    ]
  }

  /// `rolling24Hours` and `ROLLING_24_HOURS` in one form.
  private static func constant(_ name: String) -> String {
    name.filter { $0 != "_" }.uppercased()
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }

  @Test func everyTableIsTheContractsEnum() {
    for row in Self.rows() {
      let enumeration = Self.text(row.descriptor.short_name)
      let prefix = Self.constant(enumeration)
      let names = (0..<Int(row.descriptor.n_values)).map { index in
        let value = row.descriptor.values[index]
        #expect(Int(value.value) == index, "\(enumeration) has a gap")
        return Self.constant(Self.text(value.name))
      }
      #expect(names.first == prefix + "UNSPECIFIED")
      #expect(
        Array(names.dropFirst()) == row.values.map { prefix + Self.constant($0) }, "\(enumeration)")
    }
  }

  @Test func numbersComeBack() {
    for (index, route) in EnumTables.routes.enumerated() {
      #expect(EnumTables.routes.number(of: route) == UInt32(index + 1))
    }
    #expect(EnumTables.routes.number(of: nil) == 0)
  }
}
