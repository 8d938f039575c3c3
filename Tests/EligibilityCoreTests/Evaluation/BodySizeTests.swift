import EligibilityCore
import Foundation
import TestSupport
import Testing

/// Body surface after Du Bois and Mosteller and weights other than the measured one, against the same
/// formulas in floating point wherever the result is not next to the limit.
@Suite struct BodySizeTests {
  struct Patient {
    var sex: Sex
    var age: Int
    var weight: Double
    var height: Double
    var creatinine: Double
  }

  /// In whole tenths, so that a decimal and a double say the same.
  static func patient(_ generator: inout SeededGenerator) -> Patient {
    Patient(
      sex: generator.pick([.female, .male]), age: generator.number(in: 18...80),
      weight: Double(generator.number(in: 400...1_200)) / 10,
      height: Double(generator.number(in: 1_450...2_000)) / 10,
      creatinine: Double(generator.number(in: 10...60)) / 10)
  }

  static func ideal(_ patient: Patient) -> Double {
    (patient.sex == .male ? 50 : 45.5) + 2.3 * (patient.height / 2.54 - 60)
  }

  static func outcome(
    _ patient: Patient, _ normalisation: BodySizeNormalisation?, _ basis: WeightBasis?
  ) throws -> CriterionOutcome {
    func text(_ value: Double) throws -> ExactDecimal {
      try ExactDecimal(parsing: String(format: "%.1f", value))
    }
    var bench = try ClearanceTests.patient(
      patient.sex, patient.age, text(patient.weight), text(patient.creatinine),
      height: text(patient.height))
    bench.definition.edit("T", .clearance) {
      ($0.normalisation, $0.weightBasis) = (normalisation, basis)
    }
    return try bench.outcome("T")
  }

  static func clearance(_ patient: Patient, weight: Double) -> Double {
    Double(140 - patient.age) * weight * (patient.sex == .female ? 0.85 : 1)
      / (72 * patient.creatinine)
  }

  private func check(
    _ normalisation: BodySizeNormalisation?, _ basis: WeightBasis?, seed: UInt64,
    _ expected: (Patient) -> Double
  ) throws {
    var generator = SeededGenerator(seed: seed)
    var (met, failed) = (0, 0)
    for _ in 0..<60 {
      let patient = Self.patient(&generator)
      let value = expected(patient)
      guard abs(value - 30) > 0.001 else { continue }
      let outcome = try Self.outcome(patient, normalisation, basis)
      #expect(outcome == (value >= 30 ? .met : .notMet), "\(patient): \(value)")
      if value >= 30 { met += 1 } else { failed += 1 }
    }
    // Both sides of the limit were looked at.
    #expect(met > 5 && failed > 5)
  }

  @Test func mosteller() throws {
    try check(.mosteller, nil, seed: 80) { patient in
      let surface = (patient.height * patient.weight / 3_600).squareRoot()
      return Self.clearance(patient, weight: patient.weight) * 1.73 / surface
    }
  }

  @Test func duBois() throws {
    try check(.duBois, nil, seed: 81) { patient in
      let surface = 0.007184 * pow(patient.weight, 0.425) * pow(patient.height, 0.725)
      return Self.clearance(patient, weight: patient.weight) * 1.73 / surface
    }
  }

  @Test func idealWeight() throws {
    try check(nil, .ideal, seed: 82) { Self.clearance($0, weight: Self.ideal($0)) }
  }

  @Test func adjustedWeight() throws {
    try check(nil, .adjusted, seed: 83) {
      Self.clearance($0, weight: Self.ideal($0) + 0.4 * ($0.weight - Self.ideal($0)))
    }
  }

  /// An ideal weight needs a height and a sex.
  @Test func idealWeightNeedsHeightAndSex() throws {
    var bench = ClearanceTests.patient(.male, 50, "60", "2.5")
    bench.definition.edit("T", .clearance) { ($0.normalisation, $0.weightBasis) = (nil, .ideal) }
    #expect(try bench.result("T").missing.map(\.concept) == ["height"])
    bench.snapshot.observations.append(Observation("h", "height", "170", "cm"))
    #expect(try bench.outcome("T") == .met)
    bench.snapshot.sexAtBirth = nil
    #expect(try bench.result("T").missing.map(\.concept).contains("sex_at_birth"))
    #expect(try bench.outcome("T") == .unknown)
  }
}
