import CohortConfiguration
import EligibilityCore
import Foundation
import MessageCoding
import RPC
import Testing

@testable import TrialGateServices

/// What each event loop evaluates with.
@Suite(.timeLimit(.minutes(3))) struct EvaluationLaneTests {
  /// The lane's own versions once everything has been compiled that was asked for.
  private static func versions(of lane: EvaluationLane) -> [String] {
    EvaluationLane.compiler.sync {}
    return lane.programs.map(\.version)
  }

  private static func request(_ name: String = Examples.eligible) throws -> EvaluationRequest {
    let bytes = try Examples.bytes(name)
    return try EligibilityMessages.request(bytes.span)
  }

  /// The answer; nil where the request is refused.
  private static func answer(
    of service: EligibilityService, _ request: EvaluationRequest, _ lane: EvaluationLane?
  ) -> EvaluationAnswer? {
    do throws(RequestFault) {
      return try service.decide(request, on: lane)
    } catch {
      return nil
    }
  }

  private static func isSame(_ first: CompiledProtocol, _ second: CompiledProtocol) -> Bool {
    first === second
  }

  private static func selected(
    _ lane: EvaluationLane, _ request: EvaluationRequest
  ) throws -> CompiledProtocol {
    let date = try #require(request.indexDate)
    return try lane.configuration.select(request, indexDate: date).program
  }

  @Test func aVersionThatIsUsedBecomesTheLoopsOwn() async throws {
    let shared = try builtIn.get()
    let current = CurrentConfiguration(shared)
    let lanes = (0..<2).map { _ in EvaluationLane(of: current) { _ in 0 } }
    let request = try Self.request()
    let common = try #require(shared.trials.first?.versions.last)
    for lane in lanes {
      #expect(Self.isSame(try Self.selected(lane, request), common))
      #expect(lane.programs.isEmpty)
      lane.used(common)
      #expect(Self.versions(of: lane) == [common.version])
      let own = try Self.selected(lane, request)
      #expect(!Self.isSame(own, common))
      #expect(own.digest == common.digest)
      // Its own is not made again, not for a call either that began before it was there.
      lane.used(own)
      lane.used(common)
      EvaluationLane.compiler.sync {}
      #expect(lane.programs.map { Self.isSame($0, own) } == [true])
    }
    #expect(!Self.isSame(lanes[0].programs[0], lanes[1].programs[0]))
    #expect(lanes[0].configuration.revision == shared.revision)
  }

  @Test func answersAreTheSameOnEveryLoop() async throws {
    let current = CurrentConfiguration(try builtIn.get())
    let one = EligibilityService(current: current)
    let many = EligibilityService(current: current, eventLoops: 3)
    #expect(one.lane(of: 0) == nil)
    #expect(many.lane(of: 3) == nil)
    #expect(many.lane(of: -1) == nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: Examples.folder.path)
      .filter { $0.hasSuffix(".json") }
    var answered = 0
    for round in 0..<2 {
      for name in names {
        let request = try Self.request(name)
        let expected = Self.answer(of: one, request, nil)
        answered += expected == nil ? 0 : 1
        for loop in 0..<3 {
          let lane = try #require(many.lane(of: loop))
          let found = Self.answer(of: many, request, lane)
          #expect(found == expected, "\(name) on \(loop)")
        }
      }
      for loop in 0..<3 {
        let lane = try #require(many.lane(of: loop))
        #expect(Self.versions(of: lane).count == 1, "round \(round)")
        // From the second round on the loop's own decides.
        let own = try Self.selected(lane, try Self.request())
        #expect(Self.isSame(own, lane.programs[0]))
      }
    }
    #expect(answered >= 4)
  }

  @Test func aPublicationIsSeenAtOnceAndWhatItDropsIsLetGo() async throws {
    let text = try #require(EmbeddedResources.definitions.first).text
    let limit =
      #"operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL, value: {value: "60", unit: "g/L"}"#
    let other = try BuiltInConfiguration.load(
      definition: text.replacing(limit, with: limit.replacing("60", with: "110")), name: "test")
    let first = try builtIn.get()
    let current = CurrentConfiguration(first)
    let lane = EvaluationLane(of: current) { _ in 0 }
    let request = try Self.request()
    lane.used(try Self.selected(lane, request))
    #expect(Self.versions(of: lane).count == 1)
    current.publish(other)
    #expect(current.number == 1)
    #expect(lane.configuration.revision == other.revision)
    #expect(try Self.selected(lane, request).digest == other.trials[0].versions[0].digest)
    #expect(lane.programs.isEmpty)
    // So is what was dropped while it was being compiled.
    let late = try Self.selected(lane, request)
    EvaluationLane.compiler.suspend()
    lane.used(late)
    current.publish(first)
    EvaluationLane.compiler.resume()
    #expect(Self.versions(of: lane).isEmpty)
    #expect(try Self.selected(lane, request).digest == first.trials[0].versions[0].digest)
  }

  @Test func withoutTheBytesOfADefinitionTheSharedOneGoesOn() async throws {
    let shared = try builtIn.get()
    let bare = PublishedConfiguration(revision: shared.revision, trials: shared.trials)
    let lane = EvaluationLane(of: CurrentConfiguration(bare)) { _ in 0 }
    let request = try Self.request()
    _ = try Self.selected(lane, request)
    let common = try #require(shared.trials.first?.versions.last)
    lane.used(common)
    #expect(Self.versions(of: lane).isEmpty)
    #expect(Self.isSame(try Self.selected(lane, request), common))
  }

  /// A scene with `v1` to `v3`.
  private static func scene() async throws -> ConfigurationScene {
    let scene = try ConfigurationScene()
    for version in ["v2", "v3"] {
      try await scene.draft(version)
      try await scene.approve(version)
    }
    return scene
  }

  @Test func theVersionThatWasNotUsedForLongestGoes() async throws {
    let scene = try await Self.scene()
    let lane = EvaluationLane(of: scene.service.current, maximumPrograms: 2) { _ in 0 }
    let versions = try #require(lane.configuration.trials.first { $0.id == "small" }).versions
    #expect(versions.map(\.version) == ["v1", "v2", "v3"])
    lane.used(versions[0])
    #expect(Self.versions(of: lane) == ["v1"])
    lane.used(versions[1])
    #expect(Self.versions(of: lane) == ["v1", "v2"])
    // The one that is used goes behind the others.
    lane.used(lane.programs[0])
    #expect(lane.programs.map(\.version) == ["v2", "v1"])
    lane.used(versions[2])
    #expect(Self.versions(of: lane) == ["v1", "v3"])
    let own = try #require(lane.configuration.trials.first { $0.id == "small" }).versions
    #expect(Self.isSame(own[1], versions[1]))
    #expect(Self.isSame(own[2], lane.programs[1]))
  }

  @Test func versionsInTurnAreNotCompiledAllTheTime() async throws {
    let scene = try await Self.scene()
    let lane = EvaluationLane(of: scene.service.current) { _ in .max / 4 }
    let versions = try #require(lane.configuration.trials.first { $0.id == "small" }).versions
    lane.used(versions[0])
    #expect(Self.versions(of: lane) == ["v1"])
    lane.used(versions[1])
    #expect(Self.versions(of: lane) == ["v1"])
  }

  @Test func thePauseGrowsWithWhatCompilingTakes() {
    #expect(EvaluationLane.pause(after: 0, lanes: 1) == 1_000_000_000)
    #expect(EvaluationLane.pause(after: 50_000_000, lanes: 1) == 1_000_000_000)
    #expect(EvaluationLane.pause(after: 100_000_000, lanes: 4) == 8_000_000_000)
  }
}
