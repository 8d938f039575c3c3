import EligibilityCore
import MessageCoding
import Testing

@testable import ReportRendering

/// Units as people write them.
@Suite struct UnitWordsTests {
  static let rows: [(unit: String, word: String)] = [
    ("1", ""), ("{score}", ""), ("{titer}", ""), ("{INR}", ""),
    ("10*9/L", "×10⁹/L"), ("10*6/L", "×10⁶/L"), ("10*3/uL", "×10³/µL"), ("/uL", "/µL"),
    ("{cells}/uL", "/µL"), ("/mm3", "/mm³"),
    ("umol/L", "µmol/L"), ("mmol/L", "mmol/L"), ("mmol{tetramer}/L", "mmol/L (tetramer)"),
    ("g/L", "g/L"), ("mg/dL", "mg/dL"), ("mg/g", "mg/g"), ("ug", "µg"),
    ("g/(24.h)", "g/24 h"), ("mg/(24.h)", "mg/24 h"),
    ("U/L", "U/L"), ("ukat/L", "µkat/L"), ("[iU]/L", "IU/L"), ("[iU]/mL", "IU/mL"),
    ("k[iU]/L", "kIU/L"), ("m[iU]/mL", "mIU/mL"), ("[arb'U]/mL", "AU/mL"),
    ("k[arb'U]/L", "kAU/L"), ("[GPL'U]", "GPL"), ("[MPL'U]", "MPL"), ("[GPL'U]/mL", "GPL/mL"),
    ("[MPL'U]/mL", "MPL/mL"),
    ("Cel", "°C"), ("mm[Hg]", "mmHg"), ("mL/min/mm[Hg]", "mL/min/mmHg"),
    ("mmol/min/kPa", "mmol/min/kPa"), ("[lb_av]", "lb"), ("[in_i]", "in"), ("mL/min", "mL/min"),
    ("mL/min/1.73 m2", "mL/min/1.73 m²"), ("%", "%"), ("mm/h", "mm/h"), ("cm", "cm"),
    ("h", "hours"), ("d", "days"), ("wk", "weeks"),
  ]

  @Test(arguments: rows.indices) func aUnitHasAWord(_ index: Int) {
    let row = Self.rows[index]
    #expect(UnitWords.word(row.unit) == row.word)
    let amount = UnitWords.amount("1.5", row.unit, .english)
    #expect(amount == (row.word.isEmpty ? "1.5" : "1.5 \(row.word)"))
  }

  @Test func chineseSetsItsOwnWordsClose() {
    #expect(UnitWords.amount("7", "d", .chinese) == "7天")
    #expect(UnitWords.amount("72", "h", .chinese) == "72小时")
    #expect(UnitWords.amount("2", "wk", .chinese) == "2周")
    #expect(UnitWords.amount("25", "%", .chinese) == "25%")
    #expect(UnitWords.amount("1.0", "10*9/L", .chinese) == "1.0×10⁹/L")
    #expect(UnitWords.amount("60", "g/L", .chinese) == "60 g/L")
    #expect(UnitWords.amount("142", "{score}", .chinese) == "142")
  }

  /// No unit of the built-in trial is left in UCUM's own notation.
  @Test func everyUnitOfTheTrialReadsWell() throws {
    let text = try #require(EmbeddedResources.definitions.first).text
    let definition = try DefinitionDocument(text).definition
    let units =
      definition.concepts.flatMap { [$0.unit] + $0.units.map(\.unit) }
      + definition.doseTables.flatMap { [$0.unit] + $0.units.map(\.unit) }
    #expect(units.count > 100)
    for unit in Set(units) {
      let word = UnitWords.word(unit)
      #expect(!word.contains { "[]{}'*".contains($0) }, "\(unit)")
      #expect(!word.hasPrefix("u") && !word.contains("/u"), "\(unit)")
    }
  }
}
