extension ProtocolCompiler {
  /// Checks the knobs and finds the setting of each that is in force.
  mutating func compileReadings() {
    var knobs: [String: Int] = [:]
    for (index, knob) in definition.knobs.enumerated() {
      let path = "knobs[\(index)]"
      if knob.id.isEmpty { report("\(path).id", "REQUIRED", "give the knob's id") }
      if knobs.updateValue(index, forKey: knob.id) != nil {
        report("\(path).id", "DUPLICATE", "the knob '\(knob.id)' is defined twice")
      }
      checkSettings(knob, path)
      if !Self.allows(knob, value: knob.defaultValue) {
        report(
          "\(path).default_value", "SETTING_UNKNOWN",
          "the default of '\(knob.id)' is none of its settings")
      }
      settingByKnob[knob.id] = knob.defaultValue
    }
    applyReadings(knobs)
    for (index, knob) in definition.knobs.enumerated() where EngineReadings.applies(knob.id) {
      let concept = String(knob.id.dropFirst(EngineReadings.ageByConcept.count))
      if EngineReadings.knobs[knob.id] == nil, catalogue.indexByID[concept] == nil {
        report("knobs[\(index)].id", "CONCEPT_UNKNOWN", "'\(concept)' is no concept")
      }
      let value = settingByKnob[knob.id] ?? knob.defaultValue
      if engine.apply(knob: knob.id, value: value) { usedKnobs.insert(knob.id) }
      checkEngineKnows(knob, "knobs[\(index)]", inForce: value)
    }
  }

  private mutating func checkSettings(_ knob: KnobDefinition, _ path: String) {
    var seen: Set<String> = []
    for (position, setting) in knob.settings.enumerated() {
      let place = "\(path).settings[\(position)].value"
      if setting.value.isEmpty { report(place, "REQUIRED", "give the setting's value") }
      if !seen.insert(setting.value).inserted {
        report(place, "DUPLICATE", "'\(knob.id)' has the setting '\(setting.value)' twice")
      }
    }
  }

  private mutating func applyReadings(_ knobs: [String: Int]) {
    for (index, reading) in definition.readings.enumerated() {
      let path = "readings[\(index)]"
      guard let knob = knobs[reading.knob] else {
        report("\(path).knob", "KNOB_UNKNOWN", "'\(reading.knob)' is no knob of this definition")
        continue
      }
      guard Self.allows(definition.knobs[knob], value: reading.value) else {
        report(
          "\(path).value", "SETTING_UNKNOWN",
          "'\(reading.knob)' may be \(definition.knobs[knob].allowed)")
        continue
      }
      settingByKnob[reading.knob] = reading.value
    }
  }

  /// A knob that the evaluator applies offers no setting that the evaluator cannot apply.
  private mutating func checkEngineKnows(
    _ knob: KnobDefinition, _ path: String, inForce: String
  ) {
    for (position, setting) in knob.settings.enumerated() where setting.value != inForce {
      var probe = EngineReadings()
      if !probe.apply(knob: knob.id, value: setting.value) {
        report(
          "\(path).settings[\(position)].value", "SETTING_UNKNOWN",
          "the evaluator cannot set '\(knob.id)' to '\(setting.value)'")
      }
    }
  }

  private static func allows(_ knob: KnobDefinition, value: String) -> Bool {
    if knob.settings.contains(where: { $0.value == value }) { return true }
    return knob.takesNumber && (try? ExactDecimal(parsing: value)) != nil
  }

  /// A reading that nothing applies must not be printed as if it had been.
  mutating func checkReadingsAreApplied() {
    for (index, knob) in definition.knobs.enumerated() where !usedKnobs.contains(knob.id) {
      let value = settingByKnob[knob.id] ?? knob.defaultValue
      let isForTheEngine = EngineReadings.applies(knob.id)
      guard isForTheEngine || value != knob.defaultValue, Self.allows(knob, value: value) else {
        continue
      }
      let why =
        isForTheEngine ? "the evaluator cannot apply it" : "no criterion chooses by it"
      report(
        "knobs[\(index)]", "READING_NOT_SUPPORTED",
        "'\(knob.id)' cannot be set to '\(value)': \(why)")
    }
  }
}
