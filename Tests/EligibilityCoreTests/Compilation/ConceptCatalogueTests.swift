import EligibilityCore
import Foundation
import Testing

/// What the codes of a fact mean: membership in code sets, seen through an exposure that asks for them.
@Suite struct ConceptCatalogueTests {
  static let atc = "urn:atc"
  static let flat = "urn:flat"

  /// `tree`: L04 without L04AB, and L04AB05 again by its own code. `flat`: two codes of a terminology
  /// without a hierarchy. `both`: includes them, `outer` includes that.
  static let sets: [CodeSet] = [
    {
      var set = CodeSet("tree", atc, codes: ["L04AB05"], prefixes: ["L04"], except: ["L04AB"])
      set.concepts = ["steroid"]
      return set
    }(),
    CodeSet("flat", flat, codes: ["10", "11"]), CodeSet("both", includes: ["tree", "flat"]),
    CodeSet("outer", includes: ["both"]), CodeSet("alone", concepts: ["aspirin"]),
  ]

  static let concepts: [ConceptDefinition] = {
    var methotrexate = ConceptDefinition("methotrexate", .drug)
    methotrexate.codings = [
      Coding(system: atc, code: "L04AX03"), Coding(system: "urn:other", code: "m"),
    ]
    return [
      methotrexate, ConceptDefinition("steroid", .drug), ConceptDefinition("aspirin", .drug),
    ]
  }()

  static func bench(_ set: String, _ drug: ConceptReference) -> Bench {
    Bench(concepts, sets: sets, .exclusion("T", .exposure(set))).with {
      var fact = MedicationExposure("m", "", from: "2025-05-01")
      fact.drug = drug
      $0.snapshot.medications = [fact]
    }.reviewed(.medications)
  }

  static func outcome(_ set: String, _ drug: ConceptReference) throws -> CriterionOutcome {
    try bench(set, drug).outcome()
  }

  // MARK: Codes

  @Test(
    arguments: [
      ("L04", .triggered), ("L04AX", .triggered), ("L04AX03", .triggered), ("L0", .notTriggered),
      ("L", .notTriggered), ("M04", .notTriggered), ("L04AB", .notTriggered),
      ("L04AB01", .notTriggered), ("L04AB05", .triggered), ("l04ax", .notTriggered),
      (" L04", .notTriggered), ("XL04", .notTriggered),
    ] as [(String, CriterionOutcome)])
  func prefixes(_ code: String, _ outcome: CriterionOutcome) throws {
    for set in ["tree", "both", "outer"] {
      #expect(try Self.outcome(set, .code(Self.atc, code)) == outcome, "\(set)")
    }
    #expect(try Self.outcome("alone", .code(Self.atc, code)) == .notTriggered)
  }

  /// A terminology without a hierarchy: codes that no set names may mean anything.
  @Test(
    arguments: [
      (flat, "10", .triggered), (flat, "11", .triggered), (flat, "1", .unknown),
      (flat, "100", .unknown),
      ("urn:unknown", "10", .unknown), (atc, "10", .notTriggered), ("urn:other", "m", .triggered),
    ] as [(String, String, CriterionOutcome)])
  func exactCodes(_ system: String, _ code: String, _ outcome: CriterionOutcome) throws {
    for set in ["both", "outer"] {
      #expect(try Self.outcome(set, .code(system, code)) == outcome)
    }
  }

  /// A code of a terminology does not mean the same in another one.
  @Test func systemsAreKeptApart() throws {
    #expect(try Self.outcome("tree", .code(Self.flat, "L04")) == .unknown)
    #expect(try Self.outcome("flat", .code(Self.flat, "10")) == .triggered)
    #expect(try Self.outcome("tree", .code(Self.flat, "10")) == .notTriggered)
  }

  // MARK: Concepts

  @Test(
    arguments: [
      ("methotrexate", "tree", .triggered), ("methotrexate", "outer", .triggered),
      ("steroid", "tree", .triggered), ("steroid", "both", .triggered),
      ("steroid", "flat", .notTriggered), ("aspirin", "outer", .notTriggered),
      ("aspirin", "alone", .triggered), ("nothing", "tree", .unknown),
      ("disease", "tree", .notTriggered),
    ] as [(String, String, CriterionOutcome)])
  func conceptIDs(_ concept: String, _ set: String, _ outcome: CriterionOutcome) throws {
    #expect(try Self.outcome(set, ConceptReference(concept: concept)) == outcome)
  }

  /// Codes of one fact that mean different concepts contradict each other; more codes of one concept, and
  /// codes that nobody knows beside one that is known, do not.
  @Test(
    arguments: [
      ("methotrexate", ["urn:other m"], []),
      ("aspirin", ["urn:other m"], ["medications[0].drug CODE_CONFLICT"]),
      ("", ["urn:atc L04AX03", "urn:other m"], []), ("", ["urn:other m", "urn:unknown 1"], []),
      ("nothing", ["urn:other m"], ["medications[0].drug CODE_CONFLICT"]),
      ("nothing", ["urn:unknown 1"], ["medications[0].drug CODE_UNKNOWN"]),
      ("", ["urn:unknown 1"], ["medications[0].drug CODE_UNKNOWN"]),
    ] as [(String, [String], [String])])
  func contradictions(_ concept: String, _ codes: [String], _ issues: [String]) throws {
    let codings = codes.map { code -> Coding in
      let parts = code.split(separator: " ").map(String.init)
      return Coding(system: parts[0], code: parts[1])
    }
    let bench = Self.bench("tree", ConceptReference(concept: concept, codings: codings))
    #expect(try bench.issues() == issues)
    #expect(try bench.outcome() == (issues.isEmpty ? .triggered : .unknown))
  }

