internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  /// Reads a definition. Its own compiler judges the content; here only enums are checked.
  mutating func definition(_ message: Trialgate__V1__ProtocolDefinition) -> ProtocolDefinition {
    var definition = ProtocolDefinition()
    definition.trial = text(message.trial)
    definition.version = text(message.version)
    definition.registryIDs = texts(message.registry_ids, message.n_registry_ids)
    definition.titles = texts(message.titles, message.n_titles, "titles")
    definition.concepts = list(message.concepts, message.n_concepts, "concepts") {
      $0.conceptDefinition($1)
    }
    definition.codeSets = list(message.code_sets, message.n_code_sets, "code_sets") {
      $0.codeSet($1)
    }
    definition.doseTables = list(message.dose_tables, message.n_dose_tables, "dose_tables") {
      $0.doseTable($1)
    }
    definition.cohorts = list(message.cohorts, message.n_cohorts, "cohorts") { reader, cohort in
      var result = CohortDefinition()
      result.id = reader.text(cohort.id)
      result.titles = reader.texts(cohort.titles, cohort.n_titles, "titles")
      result.diseaseSet = reader.text(cohort.disease_set)
      return result
    }
    definition.knobs = list(message.knobs, message.n_knobs, "knobs") { $0.knob($1) }
    definition.readings = readings(message.readings, message.n_readings, "readings")
    definition.criteria = list(message.criteria, message.n_criteria, "criteria") {
      $0.criterion($1)
    }
    definition.relations = list(message.relations, message.n_relations, "relations") {
      $0.relation($1)
    }
    return definition
  }

  private mutating func conceptDefinition(_ message: Trialgate__V1__ConceptDefinition)
    -> ConceptDefinition?
  {
    var concept = ConceptDefinition()
    concept.id = text(message.id)
    concept.kind = value(message.kind.rawValue, EnumTables.conceptKinds, "kind")
    concept.titles = texts(message.titles, message.n_titles, "titles")
    concept.codings = list(message.codings, message.n_codings, "codings") {
      $0.coding($1, required: false)
    }
    concept.unit = text(message.unit)
    concept.units = units(message.units, message.n_units)
    concept.plausibleLow = text(message.plausible_low)
    concept.plausibleHigh = text(message.plausible_high)
    concept.notForSex = value(message.not_for_sex.rawValue, EnumTables.sexes, "not_for_sex")
    concept.implies = texts(message.implies, message.n_implies)
    concept.systems = texts(message.systems, message.n_systems)
    return concept
  }

  private mutating func units(_ list: List<Trialgate__V1__UnitDefinition>?, _ count: Int)
    -> [UnitDefinition]
  {
    self.list(list, count, "units") { reader, message in
      var unit = UnitDefinition()
      unit.unit = reader.text(message.unit)
      unit.factor = reader.text(message.factor)
      return unit
    }
  }

  private mutating func codeSet(_ message: Trialgate__V1__CodeSet) -> CodeSet? {
    var set = CodeSet()
    set.id = text(message.id)
    set.titles = texts(message.titles, message.n_titles, "titles")
    set.concepts = texts(message.concepts, message.n_concepts)
    set.members = list(message.members, message.n_members, "members") { reader, member in
      var result = CodeSetMember()
      result.system = reader.text(member.system)
      result.codes = reader.texts(member.codes, member.n_codes)
      result.prefixes = reader.texts(member.prefixes, member.n_prefixes)
      result.exceptPrefixes = reader.texts(member.except_prefixes, member.n_except_prefixes)
      return result
    }
    set.includes = texts(message.includes, message.n_includes)
    set.exceptConcepts = texts(message.except_concepts, message.n_except_concepts)
    return set
  }

  private mutating func doseTable(_ message: Trialgate__V1__DoseTable) -> DoseTable? {
    var table = DoseTable()
    table.id = text(message.id)
    table.unit = text(message.unit)
    table.drugs = list(message.drugs, message.n_drugs, "drugs") { reader, entry in
      var result = DoseEquivalent()
      result.drug = reader.text(entry.drug)
      result.factor = reader.text(entry.factor)
      return result
    }
    table.drugSet = text(message.drug_set)
    table.units = units(message.units, message.n_units)
    return table
  }

  private mutating func knob(_ message: Trialgate__V1__KnobDefinition) -> KnobDefinition? {
    var knob = KnobDefinition()
    knob.id = text(message.id)
    knob.settings = list(message.settings, message.n_settings, "settings") { reader, setting in
      var result = KnobSetting()
      result.value = reader.text(setting.value)
      result.descriptions = reader.texts(
        setting.descriptions, setting.n_descriptions, "descriptions")
      return result
    }
    knob.defaultValue = text(message.default_value)
    knob.takesNumber = message.takes_number != 0
    knob.descriptions = texts(message.descriptions, message.n_descriptions, "descriptions")
    return knob
  }

  private mutating func criterion(_ message: Trialgate__V1__Criterion) -> Criterion? {
    var criterion = Criterion()
    criterion.id = text(message.id)
    criterion.role = value(message.role.rawValue, EnumTables.roles, "role")
    for index in 0..<message.n_stages {
      let raw = message.stages?[index].rawValue ?? 0
      if let stage = requiredValue(raw, EnumTables.stages, "stages[\(index)]") {
        criterion.stages.append(stage)
      }
    }
    criterion.cohort = text(message.cohort)
    criterion.appliesIf = text(message.applies_if)
    criterion.voidIf = text(message.void_if)
    criterion.voidReason = text(message.void_reason)
    criterion.reason = text(message.reason)
    criterion.place = text(message.place)
    criterion.placeTexts = texts(message.place_texts, message.n_place_texts, "place_texts")
    criterion.titles = texts(message.titles, message.n_titles, "titles")
    criterion.paraphrases = texts(message.paraphrases, message.n_paraphrases, "paraphrases")
    criterion.readingNotes = texts(
      message.reading_notes, message.n_reading_notes, "reading_notes")
    criterion.knobs = texts(message.knobs, message.n_knobs)
    criterion.isIncurable = message.incurable != 0
    criterion.partOf = text(message.part_of)
    criterion.flags = list(message.flags, message.n_flags, "flags") { reader, flag in
      var rule = FlagRule()
      rule.condition = reader.text(flag.if_)
      rule.code = reader.text(flag.code)
      return rule
    }
    criterion.rule = rule(message)
    return criterion
  }
}
