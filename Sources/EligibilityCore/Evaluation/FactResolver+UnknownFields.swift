extension FactResolver {
  /// Lists the facts that held fields which this version does not know.
  mutating func reportUnknownFields() {
    mark("observations", records.observations, \.hasUnknownFields) { $1.text($0.id) }
    mark("medications", records.medications, \.hasUnknownFields) { $1.text($0.id) }
    mark("conditions", records.conditions, \.hasUnknownFields) { $1.text($0.id) }
    mark("attestations", records.attestations, \.hasUnknownFields) { $1.text($0.id) }
    mark("assessments", records.assessments, \.hasUnknownFields) { $1.text($0.id) }
    mark("allergies", records.allergies, \.hasUnknownFields) { fact, _ in fact.id }
    mark("trial_participations", records.trialParticipations, \.hasUnknownFields) { fact, _ in
      fact.id
    }
    mark("consents", records.consents, \.hasUnknownFields) { fact, _ in fact.id }
    mark("procedures", records.procedures, \.hasUnknownFields) { fact, _ in fact.id }
    if snapshot.hasUnknownFields {
      facts.issues.append(
        DataIssue(factID: "", path: "snapshot", reason: FactProblem.unknownField.rawValue))
    }
  }

  private mutating func mark<Fact>(
    _ section: String, _ marked: [Fact], _ hasUnknownFields: (Fact) -> Bool,
    _ id: (Fact, FactRecords) -> String
  ) {
    for index in marked.indices where hasUnknownFields(marked[index]) {
      facts.issues.append(
        DataIssue(
          factID: id(marked[index], records), path: "\(section)[\(index)]",
          reason: FactProblem.unknownField.rawValue))
    }
  }
}
