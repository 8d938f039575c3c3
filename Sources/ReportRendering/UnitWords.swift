/// Units as people write them, in place of UCUM.
///
/// A unit that is not in the table is shown as it is: a definition may use any. Counts without a
/// dimension, scores, titres and INR have no unit to show.
enum UnitWords {
  private static let table: [String: String] = [
    // No dimension.
    "1": "", "{score}": "", "{titer}": "", "{INR}": "",
    // Cells.
    "10*9/L": "×10⁹/L", "10*6/L": "×10⁶/L", "10*3/uL": "×10³/µL", "/uL": "/µL",
    "{cells}/uL": "/µL", "/mm3": "/mm³",
    // Amounts of substance and mass.
    "umol/L": "µmol/L", "mmol{tetramer}/L": "mmol/L (tetramer)", "ug": "µg",
    "g/(24.h)": "g/24 h", "mg/(24.h)": "mg/24 h",
    // Activities and arbitrary units.
    "ukat/L": "µkat/L", "[iU]/L": "IU/L", "[iU]/mL": "IU/mL", "k[iU]/L": "kIU/L",
    "m[iU]/mL": "mIU/mL", "[arb'U]/mL": "AU/mL", "k[arb'U]/L": "kAU/L",
    "[GPL'U]": "GPL", "[MPL'U]": "MPL", "[GPL'U]/mL": "GPL/mL", "[MPL'U]/mL": "MPL/mL",
    // Vital signs and lung function.
    "Cel": "°C", "mm[Hg]": "mmHg", "mL/min/mm[Hg]": "mL/min/mmHg", "[lb_av]": "lb",
    "[in_i]": "in", "mL/min/1.73 m2": "mL/min/1.73 m²",
  ]

  /// What a UCUM unit is called; empty where there is nothing to show.
  static func word(_ unit: String, _ language: ReportLanguage = .english) -> String {
    switch unit {
    case "h": language.say("hours", "小时")
    case "d": language.say("days", "天")
    case "wk": language.say("weeks", "周")
    default: table[unit] ?? unit
    }
  }

  /// A value with its unit: `1.0 ×10⁹/L`, and `6` where the unit has no word.
  static func amount(_ value: String, _ unit: String, _ language: ReportLanguage) -> String {
    let word = word(unit, language)
    if word.isEmpty { return value }
    // Chinese sets a per cent sign, a power of ten and a word of its own close to the number.
    let isClose =
      language == .chinese && (["%", "h", "d", "wk"].contains(unit) || word.hasPrefix("×"))
    return isClose ? value + word : "\(value) \(word)"
  }
}
