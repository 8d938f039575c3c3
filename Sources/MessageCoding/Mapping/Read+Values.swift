internal import CTrialGateProto
internal import EligibilityCore

extension FormReader {
  mutating func coding(_ message: Trialgate__V1__Coding, required: Bool = true) -> Coding {
    note(message.base)
    let coding = Coding(system: text(message.system), code: text(message.code))
    if required {
      if coding.system.isEmpty { report("system", "REQUIRED", "give the terminology's URI") }
      if coding.code.isEmpty { report("code", "REQUIRED", "give the code") }
    }
    return coding
  }

  mutating func optionalCoding(
    _ message: UnsafeMutablePointer<Trialgate__V1__Coding>?, _ field: String
  ) -> Coding? {
    guard let message else { return nil }
    return within(field) { $0.coding(message.pointee) }
  }

  /// What a fact is about: an id, codings, or both.
  mutating func concept(
    _ message: UnsafeMutablePointer<Trialgate__V1__ConceptReference>?, _ field: String,
    required: Bool = true
  ) -> ConceptReference {
    guard let message = message?.pointee else {
      if required { report(field, "REQUIRED", "give a concept id, a coding, or both") }
      return ConceptReference()
    }
    return within(field) { reader in
      reader.note(message.base)
      let reference = ConceptReference(
        concept: reader.text(message.concept),
        codings: reader.list(message.codings, message.n_codings, "codings") { $0.coding($1) })
      if required, reference.isEmpty {
        reader.report("", "REQUIRED", "give a concept id, a coding, or both")
      }
      return reference
    }
  }

  mutating func quantity(
    _ message: UnsafeMutablePointer<Trialgate__V1__Quantity>?, _ field: String
  ) -> Quantity? {
    guard let message = message?.pointee else { return nil }
    return within(field) { reader in
      reader.note(message.base)
      let comparator = reader.value(
        message.comparator.rawValue, EnumTables.comparators, "comparator")
      guard let value = reader.decimal(message.value, "value") else { return nil }
      return Quantity(
        value: value, unit: reader.text(message.unit), comparator: comparator ?? .exact)
    }
  }

  mutating func texts(_ list: List<Trialgate__V1__Text>?, _ count: Int, _ field: String) -> [Text] {
    self.list(list, count, field) { reader, message in
      reader.note(message.base)
      return Text(language: reader.text(message.language), text: reader.text(message.text))
    }
  }

  mutating func readings(_ list: List<Trialgate__V1__Reading>?, _ count: Int, _ field: String)
    -> [Reading]
  {
    self.list(list, count, field) { reader, message in
      reader.note(message.base)
      return Reading(knob: reader.text(message.knob), value: reader.text(message.value))
    }
  }
}
