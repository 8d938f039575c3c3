/// Trials and cohorts.
extension ConfigurationChange {
  mutating func createTrial(_ id: String, _ displayName: String) throws(ConfigurationRefusal)
    -> Held<TrialRecord>
  {
    try Self.refuse(
      headerFaults(etagField: nil) + Self.idFaults(id, "trial_id")
        + Self.textFaults(displayName, "trial.display_name"))
    if state.trials[ResourceName.trial(id)] != nil { throw .exists(.trial) }
    return put(TrialRecord(id: id, displayName: displayName, time: time), in: \.trials)
  }

  mutating func updateTrial(
    _ name: String, _ displayName: String, _ mask: [String]
  ) throws(ConfigurationRefusal) -> Held<TrialRecord> {
    var faults =
      headerFaults(etagField: "trial.etag") + Self.nameFaults(name, "trial.name", .trial)
      + Self.textFaults(displayName, "trial.display_name")
    _ = Self.selected(mask, [("display_name", !displayName.isEmpty)], &faults)
    try Self.refuse(faults)
    let held = try state.find(name, in: state.trials)
    try checkEtag(held)
    var trial = held.resource
    trial.displayName = displayName
    trial.updateTime = time
    return put(trial, in: \.trials)
  }

  mutating func updateCohort(
    _ name: String, _ operational: OperationalState?, _ enrolled: UInt32, _ cap: UInt32,
    _ mask: [String]
  ) throws(ConfigurationRefusal) -> Held<CohortRecord> {
    var faults =
      headerFaults(etagField: "cohort.etag") + Self.nameFaults(name, "cohort.name", .cohort)
    let fields = Self.selected(
      mask, [("state", operational != nil), ("enrolled", enrolled > 0), ("cap", cap > 0)], &faults)
    if fields.contains("state"), operational == nil {
      faults.append(FieldFault("cohort.state", "REQUIRED", "must be set, not unspecified"))
    }
    try Self.refuse(faults)
    let held = try state.find(name, in: state.cohorts)
    try checkEtag(held)
    var cohort = held.resource
    if fields.contains("state"), let operational { cohort.state = operational }
    if fields.contains("enrolled") { cohort.enrolled = enrolled }
    if fields.contains("cap") { cohort.cap = cap }
    cohort.updateTime = time
    return put(cohort, in: \.cohorts)
  }
}
