/// What the notes of a run are about: with it they can be put into words.
package final class EvidenceSource: Sendable {
  private let records: FactRecords
  private let concepts: [CompiledConcept]
  private let limits: [String]
  private let written: [Evidence]

  init(_ records: FactRecords, _ catalogue: ConceptCatalogue, _ texts: EvidenceTexts) {
    self.records = records
    concepts = catalogue.concepts
    limits = texts.limits
    written = texts.written
  }

  /// Evidence that is in words already.
  init(written: [Evidence]) {
    records = .none
    concepts = []
    limits = []
    self.written = written
  }

  /// The bytes that texts of the record are pieces of.
  package var recordBytes: [UInt8] { records.bytes }

  /// The caller's id of a note's fact; empty for a derived value.
  func factID(of note: EvidenceNote) -> String {
    let place = Int(note.place)
    switch note.kind {
    case .observation: return records.text(records.observations[place].id)
    case .medication, .ongoingMedication: return records.text(records.medications[place].id)
    case .condition: return records.text(records.conditions[place].id)
    case .attestation: return records.text(records.attestations[place].id)
    case .score, .grades, .conclusion: return records.text(records.assessments[place].id)
    case .written: return written[place].factID
    }
  }

  /// A note in words.
  func evidence(_ note: EvidenceNote) -> Evidence {
    if note.kind == .written { return written[Int(note.place)] }
    let words = words(of: note)
    let (start, end) = (text(words.effective), text(words.effectiveEnd))
    return Evidence(
      factID: text(words.factID), concept: text(words.concept), givenValue: words.givenValue,
      givenUnit: text(words.givenUnit), normalisedValue: words.normalisedValue,
      normalisedUnit: words.normalisedUnit, limit: words.limit,
      effective: end.isEmpty ? start : String(joining: start, EvidenceWords.until, end),
      role: words.role)
  }

  private func text(_ text: EvidenceText) -> String {
    switch text {
    case .piece(let piece): records.text(piece)
    case .text(let text): text
    }
  }

  // MARK: Words

  /// What a note says, each text as it stands.
  func words(of note: EvidenceNote) -> EvidenceWords {
    switch note.kind {
    case .observation: observation(note)
    case .medication, .ongoingMedication: medication(note)
    case .condition: condition(note)
    case .attestation: attestation(note)
    case .score, .grades, .conclusion: assessment(note)
    case .written: EvidenceWords(written[Int(note.place)])
    }
  }

  private func concept(_ note: EvidenceNote) -> CompiledConcept? {
    note.concept < 0 ? nil : concepts[Int(note.concept)]
  }

  /// The concept's id, or the first code where the catalogue has no concept.
  private func name(_ note: EvidenceNote, _ reference: ConceptRecord) -> EvidenceText {
    if let concept = concept(note) { return .text(concept.id) }
    return .piece(reference.firstCoding?.code.piece ?? .empty)
  }

  private func effective(_ time: RecordedTime?) -> EvidenceText { .piece(time?.text ?? .empty) }

  // Each is made in one piece: what is put together field by field is copied as a whole at the end.

  private func observation(_ note: EvidenceNote) -> EvidenceWords {
    let fact = records.observations[Int(note.place)]
    var (givenValue, normalisedValue, normalisedUnit) = ("", "", "")
    var givenUnit = TextPiece.empty
    if let quantity = fact.quantity {
      givenValue = quantity.text
      givenUnit = quantity.unit.piece
      if let concept = concept(note), let number = concept.canonical(quantity, in: records) {
        normalisedValue = number.readableText
        if quantity.comparator != .exact {
          normalisedValue = quantity.comparator.symbol + normalisedValue
        }
        normalisedUnit = concept.unit
      }
    } else if let finding = fact.finding {
      givenValue = finding.rawValue
    }
    return EvidenceWords(
      factID: .piece(fact.id), concept: name(note, fact.concept), givenValue: givenValue,
      givenUnit: .piece(givenUnit), normalisedValue: normalisedValue,
      normalisedUnit: normalisedUnit, limit: note.limit.text(limits),
      effective: effective(fact.effective), role: "value")
  }

  private func medication(_ note: EvidenceNote) -> EvidenceWords {
    let fact = records.medications[Int(note.place)]
    return EvidenceWords(
      factID: .piece(fact.id), concept: name(note, fact.drug),
      givenValue: fact.dose.map(\.text) ?? fact.status.rawValue,
      givenUnit: .piece(fact.dose.map(\.unit.piece) ?? .empty), limit: note.limit.text(limits),
      effective: fact.start.map { .piece($0.text) } ?? .text("?"),
      effectiveEnd: end(of: fact, isOngoing: note.kind == .ongoingMedication), role: "exposure")
  }

  /// The end of a medicine as it is shown: one day is shown as one.
  private func end(of fact: MedicationRecord, isOngoing: Bool) -> EvidenceText {
    guard let end = fact.end else { return isOngoing ? .text("ongoing") : .piece(.empty) }
    if let start = fact.start, records.isSame(start.text, end.text) { return .piece(.empty) }
    return .piece(end.text)
  }

  private func condition(_ note: EvidenceNote) -> EvidenceWords {
    let fact = records.conditions[Int(note.place)]
    let times = fact.times
    let effective: EvidenceText =
      times.count == 1
      ? .piece(times[0].text)
      : .text(times.map { records.text($0.text) }.joined(separator: ", "))
    return EvidenceWords(
      factID: .piece(fact.id), concept: name(note, fact.concept),
      givenValue: fact.clinicalStatus?.rawValue ?? fact.verificationStatus.rawValue,
      limit: note.limit.text(limits), effective: effective, role: "condition")
  }

  private func attestation(_ note: EvidenceNote) -> EvidenceWords {
    let fact = records.attestations[Int(note.place)]
    return EvidenceWords(
      factID: .piece(fact.id), concept: name(note, fact.concept), givenValue: fact.answer.rawValue,
      limit: note.limit.text(limits), effective: effective(fact.effective), role: "attestation")
  }

  private func assessment(_ note: EvidenceNote) -> EvidenceWords {
    let fact = records.assessments[Int(note.place)]
    let (role, givenValue) =
      switch note.kind {
      case .grades: ("grades", text(of: records.grades(of: fact)))
      case .conclusion: ("conclusion", fact.conclusion?.rawValue ?? "")
      case .score: ("score", fact.total?.description ?? "")
      case .observation, .medication, .ongoingMedication, .condition, .attestation, .written:
        ("", "")
      }
    return EvidenceWords(
      factID: .piece(fact.id), concept: name(note, fact.instrument), givenValue: givenValue,
      limit: note.limit.text(limits), effective: effective(fact.effective), role: role)
  }

  /// Grades for reading: `renal A, mucocutaneous B`.
  private func text(of grades: ArraySlice<SystemGrade>) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(grades.count * 24)
    for grade in grades {
      if !bytes.isEmpty {
        bytes.append(UInt8(ascii: ","))
        bytes.append(UInt8(ascii: " "))
      }
      bytes.append(contentsOf: grade.system.utf8)
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: grade.grade.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A text of evidence: a piece of the record's bytes, or by itself.
package enum EvidenceText {
  case piece(TextPiece)
  case text(String)
}

/// What `Evidence` says, without a copy of what stands in the record.
package struct EvidenceWords {
  package let factID: EvidenceText
  package let concept: EvidenceText
  package let givenValue: String
  package let givenUnit: EvidenceText
  package let normalisedValue: String
  package let normalisedUnit: String
  package let limit: String
  package let effective: EvidenceText
  /// Where it is a period, its end.
  package let effectiveEnd: EvidenceText
  package let role: String

  /// What stands between the beginning and the end of a period.
  package static let until = " to "

  fileprivate init(
    factID: EvidenceText, concept: EvidenceText, givenValue: String,
    givenUnit: EvidenceText = .piece(.empty), normalisedValue: String = "",
    normalisedUnit: String = "", limit: String, effective: EvidenceText,
    effectiveEnd: EvidenceText = .piece(.empty), role: String
  ) {
    self.factID = factID
    self.concept = concept
    self.givenValue = givenValue
    self.givenUnit = givenUnit
    self.normalisedValue = normalisedValue
    self.normalisedUnit = normalisedUnit
    self.limit = limit
    self.effective = effective
    self.effectiveEnd = effectiveEnd
    self.role = role
  }

  /// Those of evidence in words.
  fileprivate init(_ evidence: Evidence) {
    self.init(
      factID: .text(evidence.factID), concept: .text(evidence.concept),
      givenValue: evidence.givenValue, givenUnit: .text(evidence.givenUnit),
      normalisedValue: evidence.normalisedValue, normalisedUnit: evidence.normalisedUnit,
      limit: evidence.limit, effective: .text(evidence.effective), role: evidence.role)
  }
}
