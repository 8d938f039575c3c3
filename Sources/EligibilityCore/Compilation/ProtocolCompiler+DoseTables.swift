/// A table of dose equivalents with its names resolved.
struct CompiledDoseTable: Sendable {
  var drugSet: Int
  /// Factor to the reference drug, by concept.
  var factors: [Int: ExactRational]
  /// Factor to the table's unit, by unit.
  var unitFactors: [String: ExactRational]
  var unit: String
}

extension ProtocolCompiler {
  /// Compiles every table once, whether or not a criterion uses it.
  mutating func compileDoseTables() {
    for (index, table) in definition.doseTables.enumerated() {
      let path = "dose_tables[\(index)]"
      if table.id.isEmpty { report("\(path).id", "REQUIRED", "give the table's id") }
      if doseTableByID.updateValue(index, forKey: table.id) != nil {
        report("\(path).id", "DUPLICATE", "the table '\(table.id)' is defined twice")
      }
      checkUnit(table.unit, "\(path).unit")
      let factors = drugFactors(table, path)
      let unitFactors = unitFactors(table.unit, table.units, path)
      let drugSet = codeSet(table.drugSet, "\(path).drug_set")
      doseTables.append(
        drugSet.map {
          CompiledDoseTable(
            drugSet: $0, factors: factors, unitFactors: unitFactors, unit: table.unit)
        })
    }
  }

  private mutating func drugFactors(_ table: DoseTable, _ path: String) -> [Int: ExactRational] {
    var factors: [Int: ExactRational] = [:]
    for (position, entry) in table.drugs.enumerated() {
      let place = "\(path).drugs[\(position)]"
      let drug = concept(entry.drug, "\(place).drug", kinds: [.drug])
      let value = factor(entry.factor, "\(place).factor")
      guard let drug, let value else { continue }
      if factors.updateValue(value, forKey: drug) != nil {
        report("\(place).drug", "DUPLICATE", "'\(entry.drug)' is given twice")
      }
    }
    return factors
  }

  /// The factors of a canonical unit and of the others that are understood beside it.
  mutating func unitFactors(_ canonical: String, _ units: [UnitDefinition], _ path: String)
    -> [String: ExactRational]
  {
    var factors: [String: ExactRational] = canonical.isEmpty ? [:] : [canonical: .one]
    for (position, unit) in units.enumerated() {
      let place = "\(path).units[\(position)]"
      checkUnit(unit.unit, "\(place).unit")
      guard let value = factor(unit.factor, "\(place).factor") else { continue }
      if factors.updateValue(value, forKey: unit.unit) != nil {
        report("\(place).unit", "DUPLICATE", "the unit '\(unit.unit)' is given twice")
      }
    }
    return factors
  }

  /// A unit is there, and written as UCUM is: printable ASCII without blanks.
  mutating func checkUnit(_ unit: String, _ path: String, required: Bool = true) {
    if unit.isEmpty {
      if required { report(path, "REQUIRED", "give the unit") }
    } else if !unit.utf8.allSatisfy({ (33...126).contains($0) }) {
      report(path, "UNIT_MALFORMED", "write a UCUM unit: printable ASCII without blanks")
    }
  }
}
