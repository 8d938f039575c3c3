internal import CProtobufC
internal import CTrialGateProto

/// What a protocol version changes against another, place by place.
public struct DefinitionDifference: Sendable, Hashable {
  /// What kind of difference it is. Raw values are the wire numbers.
  public enum Kind: Int, Sendable, Hashable, CaseIterable {
    case criterionAdded = 1
    case criterionRemoved
    case threshold
    case unit
    case window
    case reading
    case classMembership
    case logic
    case text
    case other
  }

  /// What kind.
  public var kind: Kind
  /// Id of the criterion; empty for what is of none.
  public var criterion: String
  /// The place: `criteria[C3.1].result.value.value`.
  public var path: String
  /// What stands there in the one, in one line; empty = nothing.
  public var before: String
  /// What stands there in the other; empty = nothing.
  public var after: String

  /// The differences between two encoded definitions, in their order; nil where one of them is none.
  public static func all(from before: [UInt8], to after: [UInt8]) -> [DefinitionDifference]? {
    guard let one = document(before), let other = document(after) else { return nil }
    return DocumentDifference(from: one, to: other).entries.map { DefinitionDifference($0) }
  }

  private static func document(_ bytes: [UInt8]) -> DocumentNode? {
    let json = try? bytes.span.withUnsafeBytes { buffer throws(DecodingFailure<FormError>) in
      try WireMessage.decode(
        buffer, as: Descriptors.protocolDefinition, Trialgate__V1__ProtocolDefinition.self
      ) { message throws(FormError) in
        ProtoJSONWriter.write(UnsafeRawPointer(message), as: Descriptors.protocolDefinition)
      }
    }
    return json.flatMap { try? DocumentParser.parse($0) }
  }

  /// Takes a difference that an answer shows.
  init(kind: Kind, criterion: String, path: String, before: String, after: String) {
    self.kind = kind
    self.criterion = criterion
    self.path = path
    self.before = before
    self.after = after
  }

  private init(_ entry: DocumentDifference.Entry) {
    path = entry.path
    before = entry.before ?? ""
    after = entry.after ?? ""
    let isCriterion = entry.steps.first?.member == "criteria"
    criterion = isCriterion ? entry.steps.first?.label ?? "" : ""
    // A whole criterion, not something in one.
    if isCriterion, entry.steps.count == 1, !criterion.isEmpty, entry.before == nil {
      kind = .criterionAdded
    } else if isCriterion, entry.steps.count == 1, !criterion.isEmpty, entry.after == nil {
      kind = .criterionRemoved
    } else {
      kind = Self.kind(of: entry.steps)
    }
  }

  // MARK: Kinds by place

  private static let texts: Set<String> = [
    "titles", "paraphrases", "readingNotes", "descriptions", "placeTexts", "methodTitles",
    "specimenTitles", "place", "reason", "voidReason",
  ]
  private static let windows: Set<String> = [
    "window", "windowKnob", "period", "apart", "within", "ever", "notBefore", "staleAfter",
    "anchorConcept", "start", "concurrent", "end", "latestOnly", "invalidAfter",
  ]
  private static let classes: Set<String> = [
    "codeSets", "codings", "implies", "systems", "drugSet", "drugs", "diseaseSet", "targetDiseases",
    "openSet", "conditionSet", "undecidedSet", "exceptSet", "doseTable", "methods", "specimens",
    "concepts", "concept", "category", "noWithoutCondition", "noWithoutConclusion", "instrument",
    "creatinine", "weight", "height", "components",
  ]
  private static let thresholds: Set<String> = [
    "value", "ulnMultiple", "limit", "limitKnob", "operator", "years", "yearsKnob", "atLeast",
    "amount", "absolute", "above", "abovePercentile99", "grade", "count", "points", "atMost",
    "plausibleLow", "plausibleHigh", "number", "expected", "sex",
  ]
  private static let readings: Set<String> = ["knobs", "readings", "byReading"]
  private static let logic: Set<String> = [
    "role", "stages", "cohort", "appliesIf", "voidIf", "partOf", "incurable", "flags", "group",
    "conditional", "sameAs", "first", "second", "criterion", "scope", "requirement",
  ]

  /// The kind of a place: what is nearest to the changed value says most, but a period's unit is no unit, and
  /// the number of a class is no threshold.
  private static func kind(of steps: [DocumentDifference.Step]) -> Kind {
    let members = steps.map(\.member)
    guard let last = members.last else { return .other }
    if members.contains(where: texts.contains) { return .text }
    if members.contains(where: windows.contains) { return .window }
    if last == "unit" || members.contains("units") || last == "factor" { return .unit }
    if members.contains(where: readings.contains) { return .reading }
    if members.first == "codeSets" || members.first == "doseTables" { return .classMembership }
    if members.first == "cohorts" { return last == "diseaseSet" ? .classMembership : .other }
    if members.first == "relations" { return .other }
    if members.contains("group") || members.contains("conditional") || members.contains("sameAs") {
      return .logic
    }
    if members.contains(where: thresholds.contains) { return .threshold }
    if classes.contains(last) || (members.first == "concepts" && members.count > 1) {
      return .classMembership
    }
    // A rule of another kind stands whole in the place of the one before.
    if members.first == "criteria", members.count == 2 { return .logic }
    if logic.contains(last) { return .logic }
    return classes.isDisjoint(with: members) ? .other : .classMembership
  }
}
