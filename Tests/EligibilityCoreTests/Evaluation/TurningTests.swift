import EligibilityCore
import Testing

/// When a failure passes by time alone: the answer is the first day on which the same patient, without
/// anything new, does not fail. Found by deciding on every day.
@Suite struct TurningTests {
  static let window = PeriodDefinition(14, .days)

  /// A criterion over three medicines, each with a last dose of its own.
  static func bench(_ rule: Rule, _ lastDoses: [Int?]) throws -> Bench {
    let ids = ["x", "y", "z"]
    var bench = Bench(
      ids.map { ConceptDefinition($0, .drug) }, sets: ids.map { CodeSet($0, concepts: [$0]) },
      .exclusion("T", rule), .inclusion("I", rule),
      .inclusion("uses all", .group(.any, ["x", "y", "z"])), .step("x", .exposure("x", window)),
      .step("y", .exposure("y", window)), .step("z", .exposure("z", window))
    ).reviewed(.medications)
    for (id, daysAgo) in zip(ids, lastDoses) {
      guard let daysAgo, let day = bench.indexDate.adding(days: -daysAgo) else { continue }
      bench.snapshot.medications.append(
        MedicationExposure(id, id, from: day.description.time))
    }
    return bench
  }

  static let rules: [(String, Rule)] = [
    ("all", .group(.all, ["x", "y", "z"])), ("any", .group(.any, ["x", "y", "z"])),
    ("at least 1", .group(.atLeast, ["x", "y", "z"], atLeast: 1)),
    ("at least 2", .group(.atLeast, ["x", "y", "z"], atLeast: 2)),
    ("at least 3", .group(.atLeast, ["x", "y", "z"], atLeast: 3)),
    ("two of all", .group(.all, ["x", "z"])),
  ]

  /// Exclusions that are triggered: every combination of three medicines given some days ago, or not.
  @Test(arguments: rules.indices) func groupsOfExposures(_ index: Int) throws {
    let (name, rule) = Self.rules[index]
    let options: [Int?] = [nil, 1, 5, 9]
    for x in options {
      for y in options {
        for z in options {
          let bench = try Self.bench(rule, [x, y, z])
          let result = try bench.result()
          guard result.outcome == .triggered else {
            #expect(result.passesOn == nil)
            continue
          }
          let first = try bench.firstDayWithoutFailure(within: 20)
          #expect(result.passesOn?.date == first, "\(name): \([x, y, z])")
        }
      }
    }
  }

  /// An inclusion that wants none of them.
  @Test func noneOfThem() throws {
    for doses in [[1, 5, 9], [nil, 5, nil], [2, 2, 2], [nil, nil, 14]] as [[Int?]] {
      let bench = try Self.bench(.group(.none, ["x", "y", "z"]), doses)
      let first = try bench.firstDayWithoutFailure("I", within: 20)
      #expect(try bench.result("I").outcome == .notMet)
      #expect(try bench.result("I").passesOn?.date == first)
    }
  }

  /// Nothing that is open-ended has a date, unless the group does not need it.
  @Test func openEndedMembers() throws {
    var bench = try Self.bench(.group(.any, ["x", "y"]), [1, 5, nil])
    bench.snapshot.medications[0].status = .active
    #expect(try bench.result().passesOn == .after("AFTER_LAST_DOSE 15 d"))
    bench = try Self.bench(.group(.all, ["x", "y"]), [1, 5, nil])
    bench.snapshot.medications[0].status = .active
    #expect(try bench.result().passesOn == .on("2025-06-11"))
    #expect(try bench.firstDayWithoutFailure(within: 20) == "2025-06-11")
  }

  /// Facts between the index date and the snapshot come into force as the date moves forward.
  @Test func laterFactsComeIntoForce() throws {
    var bench = try Self.bench(.group(.any, ["x"]), [5, nil, nil])
    bench.snapshot.asOf = "2025-07-15"
    bench.snapshot.medications.append(MedicationExposure("x2", "x", from: "2025-06-05"))
    bench.snapshot.medications.append(MedicationExposure("x3", "x", from: "2025-06-18"))
    bench.snapshot.medications.append(MedicationExposure("x4", "x", from: "2025-07-10"))
    let first = try bench.firstDayWithoutFailure(within: 60)
    #expect(first == "2025-07-03")
    #expect(try bench.result().passesOn == .on("2025-07-03"))
  }

  /// However many later facts there are, the search ends.
  @Test func manyLaterFacts() throws {
    var bench = try Self.bench(.group(.any, ["x"]), [5, nil, nil])
    bench.snapshot.asOf = "2035-01-01"
    var day: CalendarDate = "2025-06-01"
    for index in 0..<200 {
      day = try #require(day.adding(days: 14))
      bench.snapshot.medications.append(
        MedicationExposure("later\(index)", "x", from: day.description.time))
    }
    let result = try bench.result()
    #expect(result.outcome == .triggered)
    // Found, or not given: never a day on which it still fails.
    if let date = result.passesOn?.date {
      #expect(try bench.on(date).outcome() == .notTriggered)
    }
  }

  /// An inclusion with several failures, each of another kind.
  @Test func mixedKinds() throws {
    var participation = ParticipationTest()
    participation.window = PeriodDefinition(3, .months)
    participation.end = .lastVisit
    let bench = Bench(
      [ConceptDefinition("x", .drug)], sets: [CodeSet("xs", concepts: ["x"])],
      .inclusion("T", .group(.all, ["young", "washed", "free"])),
      .step("young", .age(.greaterOrEqual, 18)), .step("washed", .group(.none, ["x"])),
      .step("x", .exposure("xs", PeriodDefinition(28, .days))),
      .step("free", .group(.none, ["trial"])), .step("trial", .participation(participation))
    ).reviewed(.medications, .trialParticipations)
    for birth in ["2007-06-20", "2007-07-20", "2000-01-01"] as [ClinicalTime] {
      for visit in ["2025-03-10", "2025-05-31"] as [ClinicalTime] {
        for dose in ["2025-05-10", "2025-05-31", "2025-01-01"] as [ClinicalTime] {
          let patient = bench.with {
            $0.snapshot.birthDate = birth
            $0.snapshot.medications = [MedicationExposure("m", "x", from: dose)]
            var fact = TrialParticipation(id: "p", status: .final)
            (fact.type, fact.state, fact.lastVisit) = (.interventional, .ended, visit)
            fact.start = "2024-01-01"
            $0.snapshot.trialParticipations = [fact]
          }
          let first = try patient.firstDayWithoutFailure(within: 120)
          #expect(try patient.result().outcome == .notMet)
          #expect(try patient.result().passesOn?.date == first, "\(birth.text) \(visit.text)")
        }
      }
    }
  }
}