  /// An id beside one coding, of every length around sixteen bytes: it is the same concept's or it contradicts, and a
  /// second coding that nobody knows changes nothing.
  @Test(arguments: [1, 15, 16, 17, 30])
  func idsBesideACoding(_ length: Int) throws {
    let id = String(repeating: "d", count: length)
    var drug = ConceptDefinition(id, .drug)
    drug.codings = [Coding(system: Self.atc, code: "X1")]
    let unknown = Coding(system: Self.flat, code: "x")
    let names = [
      (id, true), ("", true), (id + "d", false), (String(id.dropLast()), length == 1), ("é", false),
      (id + "é", false), ("aspirin", false),
    ]
    for (name, isSame) in names {
      for codings in [drug.codings, drug.codings + [unknown]] {
        var bench = Self.bench("tree", ConceptReference(concept: name, codings: codings))
        bench.definition.concepts.append(drug)
        #expect(
          try bench.issues() == (isSame ? [] : ["medications[0].drug CODE_CONFLICT"]),
          "'\(name)' \(codings.count)")
        #expect(try bench.outcome() == (isSame ? .notTriggered : .unknown), "'\(name)'")
      }
    }
  }

  /// A code that a set names and no concept has, with and without an id.
  @Test func codesOfNoConcept() throws {
    let code = Coding(system: Self.flat, code: "10")
    for others in [[], [Coding(system: "urn:unknown", code: "1")]] {
      let alone = ConceptReference(concept: "", codings: [code] + others)
      #expect(try Self.bench("flat", alone).issues() == [])
      #expect(try Self.outcome("flat", alone) == .triggered)
      let named = ConceptReference(concept: "aspirin", codings: [code] + others)
      #expect(try Self.outcome("flat", named) == .triggered)
      #expect(try Self.outcome("alone", named) == .triggered)
    }
  }

  /// A concept that a set leaves out stays out, whatever its codes say.
  @Test func conceptsLeftOut() throws {
    var definition = Self.bench("tree", ConceptReference(concept: "methotrexate")).definition
    definition.codeSets[1].exceptConcepts = ["methotrexate"]
    var bench = Self.bench("tree", ConceptReference(concept: "methotrexate"))
    bench.definition = definition
    #expect(try bench.outcome() == .notTriggered)
    bench.snapshot.medications[0].drug = .code(Self.atc, "L04AX03")
    #expect(try bench.outcome() == .notTriggered)
    bench.snapshot.medications[0].drug = .code(Self.atc, "L04AX01")
    #expect(try bench.outcome() == .triggered)
  }

  /// Sets may include each other: they are then the same.
  @Test func setsThatIncludeEachOther() throws {
    var bench = Self.bench("outer", ConceptReference(concept: "aspirin"))
    bench.definition.codeSets[5].includes = ["outer"]
    bench.definition.codeSets[4].includes.append("alone")
    #expect(try bench.outcome() == .triggered)
    bench.snapshot.medications[0].drug = .code(Self.atc, "L04")
    bench.definition.edit("T", .exposure) { $0.drugSet = "alone" }
    #expect(try bench.outcome() == .triggered)
  }

  /// Codes and prefixes of 1 to 40 characters, each told from those that differ from it in one character, are one
  /// longer or one shorter.
  @Test func lengths() throws {
    let whole = String("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".prefix(41))
    for length in 1...40 {
      let code = String(whole.prefix(length))
      let (shorter, longer) = (String(code.dropLast()), String(whole.prefix(length + 1)))
      let others = code.indices.map { place in
        code.replacingCharacters(in: place...place, with: "0")
      }
      for (system, prefixes) in [(Self.flat, [String]()), (Self.atc, [code])] {
        let set = CodeSet(
          "long", system, codes: prefixes.isEmpty ? [code] : [], prefixes: prefixes)
        func outcome(_ code: String) throws -> CriterionOutcome {
          try Bench(Self.concepts, sets: [set], .exclusion("T", .exposure("long"))).with {
            var fact = MedicationExposure("m", "", from: "2025-05-01")
            fact.drug = .code(system, code)
            $0.snapshot.medications = [fact]
          }.reviewed(.medications).outcome()
        }
        let isHierarchical = system == Self.atc
        let none: CriterionOutcome = isHierarchical ? .notTriggered : .unknown
        #expect(try outcome(code) == .triggered, "\(code)")
        #expect(try outcome(longer) == (isHierarchical ? .triggered : none), "\(longer)")
        if !shorter.isEmpty { #expect(try outcome(shorter) == none, "\(shorter)") }
        for other in others { #expect(try outcome(other) == none, "\(other)") }
      }
    }
  }

  /// A code may be as long as a message: it costs no more than the longest prefix.
  @Test func longCodes() throws {
    let code = String(repeating: "L04AX", count: 200_000)
    #expect(try Self.outcome("tree", .code(Self.atc, code)) == .triggered)
    let other = String(repeating: "M", count: 1_000_000)
    #expect(try Self.outcome("tree", .code(Self.atc, other)) == .notTriggered)
  }
}
