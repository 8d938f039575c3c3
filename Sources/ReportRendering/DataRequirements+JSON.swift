public import EligibilityCore

extension DataRequirements {
  /// The requirements as JSON, in every language of the texts. Members that say nothing are left out.
  public var json: String {
    JSONText.compact([
      ("trial", .string(trial)), ("version", .string(version)),
      ("stages", .strings(stages.map(\.rawValue))), ("cohorts", .strings(cohorts)),
      ("windowBounds", .string(windowBounds == .closed ? "CLOSED" : "HALF_OPEN")),
      ("maximumResultAgeDays", maximumResultAge.map { .number($0) } ?? .string("")),
      ("items", .array(items.map(\.json))), ("sections", .array(sections.map(\.json))),
    ]).document
  }
}

extension DataRequirement {
  fileprivate var json: JSONText {
    .compact([
      ("id", .string(id)), ("kind", .string(kind.rawValue)),
      ("isAttestation", isAttestation ? .bool(true) : .string("")),
      ("titles", .array(titles.map(\.json))), ("codings", .array(codings.map(\.json))),
      ("concepts", .array(concepts.map(\.json))), ("members", .array(members.map(\.json))),
      ("unit", .string(unit)), ("units", .array(units.map(\.json))),
      ("systems", .strings(systems)), ("methods", .array(methods.map(\.json))),
      ("specimens", .array(specimens.map(\.json))),
      ("maximumAgeDays", maximumAge.map { .number($0) } ?? .string("")),
      ("fields", .strings(fields)),
      ("uses", .array(uses.map(\.json))),
    ])
  }
}

extension ConceptDefinition {
  fileprivate var json: JSONText {
    .compact([
      ("id", .string(id)), ("titles", .array(titles.map(\.json))),
      ("codings", .array(codings.map(\.json))),
    ])
  }
}

extension DataUse {
  fileprivate var json: JSONText {
    .compact([
      ("criterion", .string(criterion)), ("cohort", .string(cohort)),
      ("purpose", .string(purpose.rawValue)), ("window", window?.json ?? .string("")),
      ("anchor", .string(anchor)),
    ])
  }
}

extension SectionRequirement {
  fileprivate var json: JSONText {
    .compact([
      ("section", .string(section.rawValue)), ("criteria", .strings(criteria)),
      ("alternatives", .strings(alternatives)),
    ])
  }
}

extension PeriodDefinition {
  fileprivate var json: JSONText {
    .compact([("count", .number(count)), ("unit", .string(unit?.rawValue ?? ""))])
  }
}

extension Text {
  fileprivate var json: JSONText {
    .compact([("language", .string(language)), ("text", .string(text))])
  }
}

extension Coding {
  fileprivate var json: JSONText {
    .compact([("system", .string(system)), ("code", .string(code))])
  }
}

extension UnitDefinition {
  fileprivate var json: JSONText {
    .compact([("unit", .string(unit)), ("factor", .string(factor))])
  }
}

extension CodeSetMember {
  fileprivate var json: JSONText {
    .compact([
      ("system", .string(system)), ("codes", .strings(codes)), ("prefixes", .strings(prefixes)),
      ("exceptPrefixes", .strings(exceptPrefixes)),
    ])
  }
}
